import type { Redactor } from "@errata/core/Redaction"
import { read } from "../../../fold/internal/readProperty.ts"
import { attempt } from "../attempt.ts"
import { equals, mistakes } from "./guess.ts"
import type { Entry } from "./model.ts"

/** Returns the condition that knows a failure again, in words of `classify`; `undefined` if nothing tells it from a bug. */
export const testOf = (failure: unknown, redactor: Redactor): string | undefined => {
  const name = read(failure, "name")
  if (mistakes.test(String(attempt(() => String(name))))) return undefined
  const constructor = read(read(failure, "constructor"), "name")
  const code = read(failure, "code")
  const safely = (what: string, to: unknown): string | undefined =>
    typeof to === "string" && redactor.text(to) === to ? equals(what, to) : undefined
  return safely("name", name) ?? safely("constructor?.name", constructor) ??
    (Number.isSafeInteger(code) ? `code === ${String(code)}` : safely("code", code))
}

/** Returns the whole call to paste: what `classify` should know, and whose safety should be declared. */
export const pasteOf = (entries: ReadonlyArray<Entry>): string => {
  const lines = byLine(entries)
  const tools = [...new Set(entries.filter((entry) => entry.isUndeclared).map(({ tool }) => tool))]
  const options = [classifyOf(lines), toolsOf(tools)].filter((option) => option !== undefined)
  return [
    ...lines.length === 0 ? [] : [`import * as Errors from "@errata/core/Errors"`],
    `import { adoptServer } from "@errata/mcp-adapter/adopt"`,
    "",
    options.length === 0 ? "adoptServer(server)" : `adoptServer(server, {\n${options.join(",\n")}\n})`
  ].join("\n")
}

type Line = readonly [line: string, where: string]

const classifyOf = (lines: ReadonlyArray<Line>): string | undefined => {
  if (lines.length === 0) return undefined
  const read = ["code", "constructor", "name"].filter((one) => lines.some(([line]) => line.startsWith(`if (${one}`)))
  const cases = lines.map(([line, where]) => `    ${line} // ${where}\n`)
  return `  classify: (failure) => {\n    const { ${read.join(", ")} } = Object(failure)\n${
    cases.join("")
  }    return undefined\n  }`
}

/** Lists the tools without their safety: only the author knows whether a call may be repeated. */
const toolsOf = (tools: ReadonlyArray<string>): string | undefined => {
  if (tools.length === 0) return undefined
  const cases = tools.map((tool) =>
    `    // ${JSON.stringify(tool)}: { safety: "read" }, // if calling it again does no harm\n`
  )
  return `  tools: {\n${cases.join("")}  }`
}

/** Joins equal lines: each is written once, with where it is wanted. */
const byLine = (entries: ReadonlyArray<Entry>): ReadonlyArray<Line> => {
  const places = new Map<string, Set<string>>()
  for (const { at, paste, tool } of entries) {
    if (paste === undefined) continue
    places.set(paste, (places.get(paste) ?? new Set()).add(at === undefined ? tool : `${tool} at ${at}`))
  }
  return [...places].map(([line, where]) => {
    const few = [...where].slice(0, 3)
    return [line, few.join(", ") + (where.size > few.length ? ", ..." : "")]
  })
}

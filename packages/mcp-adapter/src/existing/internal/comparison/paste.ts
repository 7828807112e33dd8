import type { Redactor } from "@errata/core/Redaction"
import { read } from "../../../fold/internal/readProperty.ts"
import { attempt } from "../thrown.ts"
import type { Entry } from "./model.ts"

/** Lists what a class is probably called for, by its name. */
const guesses: ReadonlyArray<readonly [name: RegExp, make: string]> = [
  [/not_?found|no_?such|missing|unknown|enoent/i, `new Errors.NotFound({ resource: "The item" })`],
  [/time(?:d)?_?out/i, `new Errors.Timeout({ operation: "The call" })`],
  [/rate_?limit|throttl|too_?many/i, `new Errors.RateLimited({ service: "The service" })`],
  [/exists|duplicate|unique/i, `new Errors.AlreadyExists({ resource: "The item" })`],
  [/conflict|version|stale|lock/i, `new Errors.Conflict({ resource: "The item" })`],
  [/unauth|authenticat|credential|token/i, `new Errors.Unauthenticated({ service: "The service" })`],
  [/forbidden|permission|denied|access/i, `new Errors.PermissionDenied({ action: "use", resource: "the service" })`],
  [/valid|argument|param|input|bad_?request/i, `new Errors.ArgumentsRejected({ service: "The service" })`],
  [/unavailable|connect|network|database|sql|pool|socket/i, `new Errors.Unavailable({ service: "The service" })`]
]

const other = `new Errors.UpstreamRejected({ service: "The service" })`

/** Names that say nothing of what went wrong, or that a programmer went wrong. */
const plain: ReadonlySet<string> = new Set([
  "AggregateError",
  "AssertionError",
  "Error",
  "McpError",
  "Object",
  "ProtocolError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError"
])

const mistakes = /^(?:TypeError|RangeError|ReferenceError|SyntaxError|AssertionError)$/

/** Returns the condition that knows a failure again, in words of `classify`; `undefined` if nothing tells it from a bug. */
export const testOf = (failure: unknown, redactor: Redactor): string | undefined => {
  const name = read(failure, "name")
  if (mistakes.test(String(attempt(() => String(name))))) return undefined
  const constructor = read(read(failure, "constructor"), "name")
  const code = read(failure, "code")
  const equals = (what: string, to: unknown): string | undefined => {
    const isSafe = typeof to === "string" && /^[A-Za-z_$][\w$-]{0,79}$/.test(to) && redactor.text(to) === to
    return isSafe && !plain.has(to) ? `${what} === ${JSON.stringify(to)}` : undefined
  }
  return equals("name", name) ?? equals("constructor?.name", constructor) ??
    (Number.isSafeInteger(code) ? `code === ${String(code)}` : equals("code", code))
}

/** Returns the line of `classify` for what a condition knows. */
export const lineOf = (test: string): string =>
  `if (${test}) return ${guesses.find(([name]) => name.test(test))?.[1] ?? other}`

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

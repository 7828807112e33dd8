import { equals, lineOf, mistakes } from "../../existing/internal/comparison/guess.ts"
import { printable } from "../../serve/internal/printable.ts"
import { ended, type Entry, text } from "./entry.ts"

/** Describes defects that are the same bug. */
export interface Group {
  readonly fingerprint: string
  readonly tool: string
  readonly error: string
  count: number
  first: string
  last: string
  /** The latest references. */
  references: ReadonlyArray<string>
  /** Begins the cause of the latest. */
  cause: string | undefined
}

/** Bounds how many groups are told apart. */
const mostGroups = 10_000

const shownReferences = 5

/** Gathers the defects of a log. */
export const makeGroups = () => {
  const groups = new Map<string, Group>()
  let left = 0
  return {
    add: (entry: Entry): void => {
      if (text(entry, "message") !== ended || text(entry, "outcome") !== "internal_error") return
      const group = groupOf(entry)
      const known = groups.get(group.fingerprint)
      if (known === undefined) {
        if (groups.size < mostGroups) groups.set(group.fingerprint, group)
        else left++
        return
      }
      known.count++
      if (group.first !== "" && (known.first === "" || group.first < known.first)) known.first = group.first
      if (group.last < known.last) return
      known.last = group.last
      known.cause = group.cause
      known.references = [...group.references, ...known.references].slice(0, shownReferences)
    },
    all: (): ReadonlyArray<Group> => [...groups.values()].toSorted((a, b) => b.count - a.count),
    left: () => left
  }
}

const groupOf = (entry: Entry): Group => {
  const tool = text(entry, "tool") ?? "?"
  const cause = text(entry, "cause")
  // lines of before there were fingerprints, or of other writers
  const error = text(entry, "error") ?? /^[\w$.]{1,80}(?=:|$)/m.exec(cause ?? "")?.[0] ?? "?"
  const at = text(entry, "timestamp") ?? ""
  return {
    fingerprint: text(entry, "fingerprint") ?? `${tool} ${error}`,
    tool,
    error,
    count: 1,
    first: at,
    last: at,
    references: [text(entry, "reference_id") ?? "?"],
    cause
  }
}

/** Returns the line of `classify` that declares a group; else why there is none. */
export const declarationOf = ({ error }: Group): { readonly line: string } | { readonly why: string } => {
  if (mistakes.test(error)) return { why: `${error} is a mistake in the code: mend it where it stands` }
  const test = equals("name", error)
  return test === undefined
    ? { why: "Nothing tells it from a bug: give it a class of its own, with a name" }
    : { line: lineOf(test) }
}

/** Tells all groups, and what to paste to declare them. */
export const defectsText = (groups: ReadonlyArray<Group>, left: number): string => {
  if (groups.length === 0) return "No defects"
  const calls = groups.reduce((sum, { count }) => sum + count, left)
  return [
    `${groups.length} ${groups.length === 1 ? "defect" : "defects"} in ${calls} ${calls === 1 ? "call" : "calls"}`,
    ...groups.map(groupText),
    ...left === 0 ? [] : [`and ${left} calls with others`],
    ...pasteOf(groups)
  ].join("\n\n")
}

const groupText = (group: Group): string => {
  const { cause, count, error, fingerprint, first, last, references, tool } = group
  const declared = declarationOf(group)
  const more = count > references.length ? ` and ${count - references.length} more` : ""
  return [
    `${count} x ${printable(error, 100)} in ${printable(tool, 100)} (fingerprint ${printable(fingerprint, 200)})`,
    `  First seen ${printable(first, 40)}, last seen ${printable(last, 40)}`,
    `  References: ${references.map((one) => printable(one, 20)).join(", ")}${more}`,
    ...(cause ?? "").split("\n").slice(0, 2).filter((line) => line !== "").map((line) => `  | ${printable(line, 200)}`),
    `  ${"line" in declared ? declared.line : declared.why}`
  ].join("\n")
}

const pasteOf = (groups: ReadonlyArray<Group>): ReadonlyArray<string> => {
  const lines = new Map<string, string>()
  for (const group of groups) {
    const declared = declarationOf(group)
    if ("line" in declared && !lines.has(declared.line)) {
      lines.set(declared.line, `${/^[\w./-]{1,64}$/.test(group.tool) ? group.tool : "a tool"}, ${group.count} x`)
    }
  }
  if (lines.size === 0) return []
  return [[
    "To declare them, paste this, mend each line, and pass it as the option `classify`:",
    "",
    `import * as Errors from "@errata/core/Errors"`,
    "",
    "export const classify = (failure: unknown) => {",
    "  const { name } = Object(failure)",
    ...[...lines].map(([line, where]) => `  ${line} // ${where}`),
    "  return undefined",
    "}"
  ].join("\n")]
}

import type { Becomes, Comparison, Entry } from "./model.ts"
import { pasteOf } from "./paste.ts"

/** Lists what becomes of failures, what matters most first. */
const chapters: ReadonlyArray<readonly [becomes: Becomes | undefined, title: string]> = [
  ["masked", "Masked: a bug, or the words of a package or a driver. The log has them"],
  ["kept", "Kept: the author's own words, with a type and a reference"],
  ["classified", "Classified: with a type, and whether to try again"],
  ["itemized", "Arguments: issue by issue"],
  [undefined, "Not tried: the process ended first"]
]

const mostLines = 8

/** See `Comparison.toText`. */
export const write = (comparison: Comparison): string => {
  const entries = comparison.entries()
  const omitted = comparison.omitted()
  const unseen = comparison.unseen()
  const failures = entries.reduce((sum, { count }) => sum + count, omitted)
  return [
    failures === 0
      ? "No failure was seen."
      : `${failures} ${failures === 1 ? "failure" : "failures"} of ${entries.length} ${
        entries.length === 1 ? "kind" : "kinds"
      }: what models read today, and what they would read tomorrow.`,
    ...chapters.flatMap(([becomes, title]) => {
      const own = entries.filter((entry) => entry.becomes === becomes).toSorted((a, b) => b.count - a.count)
      return own.length === 0 ? [] : ["", title, ...own.map(entryText)]
    }),
    ...omitted === 0 ? [] : ["", `${omitted} more, of kinds that are too many to be listed.`],
    ...unseen.length === 0 ? [] : ["", "Not looked at:", ...unseen.map((sentence) => `- ${sentence}`)],
    "",
    "To adopt the server:",
    "",
    pasteOf(entries)
  ].join("\n")
}

const entryText = (entry: Entry): string => {
  const { at, count, error, examples, hides, kind, tool } = entry
  const [first, ...others] = examples
  return [
    `- ${tool}: ${error} ${kind}${at === undefined ? "" : ` at ${at}`}, ${
      count === 1 ? "once" : count === 2 ? "twice" : `${count} times`
    }${hides.length === 0 ? "" : ` (${hides.join(", ")} would not leave)`}`,
    ...first === undefined ? [] : [
      block("today", first.today),
      ...first.tomorrow === undefined ? [] : [block("tomorrow", first.tomorrow)]
    ],
    ...others.map(({ today }) => block("also today", today.split("\n", 1)[0]!)),
    ...entry.paste === undefined ? [] : [block("classify", entry.paste)]
  ].join("\n")
}

/** Writes a label, and lines that stand below each other. */
const block = (label: string, words: string): string => {
  const lines = words.split("\n")
  const few = lines.length > mostLines ? [...lines.slice(0, mostLines - 1), "..."] : lines
  const indent = " ".repeat(14)
  return `  ${`${label}:`.padEnd(12)}${few.join(`\n${indent}`)}`
}

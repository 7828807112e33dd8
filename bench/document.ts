/**
 * Writes what was measured into docs/performance.md, from the records and from nothing else.
 *
 *     node bench/document.ts            writes
 *     node bench/document.ts --check    fails if the document says something else than the records
 */
import assert from "node:assert/strict"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { benchmarks } from "./benchmarks.ts"
import type { Attempted } from "./lib/report.ts"

/** What a run of one benchmark found. */
export interface Record {
  readonly name: string
  /** What was measured. */
  readonly commit: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly isQuick: boolean
  /** How many processes wanted to run, before or after. */
  readonly load: number
  readonly seconds: number
  /** Says why not all of it was measured. */
  readonly failure?: string
  readonly comparisons: ReadonlyArray<Attempted>
}

const results = join(import.meta.dirname, "results")
const file = join(import.meta.dirname, "../docs/performance.md")
const [begin, end] = ["<!-- records: begin -->", "<!-- records: end -->"]

/** Drops digits that nobody reads and that differ each time. */
export const rounded = (record: Record): Record =>
  JSON.parse(
    JSON.stringify(record, (_, value: unknown) => typeof value === "number" ? Number(value.toPrecision(4)) : value)
  ) as Record

/** Reads the records, in the order of the benchmarks. */
export const readRecords = (folder: string): ReadonlyArray<Record> => {
  const files = new Set(readdirSync(folder))
  return Object.keys(benchmarks).filter((name) => files.has(`${name}.json`)).map((name) =>
    JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Record
  )
}

const numberOf = (name: string): string => /^P\d+b?(?=-)/.exec(name)?.[0] ?? name

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const verdict = (isVoid: boolean, isMet: boolean): string => isVoid ? "void" : isMet ? "met" : "missed"

const rowsOf = ({ comparisons, name }: Record): ReadonlyArray<string> =>
  comparisons.flatMap(({ control, goals, isVoid, title }) =>
    goals.map(({ against, atMost, isMet, of, ratio, variant }) =>
      row([
        of ?? numberOf(name),
        title,
        variant,
        against,
        ratio.toFixed(2),
        String(atMost),
        control.toFixed(2),
        verdict(isVoid, isMet)
      ])
    )
  )

/** All goals in one table. */
export const goalTable = (records: ReadonlyArray<Record>): string =>
  [
    row(["#", "what", "variant", "against", "ratio", "goal", "A/A", ""]),
    row(Array.from({ length: 8 }, () => "---")),
    ...records.flatMap(rowsOf)
  ].join("\n")

const amount = (value: number): string => Number(value.toPrecision(3)).toString()

/** Every comparison with all its variants. */
const details = (records: ReadonlyArray<Record>): string =>
  records.flatMap(({ comparisons, isQuick, load, name }) => [
    `### ${name}`,
    "",
    `Load ${load}${isQuick ? ", a quick run" : ""}.`,
    "",
    row(["what", "variant", "median", "ratio"]),
    row(["---", "---", "---", "---"]),
    ...comparisons.flatMap(({ rows, title, unit }) =>
      rows.map(({ median, ratio, variant }, i) =>
        row([i === 0 ? title : "", variant, `${amount(median)} ${unit}`, ratio.toFixed(2)])
      )
    ),
    ""
  ]).join("\n")

const written = (records: ReadonlyArray<Record>): string => {
  const [first] = records
  const loads = records.map(({ load }) => load)
  const machine = first === undefined
    ? "Nothing was measured yet."
    : `Node ${first.node}, ${first.cores} x ${first.cpu}; between ${Math.min(...loads)} and ${
      Math.max(...loads)
    } processes wanted to run meanwhile. Where that is more than the machine has cores, times of whole processes, and all that is marked void, say little.`
  return [begin, "", machine, "", goalTable(records), "", details(records), end].join("\n")
}

const replaced = (text: string): string => {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  assert.ok(from >= 0 && to > from, "docs/performance.md has no place for records")
  return `${text.slice(0, from)}${written(readRecords(results))}${text.slice(to + end.length)}`
}

export const writeDocument = (): void => writeFileSync(file, replaced(readFileSync(file, "utf8")))

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes("--check")) {
    const text = readFileSync(file, "utf8")
    assert.equal(replaced(text), text, "docs/performance.md is not what the records say: node bench/document.ts")
  } else writeDocument()
}

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
import { type Aim, aims } from "./goals.ts"
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

/** Tells what is measured under different conditions apart. */
const titleOf = (name: string, title: string): string => name.endsWith("-compiled") ? `${title}, compiled` : title

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const verdict = (isVoid: boolean, isMet: boolean): string => isVoid ? "void" : isMet ? "met" : "missed"

interface GoalRow {
  readonly of: string
  readonly title: string
  readonly rest: ReadonlyArray<string>
}

const rowsOf = ({ comparisons, name }: Record): ReadonlyArray<GoalRow> =>
  comparisons.flatMap(({ control, goals, isVoid, title }) =>
    goals.map(({ against, atMost, isMet, of, ratio, variant }) => ({
      of: of ?? numberOf(name),
      title: titleOf(name, title),
      rest: [variant, against, ratio.toFixed(2), String(atMost), control.toFixed(2), verdict(isVoid, isMet)]
    }))
  )

/** Returns a place among the numbers: 1, 1b, 2. */
const placeOf = ({ of }: GoalRow): number => Number.parseInt(of.slice(1), 10) + (of.endsWith("b") ? 0.5 : 0)

const isOf = (aim: Aim) => ({ of, title }: GoalRow): boolean => of === aim.of && title.startsWith(aim.title)

/** All goals in one table, those too that were not measured. */
export const goalTable = (records: ReadonlyArray<Record>): string => {
  const measured = records.flatMap(rowsOf)
  const missing = aims.filter((aim) => !measured.some(isOf(aim)))
    .map(({ goal, of, title }) => ({ of, title, rest: ["", "", "", goal, "", "not measured"] }))
  return [
    row(["#", "what", "variant", "against", "ratio", "goal", "A/A", ""]),
    row(Array.from({ length: 8 }, () => "---")),
    ...[...measured, ...missing].sort((a, b) => placeOf(a) - placeOf(b))
      .map(({ of, rest, title }) => row([of, title, ...rest]))
  ].join("\n")
}

const amount = (value: number): string => Number(value.toPrecision(3)).toString()

const attemptsOf = (comparisons: ReadonlyArray<Attempted>): string => {
  const again = comparisons.filter(({ attempts }) => attempts > 1).map(({ title }) => title)
  return again.length === 0 ? "" : ` Measured again, since the first control was void: ${again.join("; ")}.`
}

/** Every comparison with all its variants. */
const details = (records: ReadonlyArray<Record>): string =>
  records.flatMap(({ commit, comparisons, failure, isQuick, load, name }) => [
    `### ${name}`,
    "",
    `At ${commit}, load ${load}${isQuick ? ", a quick run" : ""}.${attemptsOf(comparisons)}${
      failure === undefined ? "" : ` Not all of it was measured: ${failure}.`
    }`,
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
    } processes wanted to run meanwhile. Where that is more than the machine has cores, what is marked void says nothing, and neither do the slowest calls and the times of whole processes.`
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

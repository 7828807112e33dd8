/**
 * Runs benchmarks on the built packages: `pnpm bench [name...]`, where a name is `P1`, `success` or `P1-success`. With `--quick` there
 * are fewer rounds, and what takes long is left out. In the end all records are one table against the goals, which `--document`
 * writes into docs/performance.md.
 *
 * The packages are built first. Each benchmark has a process of its own, under the condition `errata-dist`, with which
 * `@errata/core` and `@errata/mcp-adapter` resolve to `dist` instead of `src`. A comparison whose A/A control leaves
 * 0.95-1.05 is void: the benchmark is run again, up to three times. Results go to `bench/results/<name>.json`.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { cpus, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { benchmarks } from "./benchmarks.ts"
import { goalTable, readRecords, type Record, rounded, writeDocument } from "./document.ts"
import { type Comparison, judge, type Judged, table } from "./lib/report.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { document: { type: "boolean" }, "no-build": { type: "boolean" }, quick: { type: "boolean" } }
})
const isQuick = values.quick === true
const root = join(import.meta.dirname, "..")
const results = join(import.meta.dirname, "results")
const maxRuns = isQuick ? 2 : 4

const select = (wanted: ReadonlyArray<string>): ReadonlyArray<string> => {
  const names = Object.keys(benchmarks)
  const found = wanted.map((word) => {
    const name = names.find((name) =>
      [name, ...name.split(/-(.*)/)].some((part) => part.toLowerCase() === word.toLowerCase())
    )
    if (name === undefined) throw new Error(`No benchmark "${word}". There are: ${names.join(", ")}`)
    return name
  })
  return found.length > 0 ? found : names.filter((name) => !isQuick || benchmarks[name]?.isSlow !== true)
}

const build = (): void => {
  const { error, status } = spawnSync(process.execPath, ["tools/build.ts"], { cwd: root, stdio: "inherit" })
  if (error) throw error
  if (status !== 0) throw new Error(`The build exited with ${status}`)
}

/** Measures in a child, which writes what it measured to a file; its stderr is /dev/null, where the log lines of tools go. */
const measure = (name: string): ReadonlyArray<Comparison> => {
  const output = join(tmpdir(), `errata-bench-${process.pid}-${name}.json`)
  const child = join(import.meta.dirname, "child.ts")
  const flags = ["--conditions=errata-dist", ...benchmarks[name]?.flags ?? []]
  const { error, status } = spawnSync(process.execPath, [...flags, child, name, output], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "inherit", "ignore"],
    env: { ...process.env, ...isQuick ? { ERRATA_BENCH_QUICK: "1" } : {} }
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${name} exited with ${status}`)
  const comparisons = JSON.parse(readFileSync(output, "utf8")) as ReadonlyArray<Comparison>
  rmSync(output)
  return comparisons
}

const judged = (name: string): { readonly runs: number; readonly comparisons: ReadonlyArray<Judged> } => {
  for (let runs = 1;; runs++) {
    const comparisons = measure(name).map(judge)
    if (runs === maxRuns || comparisons.every((comparison) => !comparison.isVoid)) return { runs, comparisons }
    console.log(`void: the A/A control of ${name} left 0.95-1.05; run ${runs + 1} of at most ${maxRuns}`)
  }
}

const names = select(positionals)
if (values["no-build"] !== true) build()
mkdirSync(results, { recursive: true })
const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length }
const load = (): number => Math.round(loadavg()[0]! * 10) / 10
console.log(`Node ${machine.node}, ${machine.cores} x ${machine.cpu}`)
for (const name of names) {
  const before = load()
  const { comparisons, runs } = judged(name)
  for (const comparison of comparisons) console.log(`\n### ${name}: ${comparison.title}\n${table(comparison)}`)
  if (runs > 1) console.log(`after ${runs} runs`)
  const record: Record = { name, ...machine, isQuick, load: Math.max(before, load()), runs, comparisons }
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(rounded(record), null, 1)}\n`)
}
console.log(`\n${goalTable(readRecords(results))}`)
if (values.document === true) writeDocument()

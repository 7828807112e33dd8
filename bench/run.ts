/**
 * Runs benchmarks on the built packages: `pnpm bench [name...]`, where a name is `P1`, `success` or `P1-success`. With `--quick` there
 * are fewer rounds, and what takes long is left out. In the end all records are one table against the goals, which `--document`
 * writes into docs/performance.md.
 *
 * The packages are built first. Each benchmark has a process of its own, under the condition `errata-dist`, with which
 * `@errata/core` and `@errata/mcp-adapter` resolve to `dist` instead of `src`. A comparison whose A/A control leaves
 * 0.95-1.05 is void: it is measured again, up to three times. Results go to `bench/results/<name>.json`; one that fails, or is void,
 * leaves the others as they are. After `--minutes` (12 for a quick run, 40 for a whole one) nothing more is begun.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { cpus, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { benchmarks } from "./benchmarks.ts"
import { goalTable, readRecords, type Record, rounded, writeDocument } from "./document.ts"
import { type Attempted, table } from "./lib/report.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    document: { type: "boolean" },
    minutes: { type: "string" },
    "no-build": { type: "boolean" },
    quick: { type: "boolean" }
  }
})
const isQuick = values.quick === true
const root = join(import.meta.dirname, "..")
const results = join(import.meta.dirname, "results")
const until = Date.now() + Number(values.minutes ?? (isQuick ? 12 : 40)) * 60_000
/** What is begun in time may take so much longer. */
const graceMillis = 30_000

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

interface Measured {
  readonly comparisons: ReadonlyArray<Attempted>
  readonly failure?: string
}

const readMeasured = (file: string): ReadonlyArray<Attempted> => {
  try {
    const comparisons = JSON.parse(readFileSync(file, "utf8")) as ReadonlyArray<Attempted>
    rmSync(file)
    return comparisons
  } catch {
    return [] // it failed before it had measured anything
  }
}

/** Measures in a child, which writes what it measured to a file; its stderr is /dev/null, where the log lines of tools go. */
const measure = (name: string): Measured => {
  const output = join(tmpdir(), `errata-bench-${process.pid}-${name}.json`)
  const child = join(import.meta.dirname, "child.ts")
  const flags = ["--conditions=errata-dist", ...benchmarks[name]?.flags ?? []]
  const { error, signal, status } = spawnSync(process.execPath, [...flags, child, name, output, String(until)], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "inherit", "ignore"],
    timeout: Math.max(1, until - Date.now()) + graceMillis,
    killSignal: "SIGKILL",
    env: { ...process.env, ...isQuick ? { ERRATA_BENCH_QUICK: "1" } : {} }
  })
  const comparisons = readMeasured(output)
  return status === 0
    ? { comparisons }
    : { comparisons, failure: error?.message ?? `it ended with ${signal ?? status}` }
}

const commit = (): string => {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim()
  } catch {
    return "unknown"
  }
}

const load = (): number => Math.round(loadavg()[0]! * 10) / 10
const common = { commit: commit(), node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length }

/** Measures one benchmark, and writes its record. */
const record = (name: string): Record => {
  const [before, start] = [load(), Date.now()]
  const { comparisons, failure } = measure(name)
  const seconds = (Date.now() - start) / 1_000
  for (const comparison of comparisons) console.log(`\n### ${name}: ${comparison.title}\n${table(comparison)}`)
  console.log(
    `\n${name}: ${failure === undefined ? "" : `FAILED, ${failure}, `}${seconds.toFixed(0)} s, load ${load()}`
  )
  const found = {
    name,
    ...common,
    isQuick,
    load: Math.max(before, load()),
    seconds,
    ...failure && { failure },
    comparisons
  }
  // what failed before it had measured anything leaves what was measured last time
  if (comparisons.length > 0) {
    writeFileSync(join(results, `${name}.json`), `${JSON.stringify(rounded(found), null, 1)}\n`)
  }
  return found
}

const names = select(positionals)
if (values["no-build"] !== true) build()
mkdirSync(results, { recursive: true })
console.log(`Node ${common.node}, ${common.cores} x ${common.cpu}`)
const late: Array<string> = []
const failed: Array<string> = []
for (const name of names) {
  if (Date.now() > until) late.push(name)
  else if (record(name).failure !== undefined) failed.push(name)
}
console.log(`\n${goalTable(readRecords(results))}`)
if (values.document === true) writeDocument()
if (late.length > 0) console.log(`\nNot begun, since the time was over: ${late.join(", ")}`)
if (failed.length > 0) console.log(`\nFAILED: ${failed.join(", ")}`)
if (late.length + failed.length > 0) process.exitCode = 1

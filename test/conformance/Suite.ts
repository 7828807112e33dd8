/**
 * Runs the official conformance suite against a server, and reads what it says.
 */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** How a scenario went. */
export interface Score {
  readonly scenario: string
  readonly passed: number
  readonly failed: number
  /** Whether the suite itself calls it passed. */
  readonly isGood: boolean
}

/** Which of the two versions of the suite: the released one, or the one to come. */
export type Version = "conformance" | "conformance-next"

const { resolve } = createRequire(import.meta.url)

/** A file of the suite, which exports nothing. */
const file = (version: Version, path: string): string =>
  join(dirname(resolve(`@modelcontextprotocol/${version}/package.json`)), path)

/** How long a run may take; it takes about 4 s. */
const bound = 100_000

/** Runs the suite with some arguments. Its exit code says less than its summary, so only the summary counts. */
export const run = (version: Version, url: string, ...args: ReadonlyArray<string>): Promise<ReadonlyArray<Score>> =>
  new Promise((done, fail) => {
    const suite = file(version, "dist/index.js")
    const options = { timeout: bound, killSignal: "SIGKILL", maxBuffer: 2 ** 26, cwd: tmpdir() } as const
    execFile(process.execPath, [suite, "server", "--url", url, ...args], options, (error, stdout, stderr) => {
      if (error?.killed === true) {
        return fail(new Error(`The suite did not end in ${bound} ms:\n${stdout.slice(-2_000)}`))
      }
      try {
        done(scores(stdout))
      } catch {
        fail(new Error(`The suite did not run: ${error?.message}\n${stdout.slice(-2_000)}\n${stderr.slice(-2_000)}`))
      }
    })
  })

/** Reads the summary of a run. Throws unless it tells of every scenario that was begun, and of one at least. */
export const scores = (output: string): ReadonlyArray<Score> => {
  const begun = new Set([...output.matchAll(/^=== Running scenario: (\S+) ===$/gm)].map(([, name]) => name!))
  const [, summary = ""] = output.split("=== SUMMARY ===")
  const found = [...summary.matchAll(/^(\S) (\S+): (\d+) passed, (\d+) failed/gm)].map((
    [, mark, scenario, passed, failed]
  ) => ({
    scenario: scenario!,
    passed: Number(passed),
    failed: Number(failed),
    isGood: mark === "✓"
  }))
  const missing = [...begun].filter((name) => !found.some(({ scenario }) => scenario === name))
  if (found.length === 0 || missing.length > 0) {
    throw new Error(`The summary lacks ${missing.join(", ") || "everything"}`)
  }
  return found
}

/** The scenarios that did not pass, in words; one of which no check passed counts too. */
export const failures = (scores: ReadonlyArray<Score>): ReadonlyArray<string> =>
  scores.filter(({ failed, isGood, passed }) => !isGood || failed > 0 || passed === 0)
    .map(({ failed, passed, scenario }) => `${scenario}: ${passed} passed, ${failed} failed`)

/** The scenarios that a revision of the protocol requires of a server: those that are scored. */
export const required = (revision: string): ReadonlyArray<string> => {
  const requirements = readFileSync(file("conformance-next", `requirements/${revision}.yaml`), "utf8")
  const [, server = ""] = /^server:\n((?:  - .+\n)+)/m.exec(requirements) ?? []
  return server.trim().split("\n").map((line) => line.replace(/^\s*- /, ""))
}

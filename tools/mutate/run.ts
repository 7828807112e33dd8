import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { join, relative } from "node:path"

export type Verdict = "killed" | "survived" | "timed out"

/** Runs the named tests and stops at the first that fails. What takes longer than `seconds` is ended, and counts as found. */
export const runTests = (
  root: string,
  vitest: string,
  files: ReadonlyArray<string>,
  seconds: number
): Promise<Verdict> => {
  const args = [vitest, "run", "--bail=1", "--reporter=dot", "--silent=true", ...files]
  const child = spawn(process.execPath, args, { cwd: root, stdio: "ignore", detached: true })
  const { promise, reject, resolve } = Promise.withResolvers<Verdict>()
  const timer = setTimeout(() => {
    resolve("timed out")
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  }, seconds * 1000)
  child.on("error", reject)
  child.on("exit", (code) => resolve(code === 0 ? "survived" : "killed"))
  return promise.finally(() => clearTimeout(timer))
}

interface Report {
  readonly testResults: ReadonlyArray<{ readonly name: string; readonly status: string }>
}

/** Names those of the test files that pass. */
export const passing = (root: string, vitest: string, files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const report = join(root, "report.json")
  const args = [vitest, "run", "--reporter=json", `--outputFile=${report}`, "--silent=true", ...files]
  rmSync(report, { force: true })
  spawnSync(process.execPath, args, { cwd: root, stdio: "ignore", timeout: 600_000, killSignal: "SIGKILL" })
  if (!existsSync(report)) return []
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report
  return testResults.filter(({ status }) => status === "passed").map(({ name }) => relative(root, name))
}

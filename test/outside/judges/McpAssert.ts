/** Asks mcp-assert, which nobody here wrote, for its verdict on a server. */
import { execFile } from "node:child_process"
import { createRequire } from "node:module"
import { delimiter, dirname } from "node:path"
import { fileURLToPath } from "node:url"

const program = createRequire(import.meta.url).resolve("@blackwell-systems/mcp-assert/bin/mcp-assert")

/** It splits a command at spaces, so that scripts are named from here. */
const root = fileURLToPath(new URL("../../..", import.meta.url))

/** A server: the script that serves over stdio, from the root of the repository, or the address of one that runs. */
export interface Server {
  readonly at: string
  readonly env?: { readonly [name: string]: string } | undefined
}

/** What `audit` says. */
export interface Audit {
  readonly score: number
  readonly tool_count: number
  readonly results: ReadonlyArray<{ readonly tool: string; readonly status: string; readonly detail: string }>
}

/** What `fuzz` says. */
export interface Fuzz {
  readonly tools: ReadonlyArray<{ readonly tool: string; readonly runs: number; readonly passed: number }>
  readonly summary: {
    readonly total_runs: number
    readonly total_failures: number
    readonly crashes: number
    readonly timeouts: number
    readonly protocol_errors: number
  }
}

/** What `lint` says. */
export interface Lint {
  readonly findings: ReadonlyArray<{ readonly tool: string; readonly code: string; readonly severity: string }> | null
}

/** A verdict, and the code that the judge ended with. */
export interface Verdict<A> {
  readonly said: A
  readonly code: number
}

const ask = <A>(command: string, server: Server, ...options: ReadonlyArray<string>): Promise<Verdict<A>> => {
  const where = server.at.startsWith("http")
    ? ["--transport", "http", "--server", server.at]
    : ["--server", `node ${server.at}`]
  const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter)
  const env = { ...process.env, ...server.env, PATH }
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, command, "--json", ...where, ...options],
      { cwd: root, env, maxBuffer: 2 ** 26 },
      (failure, stdout, stderr) => {
        try {
          resolve({ said: JSON.parse(stdout) as A, code: typeof failure?.code === "number" ? failure.code : 0 })
        } catch (cause) {
          reject(new Error(`mcp-assert ${command} gave no verdict on ${server.at}:\n${stderr.slice(-2000)}`, { cause }))
        }
      }
    )
  })
}

/** Calls each tool once, those that write too. */
export const audit = (server: Server): Promise<Verdict<Audit>> => ask("audit", server, "--include-writes")

/** Calls each tool with what no schema expects; the same for the same seed. */
export const fuzz = (server: Server, runs: number, seed: number): Promise<Verdict<Fuzz>> =>
  ask("fuzz", server, "--runs", String(runs), "--seed", String(seed))

/** Looks at the listing. */
export const lint = (server: Server): Promise<Verdict<Lint>> => ask("lint", server)

/** Servers in processes of their own: how they are spoken to, and what they take. */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { type CallTool, session } from "./session.ts"

export type Process = ChildProcessByStdio<Writable, Readable, null>

/** Starts a file of this folder; its stderr is /dev/null, where the log lines of tools go. */
export const start = (file: string, ...args: ReadonlyArray<string>): Process =>
  spawn(process.execPath, ["--conditions=errata-dist", join(import.meta.dirname, "..", file), ...args], {
    stdio: ["pipe", "pipe", "ignore"]
  })

/** Hands over what a process writes, line by line. */
export const readLines = (server: Process, onLine: (line: string) => void): void => {
  let rest = ""
  server.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n")
    rest = lines.pop()!
    for (const line of lines) onLine(line)
  })
}

/** Speaks to a stdio server. */
export const connectTo = async (server: Process): Promise<CallTool> => {
  const { call, receive, start } = session((message) => server.stdin.write(`${JSON.stringify(message)}\n`))
  readLines(server, (line) => receive(JSON.parse(line) as object))
  await start()
  return call
}

/** Nanoseconds that all threads of a process have run. */
export const processorTime = ({ pid }: Process): number => {
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).reduce(
    (sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
    0
  )
}

/** Mebibytes that a process holds. */
export const resident = ({ pid }: Process): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

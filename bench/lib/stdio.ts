/** Starts a stdio server, asks for its first tool result, and stops it. */
import { spawn } from "node:child_process"
import { readdir, readFile } from "node:fs/promises"
import { dirname } from "node:path"
import { createInterface } from "node:readline"

export interface ColdStart {
  /** From the start of the process to the first tool result. */
  readonly millis: number
  /** The processor time of all its threads until then. */
  readonly processorMillis: number
  /** The most memory that the process held until then. */
  readonly peakMebibytes: number
}

const messages = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "0.0.0" } }
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "add", arguments: { a: 1, b: 2 } } }
].map((message) => `${JSON.stringify(message)}\n`)

const peakOf = async (pid: number | undefined): Promise<number> =>
  Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

/** Reads the processor's time as the scheduler counts it, in nanoseconds: the ticks of `stat` are ten milliseconds long. */
const processorOf = async (pid: number | undefined): Promise<number> => {
  const tasks = `/proc/${pid}/task`
  const times = await Promise.all(
    (await readdir(tasks)).map(async (task) =>
      Number((await readFile(`${tasks}/${task}/schedstat`, "utf8")).split(" ")[0])
    )
  )
  return times.reduce((sum, time) => sum + time, 0) / 1e6
}

/** `args` are those of node; modules are looked for from here. */
export const coldStart = async (args: ReadonlyArray<string>): Promise<ColdStart> => {
  const start = performance.now()
  const server = spawn(process.execPath, args, {
    cwd: dirname(args.at(-1)!),
    stdio: ["pipe", "pipe", "ignore"]
  })
  const ended = new Promise((resolve) => server.once("exit", resolve))
  try {
    server.stdin.write(messages[0])
    for await (const line of createInterface(server.stdout)) {
      const answer = JSON.parse(line) as {
        readonly id?: number
        readonly result?: { readonly structuredContent?: unknown }
      }
      if (answer.id === 1) server.stdin.write(`${messages[1]}${messages[2]}`)
      if (answer.id !== 2) continue
      const millis = performance.now() - start
      if (answer.result?.structuredContent === undefined) throw new Error(`${args.join(" ")} answered ${line}`)
      const [processorMillis, peakMebibytes] = await Promise.all([processorOf(server.pid), peakOf(server.pid)])
      return { millis, processorMillis, peakMebibytes }
    }
    throw new Error(`${args.join(" ")} ended without an answer`)
  } finally {
    server.kill("SIGKILL")
    await ended
  }
}

/**
 * Sends an example server thousands of lines over stdio, good and bad, and watches whether it lives.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { source } from "../core/support/arbitraries.ts"
import * as Folder from "../wire/Folder.ts"
import * as Frames from "./frames.ts"

/** The servers that talk over stdio. */
export const servers = ["files", "documents", "weather", "operations", "partial-batch", "typed-client"] as const

/** What to send, and to whom. */
export interface Options {
  readonly server: typeof servers[number]
  readonly count: number
  readonly seed: number
}

/** What came of it. */
export interface Outcome {
  readonly sent: number
  readonly frames: number
  /** What was on stdout and is no frame, on stderr and no JSON, and what else went wrong. */
  readonly faults: ReadonlyArray<string>
}

/** How long a server may take to answer a ping, however many calls came before it. */
const patience = 60_000

/** After how many lines the server is asked whether it lives. */
const stride = 100

const entryOf = (server: string): string => {
  const file = server === "partial-batch" || server === "typed-client" ? "server" : "main"
  return fileURLToPath(new URL(`../../packages/examples/src/${server}/${file}.ts`, import.meta.url))
}

/** Sends the lines of a seed to a server. The same seed sends the same lines. */
export const run = async ({ count, seed, server }: Options): Promise<Outcome> => {
  const home = Folder.make()
  const child = spawn(process.execPath, [entryOf(server)], {
    cwd: home.path,
    env: { PATH: process.env["PATH"], ERRATA_DATA: home.at("data") },
    stdio: ["pipe", "pipe", "pipe"]
  })
  const ended = once(child, "close")
  const faults: Array<string> = []
  const note = (fault: string): void => void (faults.length < 20 && faults.push(fault.slice(0, 500)))
  child.stdin.on("error", () => undefined)
  const wanted = new Map<unknown, (frame: Frame) => void>()
  let frames = 0
  onLine(child.stdout, (text) => {
    const frame = read(text)
    if (frame?.jsonrpc !== "2.0") return note(`stdout: ${text}`)
    frames++
    wanted.get(frame.id)?.(frame)
  })
  onLine(child.stderr, (text) => {
    if (read(text) === undefined) note(`stderr: ${text}`)
  })

  const ask = (id: string, method: string, params: object): Promise<Frame> => {
    const { promise, reject, resolve } = Promise.withResolvers<Frame>()
    const timer = setTimeout(() => reject(new Error(`${method} was not answered within ${patience} ms`)), patience)
    wanted.set(id, resolve)
    void ended.then(() => reject(new Error(`the server ended with ${child.exitCode ?? child.signalCode}`)))
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`)
    return promise.finally(() => {
      clearTimeout(timer)
      wanted.delete(id)
    })
  }

  let sent = 0
  try {
    await ask("begin", "initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "fuzz", version: "1.0.0" }
    })
    const tools = (await ask("tools", "tools/list", {})).result?.["tools"] as ReadonlyArray<Frames.Listed>
    const from = source(seed)
    while (sent < count) {
      const lines = Array.from({ length: Math.min(stride, count - sent) }, () => Frames.line(from, tools))
      sent += lines.length
      if (!child.stdin.write(Buffer.concat(lines))) await Promise.race([once(child.stdin, "drain"), ended])
      await ask(`alive after ${sent}`, "ping", {})
    }
    child.stdin.end()
    const timer = setTimeout(() => child.kill("SIGKILL"), patience)
    await ended
    clearTimeout(timer)
    if (child.exitCode !== 0) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  } catch (error) {
    note(error instanceof Error ? error.message : String(error))
    child.kill("SIGKILL")
    await ended
  } finally {
    home.remove()
  }
  return { sent, frames, faults }
}

interface Frame {
  readonly jsonrpc?: unknown
  readonly id?: unknown
  readonly result?: { readonly [name: string]: unknown }
}

const read = (text: string): Frame | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Cuts bytes into lines at line feeds, and nowhere else: `node:readline` would cut at U+2028 too. */
export const onLine = (stream: Readable, take: (line: string) => void): void => {
  let rest: Array<Buffer> = []
  stream.on("data", (chunk: Buffer) => {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      take(Buffer.concat([...rest, chunk.subarray(from, at)]).toString())
      rest = []
      from = at + 1
    }
    rest.push(chunk.subarray(from))
  })
}

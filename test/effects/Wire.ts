/**
 * A client that survives its servers: it starts them, kills them, and says when an answer will never come.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type { Readable, Writable } from "node:stream"
import { fileURLToPath } from "node:url"

/** Says how to start a server. */
export interface Command {
  readonly entry: URL
  readonly args?: ReadonlyArray<string>
  readonly env: { readonly [name: string]: string }
}

/** Says what a call gave: an answer, or nothing, since the server is gone. */
export type Answer =
  | { readonly _tag: "Lost" }
  | {
    readonly _tag: "Answered"
    readonly isError: boolean
    readonly text: string
    readonly meta: Meta
    readonly output: unknown
  }

interface Meta {
  readonly "errata/problem"?: {
    readonly type: string
    readonly category: string
    readonly retry: { readonly should_retry: boolean; readonly retry_after_seconds?: number }
  }
  readonly "errata/call"?: { readonly replayed?: boolean }
}

/** A server that runs. */
export interface Server {
  readonly call: (tool: string, args: object) => Promise<Answer>
  /** Kills the process: no finalizer runs. */
  readonly kill: () => void
  /** Ends it as a client does that goes away, and waits for it. */
  readonly close: () => Promise<void>
}

interface Frame {
  readonly id?: number
  readonly result?: {
    readonly isError?: boolean
    readonly content?: ReadonlyArray<{ readonly text?: string }>
    readonly structuredContent?: unknown
    readonly _meta?: Meta
  }
  readonly error?: { readonly message: string }
}

const running = new Set<ChildProcessByStdio<Writable, Readable, Readable>>()
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")))

/** Starts a server and shakes hands with it. */
export const start = async ({ args = [], entry, env }: Command): Promise<Server> => {
  const child = spawn(process.execPath, [fileURLToPath(entry), ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "pipe"]
  })
  running.add(child)
  let said = ""
  child.stderr.on("data", (chunk: Buffer) => said = `${said}${chunk.toString()}`.slice(-2_000))
  child.stdin.on("error", () => undefined)

  const waiting = new Map<number, (frame: Frame | undefined) => void>()
  let isGone = false
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      running.delete(child)
      isGone = true
      for (const give of waiting.values()) give(undefined)
      resolve()
    })
  )
  createInterface({ input: child.stdout }).on("line", (line) => {
    const frame = JSON.parse(line) as Frame
    if (frame.id !== undefined) waiting.get(frame.id)?.(frame)
  })

  let last = 0
  const send = (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  const request = (method: string, params: object): Promise<Frame | undefined> => {
    if (isGone) return Promise.resolve(undefined)
    const id = ++last
    return new Promise<Frame | undefined>((resolve) => {
      waiting.set(id, resolve)
      send({ id, method, params })
    }).finally(() => waiting.delete(id))
  }

  const hello = await request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "effects test", version: "1.0.0" }
  })
  if (hello === undefined) throw new Error(`The server did not start: ${said}`)
  send({ method: "notifications/initialized" })

  return {
    call: async (name, args) => {
      const frame = await request("tools/call", { name, arguments: args })
      if (frame === undefined) return { _tag: "Lost" }
      if (frame.result === undefined) throw new Error(`${name}: ${frame.error?.message}`)
      const { _meta: meta = {}, content = [], isError = false, structuredContent: output } = frame.result
      return { _tag: "Answered", isError, text: content[0]?.text ?? "", meta, output }
    },
    kill: () => void child.kill("SIGKILL"),
    close: () => {
      child.stdin.end()
      return ended
    }
  }
}

/** Two servers on one state. One that is gone is started again. */
export interface Fleet {
  readonly at: (i: number) => Promise<Server>
  /** Kills a server, or closes it, and starts another in its place. */
  readonly replace: (i: number, how: "kill" | "close") => void
  readonly stop: () => Promise<void>
}

/** Starts the servers of a fleet. */
export const fleet = (command: Command): Fleet => {
  const servers = [start(command), start(command)]
  const closing: Array<Promise<void>> = []
  return {
    at: (i) => servers[i % 2]!,
    replace: (i, how) => {
      closing.push(servers[i % 2]!.then((server) => how === "kill" ? server.kill() : server.close()))
      servers[i % 2] = start(command)
    },
    stop: async () => {
      await Promise.all(servers.map(async (server) => (await server).close()))
      await Promise.all(closing)
    }
  }
}

/** Runs a server as a child process, plainly or tried, and keeps every byte. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import { until } from "../wire/Wait.ts"

/** The module that is given to `--import`. */
export const tryModule = import.meta.resolve("@errata/mcp-adapter/try")

export interface Frame {
  readonly id?: number
  readonly result?: { readonly [name: string]: unknown }
  readonly error?: { readonly code: number; readonly message: string }
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Shop {
  readonly child: ChildProcessWithoutNullStreams
  readonly stderr: () => string
  readonly send: (message: object) => void
  readonly ask: (method: string, params?: object) => Promise<Frame>
  readonly call: (name: string, args?: object) => Promise<Frame>
  readonly exit: () => Promise<Ended>
  /** Closes its stdin, and waits. */
  readonly close: () => Promise<Ended>
}

export interface Options {
  readonly isTried: boolean
  readonly env?: { readonly [name: string]: string } | undefined
  readonly args?: ReadonlyArray<string> | undefined
  /** Modules that load before the one that tries. */
  readonly before?: ReadonlyArray<URL> | undefined
  /** Modules that load after it. */
  readonly after?: ReadonlyArray<URL> | undefined
}

const environment = (env: Options["env"]) => ({ PATH: process.env["PATH"], HOME: process.env["HOME"], ...env })

/** Starts a script, without a word to it. */
export const spawnShop = (
  entry: string | URL,
  { args = [], after = [], before = [], env, isTried }: Options
): Shop => {
  const script = entry instanceof URL ? fileURLToPath(entry) : entry
  const preloads = [...before.map(({ href }) => href), ...isTried ? [tryModule] : [], ...after.map(({ href }) => href)]
  const child = spawn(process.execPath, [...preloads.flatMap((module) => ["--import", module]), script, ...args], {
    env: environment(env)
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  const chunks: Array<Buffer> = []
  const responses = new Map<number, Frame>()
  let stderr = ""
  let rest = ""
  let ended: Omit<Ended, "stdout" | "stderr"> | undefined
  child.stdin.on("error", () => undefined)
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk)
    const lines = (rest + chunk.toString("utf8")).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) {
      const frame = JSON.parse(line) as Frame & { readonly method?: string }
      if (frame.id !== undefined && frame.method === undefined) responses.set(frame.id, frame)
    }
  })
  child.stderr.on("data", (chunk: Buffer) => stderr += chunk.toString("utf8"))
  child.on("close", (code, signal) => ended = { code, signal })

  let id = 0
  const send = (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  const ask: Shop["ask"] = async (method, params = {}) => {
    const asked = id++
    send({ id: asked, method, params })
    return until(`the answer to ${method} of ${script}: ${stderr.slice(-500)}`, () => {
      if (responses.has(asked)) return responses.get(asked)
      return ended === undefined ? undefined : { error: { code: 0, message: "It ended" } }
    }, 60_000)
  }
  const exit = async () => ({
    ...await until(`the end of ${script}`, () => ended, 60_000),
    stdout: Buffer.concat(chunks).toString("utf8"),
    stderr
  })
  return {
    child,
    stderr: () => stderr,
    send,
    ask,
    call: (name, args = {}) => ask("tools/call", { name, arguments: args }),
    exit,
    close: () => {
      child.stdin.end()
      return exit()
    }
  }
}

/** Starts a server and shakes hands with it. */
export const start = async (entry: string | URL, options: Options): Promise<Shop> => {
  const shop = spawnShop(entry, options)
  await shop.ask("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "try test", version: "1.0.0" }
  })
  shop.send({ method: "notifications/initialized" })
  return shop
}

export const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url)

/**
 * Sends a conformance server thousands of raw HTTP requests, and watches whether it lives.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"
import { source } from "../core/support/arbitraries.ts"
import * as Requests from "./requests.ts"
import { onLine, type Outcome } from "./stdio.ts"

/** The servers that talk HTTP, by the generation of their SDK. */
export const servers = ["sdk", "server"] as const

/** What to send, and to whom. */
export interface Options {
  readonly server: typeof servers[number]
  readonly count: number
  readonly seed: number
}

const tools = [
  { name: "test_simple_text", inputSchema: {} },
  { name: "test_error_handling", inputSchema: {} },
  { name: "test_tool_with_progress", inputSchema: {} },
  { name: "test_sampling", inputSchema: { properties: { prompt: {} } } }
]

/** How long a good request may take to be answered. */
const patience = 60_000

/** How long the client listens to a server that says nothing more: it may wait for the rest of a request. */
const silence = 250

/** How many connections are open at once. */
const breadth = 16

/** Sends the requests of a seed to a server. The same seed sends the same requests. */
export const run = async ({ count, seed, server }: Options): Promise<Outcome> => {
  const entry = fileURLToPath(new URL(`../../packages/examples/src/conformance/main-${server}.ts`, import.meta.url))
  const child = spawn(process.execPath, [entry, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] })
  const ended = once(child, "close")
  const faults: Array<string> = []
  const note = (fault: string): void => void (faults.length < 20 && faults.push(fault.slice(0, 500)))
  child.stdout.on("data", (bytes: Buffer) => note(`stdout: ${bytes.toString()}`))
  const listening = Promise.withResolvers<number>()
  void ended.then(() => listening.reject(new Error("it did not start")))
  onLine(child.stderr, (line) => {
    const told = /"port":(\d+)/.exec(line)?.[1]
    if (told !== undefined) listening.resolve(Number(told))
    if (!line.startsWith("{\"timestamp\":")) note(`stderr: ${line}`)
  })

  const from = source(seed)
  let sent = 0
  let frames = 0
  try {
    const port = await listening.promise
    const worker = async (): Promise<void> => {
      while (sent < count && faults.length === 0) {
        const requests = Array.from(
          { length: Math.min(from.chance(70) ? 1 : 1 + from.int(8), count - sent) },
          () => Requests.request(from, tools)
        )
        sent += requests.length
        const reply = await exchange(port, Buffer.concat(requests))
        frames += reply.match(/^HTTP\/1\.1 \d{3}/gm)?.length ?? 0
        if (/\bat (?:async )?[\w.<>]* ?\(?(?:file|node):/.test(reply)) note(`a stack in a reply: ${reply}`)
        if (sent % 50 < requests.length && await isAlive(port) === false) {
          note(`no answer to a good request after ${sent}`)
        }
      }
    }
    await Promise.all(Array.from({ length: breadth }, worker))
    if (!await isAlive(port)) note("no answer to a good request at the end")
  } catch (error) {
    note(error instanceof Error ? error.message : String(error))
  }
  if (child.exitCode !== null || child.signalCode !== null) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  child.kill("SIGTERM")
  const timer = setTimeout(() => child.kill("SIGKILL"), patience)
  await ended
  clearTimeout(timer)
  if (child.exitCode !== 0) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  return { sent, frames, faults }
}

/** Sends bytes and returns what comes until the server closes or falls silent. */
const exchange = (port: number, bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    const pieces: Array<Buffer> = []
    socket.setTimeout(silence, () => socket.destroy())
    socket.on("data", (piece) => pieces.push(piece))
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(Buffer.concat(pieces).toString("latin1")))
    socket.end(bytes)
  })

const isAlive = async (port: number): Promise<boolean> => {
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "fuzz", version: "1" } }
    }),
    signal: AbortSignal.timeout(patience)
  }).catch(() => undefined)
  return response?.status === 200 && (await response.text()).includes("protocolVersion")
}

/**
 * Keeps a conformance server busy over HTTP with calls, aborted requests and sessions, and watches what it holds when it rests.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { source } from "../core/support/arbitraries.ts"
import { onLine } from "../fuzz/stdio.ts"
import * as Gauge from "./gauge.ts"
import type { Outcome } from "./stdio.ts"

export const servers = ["sdk", "server"] as const

export interface Options {
  readonly server: typeof servers[number]
  readonly seconds: number
  readonly seed: number
}

const tools = ["test_simple_text", "test_error_handling", "test_tool_with_progress", "test_image_content", "nowhere"]
const breadth = 16

const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" }

const bodyOf = (id: number, method: string, params: object): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params })

/** A client of one round: of the first generation it has a session, which it ends. */
const connect = async (
  url: string
): Promise<{ readonly headers: { readonly [name: string]: string }; readonly end: () => Promise<void> }> => {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "soak", version: "1.0.0" } }
  const response = await fetch(url, { method: "POST", headers, body: bodyOf(0, "initialize", params) })
  const session = response.headers.get("mcp-session-id")
  await response.text()
  const own = {
    ...headers,
    "mcp-protocol-version": "2025-11-25",
    ...session === null ? {} : { "mcp-session-id": session }
  }
  return {
    headers: own,
    end: async () => {
      if (session !== null) await (await fetch(url, { method: "DELETE", headers: own })).text()
    }
  }
}

export const run = async ({ seconds, seed, server }: Options): Promise<Outcome> => {
  const entry = fileURLToPath(new URL(`../../packages/examples/src/conformance/main-${server}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...Gauge.lean, entry, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] })
  const ended = once(child, "close")
  const faults: Array<string> = []
  const note = (fault: string): void => void (faults.length < 20 && faults.push(fault.slice(0, 400)))
  child.stdout.on("data", (bytes: Buffer) => note(`stdout: ${bytes.toString()}`))
  const listening = Promise.withResolvers<string>()
  void ended.then(() => listening.reject(new Error("it ended")))
  onLine(child.stderr, (line) => {
    const told = /"url":"([^"]+)"/.exec(line)?.[1]
    if (told !== undefined) listening.resolve(told)
  })

  const from = source(seed)
  const counts = { calls: 0, cancels: 0 }
  const samples: Array<Gauge.Sample> = []
  const one = async (url: string, headers: { readonly [name: string]: string }): Promise<void> => {
    const controller = new AbortController()
    const isCut = from.chance(20)
    const params = {
      name: from.pick(tools),
      arguments: from.chance(10) ? [] : {},
      _meta: { progressToken: counts.calls }
    }
    const request = fetch(url, {
      method: "POST",
      headers,
      signal: controller.signal,
      body: from.chance(5) ? "{" : bodyOf(++counts.calls, "tools/call", params)
    }).then((response) => response.text())
    if (isCut) {
      counts.cancels++
      setTimeout(() => controller.abort(), from.int(40))
    }
    await request.catch((failure: unknown) => {
      if (!controller.signal.aborted) throw failure
    })
  }
  try {
    const url = await listening.promise
    for (const until = performance.now() + seconds * 1_000; performance.now() < until && faults.length === 0;) {
      const client = await connect(url)
      await Promise.all(Array.from({ length: breadth }, () => one(url, client.headers)))
      await client.end()
      await new Promise((resolve) => setTimeout(resolve, 100)) // what was cut off lets go
      samples.push(Gauge.look(child.pid!, 0))
    }
    for (const grown of Gauge.growth(samples)) note(grown)
  } catch (error) {
    note(error instanceof Error ? error.message : String(error))
  }
  if (child.exitCode !== null || child.signalCode !== null) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  child.kill("SIGTERM")
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000)
  await ended
  clearTimeout(timer)
  if (child.exitCode !== 0) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  return { ...counts, samples, faults }
}

/**
 * Keeps a server of `@errata/mcp-adapter/http` busy whose upstream and store fail at times, with clients that are slow, cut off,
 * cancel, and send what is malformed or too large. Every call that its client waited for has one answer, of its own or a refusal
 * that the documentation names, and what the server holds is back to nothing when it rests.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"
import { source } from "../core/support/arbitraries.ts"
import { onLine } from "../fuzz/stdio.ts"
import * as Gauge from "./gauge.ts"
import type { Outcome } from "./stdio.ts"

/** The servers, by the SDK and whether they keep sessions. */
export const servers = ["1 false", "1 true", "2 false", "2 true"] as const

export interface Options {
  readonly server: typeof servers[number]
  readonly seconds: number
  readonly seed: number
}

const tools = ["look", "write", "large", "slow", "dies"]
const breadth = 24
const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" }

/** What a call may be answered with besides its own result: too much at once, or too slow, on a machine that is busy itself. */
const refusals = new Set([408, 503, 504])

const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "soak", version: "1.0.0" } }
}

interface Counts {
  calls: number
  cancels: number
  refused: number
  answered: number
  malformed: number
}

type Note = (fault: string) => void

interface Client {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly isModern: boolean
  readonly from: ReturnType<typeof source>
  readonly counts: Counts
  readonly note: Note
}

const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "soak", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {}
}

const messagesOf = (text: string): ReadonlyArray<any> =>
  text.startsWith("{")
    ? [JSON.parse(text)]
    : text.split("\n").filter((line) => line.startsWith("data: {")).map((line) => JSON.parse(line.slice(6)))

/** Calls a tool; one in five is given up, by a closed connection or a cancel. */
const call = async ({ counts, from, headers, isModern, note, url }: Client): Promise<void> => {
  const id = ++counts.calls
  const name = from.pick(tools)
  const nonce = `n${id}`
  const meta = { progressToken: id, ...isModern ? modernMeta : {} }
  const params = {
    name,
    arguments: { nonce, ...name === "write" ? { idempotency_key: `k${from.int(50)}` } : {} },
    _meta: meta
  }
  const controller = new AbortController()
  const isGivenUp = from.chance(20)
  if (isGivenUp) {
    counts.cancels++
    setTimeout(() => controller.abort(), from.int(60))
  }
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, ...isModern ? { "mcp-method": "tools/call", "mcp-name": name } : {} },
      body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params }),
      signal: controller.signal
    })
    const text = await response.text()
    if (refusals.has(response.status)) return void counts.refused++
    const answers = messagesOf(text).filter((message) => message.method === undefined)
    if (answers.length !== 1) {
      note(`${answers.length} answers to ${name} ${id}, ${response.status}: ${text.slice(0, 200)}`)
    }
    const { error, id: of, result } = answers[0] ?? {}
    if (of !== id) note(`the answer to ${id} is that of ${of}, ${response.status}: ${text.slice(0, 200)}`)
    const told = result?.structuredContent?.nonce
    // the same key with another nonce is a conflict, and a replay tells the first one's
    if (result?.isError !== true && error === undefined && told !== nonce) note(`another's answer: ${told} to ${nonce}`)
    counts.answered++
  } catch (failure) {
    if (!controller.signal.aborted) {
      note(`no answer to ${name} ${id}: ${String(failure)} ${String((failure as Error).cause)}`)
    }
  }
}

const inHex = (text: string): string => text.length.toString(16)

/** Sends what is no call: cut off, malformed, too large, or one byte at a time. */
const misbehave = async ({ counts, from, url }: Client): Promise<void> => {
  counts.malformed++
  const head = (length: number) =>
    `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: ${length}\r\n\r\n`
  const bytes = from.pick([
    "nonsense\r\n\r\n",
    `${head(100)}{"jsonrpc":`,
    `${head(5)}{"a":`,
    `${head(200_000)}${"x".repeat(200_000)}`,
    `${head(2)}[]`,
    head(10).replace("POST", "PATCH"),
    head(0).replace("localhost", "evil.example"),
    `${head(0).replace("content-length: 0", "transfer-encoding: chunked")}${inHex("{\"a\":1}")}\r\n{"a":1}\r\nzz\r\n`
  ])
  const socket = connect(Number(new URL(url).port), "127.0.0.1")
  socket.on("error", () => undefined)
  const closed = once(socket, "close")
  socket.setTimeout(from.int(300) + 1, () => socket.destroy())
  if (from.chance(50)) socket.on("data", () => undefined) // the others read nothing
  socket.write(bytes)
  await closed.catch(() => undefined)
}

const clientOf = async (
  url: string,
  isModern: boolean,
  rest: Pick<Client, "from" | "counts" | "note">
): Promise<Client> => {
  if (isModern) return { url, isModern, headers: { ...headers, "mcp-protocol-version": "2026-07-28" }, ...rest }
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(initialize) })
  await response.text()
  const session = response.headers.get("mcp-session-id")
  const own = { ...headers, "mcp-protocol-version": "2025-11-25" }
  return { url, isModern, headers: session === null ? own : { ...own, "mcp-session-id": session }, ...rest }
}

/** What is held at rest: all but memory has to be nothing. */
const rest = async (url: string, note: Note): Promise<number> => {
  let held: Record<string, number> = {}
  for (const until = performance.now() + 15_000; performance.now() < until;) {
    held = await (await fetch(new URL("/counts", url), { headers: { connection: "close" } })).json() as typeof held
    const { bufferedBytes, files, inside, scopes, streams, waiting } = held
    if (bufferedBytes! + files! + inside! + scopes! + streams! + waiting! === 0) return held["heap"]!
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  note(`something is held at rest: ${JSON.stringify(held)}`)
  return held["heap"]!
}

/** Connections that nobody uses are closed at the end, by either side: the server does so after 65 s. */
const lets = async (pid: number, before: Gauge.Sample, note: Note): Promise<void> => {
  let after = Gauge.look(pid, 0)
  for (const until = performance.now() + 120_000; after.sockets > before.sockets + 2;) {
    if (performance.now() > until) return note(`${after.sockets} sockets are left of ${before.sockets}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
    after = Gauge.look(pid, 0)
  }
}

/** Keeps a server busy. The same seed asks for the same. */
export const run = async (
  { seconds, seed, server }: Options
): Promise<Outcome & Counts & { readonly heap: ReadonlyArray<number> }> => {
  const entry = fileURLToPath(new URL("./fixtures/server.ts", import.meta.url))
  const child = spawn(process.execPath, [...Gauge.lean, "--expose-gc", entry, ...server.split(" ")], {
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ended = once(child, "close")
  const faults: Array<string> = []
  const note: Note = (fault) => void (faults.length < 20 && faults.push(fault.slice(0, 400)))
  child.stdout.on("data", (bytes: Buffer) => note(`stdout: ${bytes.toString()}`))
  const listening = Promise.withResolvers<string>()
  void ended.then(() => listening.reject(new Error("it ended")))
  onLine(child.stderr, (line) => {
    const told = /"message":"listening".*"url":"([^"]+)"/.exec(line)?.[1]
    if (told !== undefined) listening.resolve(told)
    if (/unhandled rejection|uncaught error/.test(line)) note(line)
  })
  const from = source(seed)
  const counts: Counts = { calls: 0, cancels: 0, refused: 0, answered: 0, malformed: 0 }
  const samples: Array<Gauge.Sample> = []
  const heap: Array<number> = []
  try {
    const url = await listening.promise
    const before = Gauge.look(child.pid!, 0)
    for (const until = performance.now() + seconds * 1_000; performance.now() < until && faults.length === 0;) {
      const client = await clientOf(url, server.startsWith("2") && from.chance(50), { from, counts, note })
      await Promise.all(Array.from({ length: breadth }, () => from.chance(15) ? misbehave(client) : call(client)))
      if (samples.length % 4 === 0) heap.push(await rest(url, note))
      samples.push(Gauge.look(child.pid!, 0))
    }
    await rest(url, note)
    if (seconds >= 60) await lets(child.pid!, before, note)
    const isOfPool = (grown: string): boolean => /^(sockets|descriptors)/.test(grown) // clients keep some: looked at above
    for (const grown of Gauge.growth(samples)) if (!isOfPool(grown)) note(grown)
  } catch (error) {
    note(error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error))
  }
  if (child.exitCode !== null || child.signalCode !== null) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  child.kill("SIGTERM")
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000)
  await ended
  clearTimeout(timer)
  if (child.exitCode !== 0) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  return { ...counts, samples, heap, faults }
}

/** Keeps an example server busy over stdio with calls, cancels and faults, and watches what it holds when it rests. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Source, source } from "../core/support/arbitraries.ts"
import * as Frames from "../fuzz/frames.ts"
import { onLine } from "../fuzz/stdio.ts"
import * as Folder from "../wire/Folder.ts"
import * as Gauge from "./gauge.ts"

export const servers = ["documents", "files", "weather"] as const

export interface Options {
  readonly server: typeof servers[number]
  readonly seconds: number
  readonly seed: number
}

export interface Outcome {
  readonly calls: number
  readonly cancels: number
  readonly samples: ReadonlyArray<Gauge.Sample>
  readonly faults: ReadonlyArray<string>
}

const samplesOf = (server: string): string =>
  fileURLToPath(
    new URL(`../../packages/examples/samples/${server === "files" ? "files" : "documents"}`, import.meta.url)
  )

const formats = ["html", "text", "json", "markdown", "pdf"]

/** A call that makes sense, or nearly. */
const callOf = (server: Options["server"], from: Source, names: ReadonlyArray<string>): readonly [string, object] => {
  const name = from.chance(8) ? "nowhere.md" : from.pick(names)
  switch (server) {
    case "documents":
      return from.pick<() => readonly [string, object]>([
        () => ["list_documents", { limit: 1 + from.int(50) }],
        () => ["convert_document", { document_id: name, target_format: from.pick(formats) }],
        () => ["batch_convert_documents", { document_ids: [name, from.pick(names)], target_format: "text" }],
        () => ["process_data", { data_id: name }],
        () => ["convert_document", { document_id: 7 }]
      ])()
    case "files":
      return from.pick<() => readonly [string, object]>([
        () => ["search_files", { query: from.pick(["a", "error", "2026", "no such thing"]) }],
        () => ["read_file", { path: name, max_bytes: 1 + from.int(5_000) }],
        () => ["process_files", { paths: [name, from.pick(names)], operation: "summarize" }],
        () => ["process_csv_file", { path: name, operation: "summarize" }],
        () => ["read_file", {}]
      ])()
    case "weather":
      return from.pick<() => readonly [string, object]>([
        () => ["get_weather", { city: from.pick(["Berlin", "Oslo", ""]) }],
        () => ["fetch_api_data", { endpoint: from.pick(["/current", "/forecast", "https://example.com"]) }]
      ])()
  }
}

const listed = ["list_documents", "read_file", "get_weather"].map((name) => ({ name, inputSchema: {} }))

/** How long an answer may take. */
const patience = 90_000
const breadth = 24

export const run = async ({ seconds, seed, server }: Options): Promise<Outcome> => {
  const home = Folder.make()
  cpSync(samplesOf(server), home.at("root"), { recursive: true })
  const names = readdirSync(home.at("root"), { recursive: true, encoding: "utf8" }).filter((name) => name.includes("."))
  const entry = fileURLToPath(new URL(`../../packages/examples/src/${server}/main.ts`, import.meta.url))
  const child = spawn(process.execPath, [
    ...Gauge.lean,
    entry,
    ...server === "weather" ? [] : ["--root", home.at("root")]
  ], {
    cwd: home.path,
    env: { PATH: process.env["PATH"], ERRATA_DATA: home.at("data") },
    stdio: ["pipe", "pipe", "pipe"]
  })
  const pid = child.pid!
  const ended = once(child, "close")
  const faults: Array<string> = []
  const note = (fault: string): void => void (faults.length < 20 && faults.push(fault.slice(0, 400)))
  child.stdin.on("error", () => undefined)
  const waiting = new Map<unknown, () => void>()
  onLine(child.stdout, (text) => {
    const id = /"id":"?([\w ]+)"?/.exec(text)?.[1]
    if (!text.startsWith("{")) note(`stdout: ${text}`)
    waiting.get(id)?.()
  })
  onLine(child.stderr, (text) => {
    if (!text.startsWith("{")) note(`stderr: ${text}`)
  })
  const write = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`)
  const answered = (id: string): Promise<void> => {
    const { promise, reject, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => reject(new Error(`${id} was not answered within ${patience} ms`)), patience)
    waiting.set(id, resolve)
    void ended.then(() => reject(new Error(`the server ended with ${child.exitCode ?? child.signalCode}`)))
    return promise.catch((error: Error) => note(error.message)).finally(() => {
      clearTimeout(timer)
      waiting.delete(id)
    })
  }
  const ask = (id: string, method: string, params: object): Promise<void> => {
    const answer = answered(id)
    write({ jsonrpc: "2.0", id, method, params })
    return answer
  }

  const from = source(seed)
  const counts = { calls: 0, cancels: 0 }
  const samples: Array<Gauge.Sample> = []
  const one = async (): Promise<void> => {
    const id = `c${counts.calls++}`
    const [name, args] = callOf(server, from, names)
    const answer = ask(id, "tools/call", { name, arguments: args, _meta: { progressToken: id } })
    if (!from.chance(20)) return answer
    await new Promise((resolve) => setTimeout(resolve, from.int(60)))
    if (!waiting.has(id)) return answer
    counts.cancels++
    write({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id, reason: "the soak" } })
    waiting.get(id)?.() // nothing is sent
    return answer
  }
  /** Calls at once, some cancelled, among lines that make no sense; now and then a child is killed under its work. */
  const round = async (): Promise<void> => {
    const calls = Array.from({ length: breadth }, one)
    child.stdin.write(Buffer.concat(Array.from({ length: 10 }, () => Frames.line(from, listed))))
    if (from.chance(10)) {
      const victim = Gauge.childrenOf(pid)[0]
      if (victim !== undefined) process.kill(victim, "SIGKILL")
    }
    await Promise.all(calls)
    await ask(`p${samples.length}`, "ping", {})
  }

  const workspaces = home.at("data", "workspaces")
  try {
    const clientInfo = { name: "soak", version: "1.0.0" }
    await ask("begin", "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo })
    for (const until = performance.now() + seconds * 1_000; performance.now() < until && faults.length === 0;) {
      await round()
      await new Promise((resolve) => setTimeout(resolve, 100)) // what was cancelled lets go
      samples.push(Gauge.look(pid, existsSync(workspaces) ? readdirSync(workspaces).length : 0))
    }
    for (const grown of Gauge.growth(samples)) note(grown)
  } catch (error) {
    note(error instanceof Error ? error.message : String(error))
  }
  const kin = child.exitCode === null ? Gauge.childrenOf(pid) : []
  child.stdin.end()
  const timer = setTimeout(() => child.kill("SIGKILL"), patience)
  await ended
  clearTimeout(timer)
  if (child.exitCode !== 0) note(`it ended with ${child.exitCode ?? child.signalCode}`)
  const left = kin.filter((kin) => existsSync(`/proc/${kin}`))
  if (left.length > 0) note(`it left ${left.length} children behind`)
  if (existsSync(workspaces) && readdirSync(workspaces).length > 0) note("it left workspaces behind")
  home.remove()
  return { ...counts, samples, faults }
}

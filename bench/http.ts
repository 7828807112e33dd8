/**
 * P11: a stateless server over HTTP with 1, 10 and 100 tools, asked over 16 connections. Client and server share a processor, so that
 * the time of a request is what both take of it; of some hundred microseconds, twenty are the client's.
 */
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import { type Process, readLines, start } from "./lib/child.ts"
import { compareFleet, type Copy } from "./lib/fleet.ts"
import { connectHttp, type Connection, headerOf, type Headers, post } from "./lib/http-client.ts"
import { pinTogether } from "./lib/pin.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import { isQuick } from "./lib/stats.ts"

const connections = 16

/** Takes so long with many tools that a quick run leaves it out. */
const eachTime = "Errata, registered each time"

/** How many processes each has: those that no goal is about need no second. */
const counts = {
  "by hand": 2,
  "by hand again": 2,
  "by hand, a validator each": 2,
  [eachTime]: 1,
  "Errata, prepared": 2,
  "Errata, served": 2,
  "Errata, served in streams": 1,
  "by hand, SDK 2": 1,
  "Errata, served by SDK 2": 1,
  "effect's McpServer": 1
} as const

interface Server extends Copy {
  readonly request: string
  readonly connections: ReadonlyArray<Connection>
}

const call = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "add", arguments: { a: 1, b: 2 } }
})

const common = { "content-type": "application/json", accept: "application/json, text/event-stream" }

/** effect's server keeps sessions; the others do without. */
const headersFor = async (connection: Connection): Promise<Headers> => {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "0.0.0" } }
  const initialize = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params })
  const session = headerOf(await connection.ask(post("/mcp", common, initialize)), "mcp-session-id")
  return session === undefined
    ? common
    : { ...common, "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" }
}

const portOf = (server: Process): Promise<number> =>
  new Promise((resolve) => readLines(server, (line) => resolve(Number(line))))

const open = async (copy: Copy): Promise<Server> => {
  const port = await portOf(copy.process)
  const opened = await Promise.all(Array.from({ length: connections }, () => connectHttp(port)))
  const request = post("/mcp", await headersFor(opened[0]!), call)
  assert.match(await opened[0]!.ask(request), /"structuredContent":\{"sum":3\}/)
  return { ...copy, request, connections: opened }
}

/** Keeps all connections busy. */
const chunk = async ({ connections, request }: Server, times: number): Promise<ReadonlyArray<number>> => {
  let left = times
  const lane = async ({ ask }: Connection) => {
    while (left-- > 0) await ask(request)
  }
  const start = performance.now()
  await Promise.all(connections.map(lane))
  return [(performance.now() - start) * 1_000 / times]
}

const goals: { readonly [tools: number]: ReadonlyArray<Goal> } = {
  1: [
    { variant: "Errata, prepared", against: "by hand, a validator each", atMost: 0.5 },
    { variant: "Errata, served", against: "by hand, a validator each", atMost: 0.5 }
  ],
  100: [
    { variant: "Errata, prepared", against: "by hand", atMost: 1.1 },
    { variant: "Errata, served", against: "by hand", atMost: 1.1 }
  ]
}

const compare = async (tools: number, servers: ReadonlyArray<Server>): Promise<ReadonlyArray<Comparison>> => {
  const plan = { rounds: 9, chunks: 40, size: connections, warmCalls: 3_000 }
  const { processor, typical } = await compareFleet(servers, plan, chunk)
  const common = { unit: "us", control: ["by hand", "by hand again"] as const }
  const title = `HTTP, ${tools} ${tools === 1 ? "tool" : "tools"}`
  return [
    { ...common, title: `${title}, time`, samples: typical, goals: goals[tools] ?? [] },
    { ...common, title: `${title}, processor time of the server`, samples: processor, goals: [], isLoose: true }
  ]
}

const withServers = async function*(tools: number) {
  const wanted = Object.entries(counts).filter(([name]) => !isQuick || tools === 1 || name !== eachTime)
  const copies = wanted.flatMap(([name, count]) =>
    Array.from({ length: count }, () => ({ name, process: start("http-server.ts", name, String(tools)) }))
  )
  try {
    const servers = await Promise.all(copies.map(open))
    pinTogether(copies.map(({ process }) => process))
    yield () => compare(tools, servers)
    for (const { connections } of servers) for (const { close } of connections) close()
  } finally {
    for (const { process } of copies) process.kill("SIGKILL")
  }
}

export const benchmark: Benchmark = {
  steps: async function*() {
    for (const tools of isQuick ? [1, 100] : [1, 10, 100]) yield* withServers(tools)
  }
}

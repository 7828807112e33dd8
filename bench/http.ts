/** P11: a stateless server over HTTP with 1, 10 and 100 tools, asked over 16 connections: time and processor time of a request. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { Agent, type IncomingMessage, request } from "node:http"
import type { Benchmark } from "./lib/benchmark.ts"
import { processorTime, readLines, start } from "./lib/child.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import { alternate } from "./lib/stats.ts"

const connections = 16
const requests = 400

const names = [
  "by hand",
  "by hand again",
  "by hand, a validator each",
  "Errata, registered each time",
  "Errata, prepared",
  "Errata, served",
  "Errata, served in streams",
  "by hand, SDK 2",
  "Errata, served by SDK 2",
  "effect's McpServer"
]

const body = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "add", arguments: { a: 1, b: 2 } }
})

type Headers = Readonly<Record<string, string>>

const common = { "content-type": "application/json", accept: "application/json, text/event-stream" }

const send = async (agent: Agent, port: number, headers: Headers, body: string) => {
  const sent = request({ agent, port, host: "127.0.0.1", path: "/mcp", method: "POST", headers })
  sent.end(body)
  const [response] = await once(sent, "response") as [IncomingMessage]
  let text = ""
  for await (const chunk of response.setEncoding("utf8")) text += chunk as string
  return { response, text }
}

const post = async (agent: Agent, port: number, headers: Headers): Promise<string> =>
  (await send(agent, port, headers, body)).text

/** effect's server keeps sessions; the others do without. */
const headersFor = async (port: number): Promise<Headers> => {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "0.0.0" } }
  const initialize = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params })
  const { response } = await send(new Agent(), port, common, initialize)
  const session = response.headers["mcp-session-id"]
  return typeof session === "string"
    ? { ...common, "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" }
    : common
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

const compare = async (tools: number): Promise<ReadonlyArray<Comparison>> => {
  const servers = names.map((name) => start("http-server.ts", name, String(tools)))
  try {
    const ports = await Promise.all(
      servers.map((server) => new Promise<number>((resolve) => readLines(server, (line) => resolve(Number(line)))))
    )
    const processor = new Map<string, Array<number>>(names.map((name) => [name, []]))
    const time = await alternate(
      names.map((name, i) => {
        const agent = new Agent({ keepAlive: true, maxSockets: connections })
        return {
          name,
          measure: async () => {
            const headers = await headersFor(ports[i]!)
            assert.match(await post(agent, ports[i]!, headers), /"structuredContent":\{"sum":3\}/)
            const [since, before] = [performance.now(), processorTime(servers[i]!)]
            let left = requests
            const lane = async () => {
              while (left-- > 0) await post(agent, ports[i]!, headers)
            }
            await Promise.all(Array.from({ length: connections }, lane))
            processor.get(name)!.push((processorTime(servers[i]!) - before) / requests / 1_000)
            return (performance.now() - since) * 1_000 / requests
          }
        }
      }),
      { rounds: 9, warmups: 2 }
    )
    const counted = time.map(({ name, rounds }) => ({ name, rounds: processor.get(name)!.slice(-rounds.length) }))
    const common = { unit: "us", control: ["by hand", "by hand again"] as const }
    const title = `HTTP, ${tools} ${tools === 1 ? "tool" : "tools"}`
    return [
      { ...common, title: `${title}, time`, samples: time, goals: [] },
      { ...common, title: `${title}, processor time`, samples: counted, goals: goals[tools] ?? [] }
    ]
  } finally {
    for (const server of servers) server.kill("SIGKILL")
  }
}

export const benchmark: Benchmark = {
  run: async () => [...await compare(1), ...await compare(10), ...await compare(100)]
}

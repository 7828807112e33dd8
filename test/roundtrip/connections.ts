/** Every way from the failing tools to a client: in memory, over stdio with a process of its own, and over HTTP. */
import { Client as Client2 } from "@modelcontextprotocol/client"
import { StdioClientTransport as StdioClientTransport2 } from "@modelcontextprotocol/client/stdio"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport as StdioClientTransport1 } from "@modelcontextprotocol/sdk/client/stdio.js"
import { fileURLToPath } from "node:url"
import { type Connection, hosts } from "../hosts/hosts.ts"
import { type ClientName, clients } from "../matrix/clients.ts"
import { type ServerName, servers } from "../matrix/servers.ts"
import { profiles, served } from "./tools.ts"

type Open = () => Promise<Connection>

const info = { name: "roundtrip", version: "1.0.0" }

/** One server for each profile, since those in memory are made with one set of options. */
const inMemory = (connect: (typeof hosts)[number][1]): Open => async () => {
  const names = Object.keys(profiles)
  const connections = new Map(
    await Promise.all(served.map(async ([tools, options], i) => [names[i]!, await connect(tools, options)] as const))
  )
  const all = [...connections.values()]
  return {
    call: (tool, args) => connections.get(tool.split("_").at(-1)!)!.call(tool, args),
    list: async () => (await Promise.all(all.map((connection) => connection.list()))).flat(),
    close: async () => void await Promise.all(all.map((connection) => connection.close()))
  }
}

const serverProcess = (entry: URL) => ({
  command: process.execPath,
  args: [fileURLToPath(entry)],
  stderr: "ignore" as const
})

const stdio1 = (entry: URL): Open => async () => {
  const client = new Client1(info)
  await client.connect(new StdioClientTransport1(serverProcess(entry)))
  return {
    call: (name, args) => client.callTool({ name, arguments: args }),
    list: async () => (await client.listTools()).tools,
    close: () => client.close()
  }
}

const stdio2 = (mode: "legacy" | { readonly pin: string }): Open => async () => {
  const client = new Client2(info, { versionNegotiation: { mode } })
  await client.connect(new StdioClientTransport2(serverProcess(new URL("./fixtures/server.ts", import.meta.url))))
  return {
    call: (name, args) => client.callTool({ name, arguments: args }),
    list: async () => (await client.listTools()).tools,
    close: () => client.close()
  }
}

const http = (server: ServerName, client: ClientName): Open => async () => {
  const { close, url } = await servers[server](served)
  const connection = await clients[client](url)
  return {
    ...connection,
    close: async () => {
      await connection.close()
      await close()
    }
  }
}

export const connections: ReadonlyArray<readonly [title: string, open: Open]> = [
  ...hosts.map(([host, connect]) => [`${host}, in memory`, inMemory(connect)] as const),
  ["SDK 1.x, over stdio", stdio1(new URL("./fixtures/sdk.ts", import.meta.url))],
  ["server 2.x, over stdio, 2025-11-25", stdio2("legacy")],
  ["server 2.x, over stdio, 2026-07-28", stdio2({ pin: "2026-07-28" })],
  ["effect, over stdio", stdio1(new URL("./fixtures/effect.ts", import.meta.url))],
  ["SDK 1.x, over HTTP", http("SDK 1.x", "SDK 1.x")],
  ["server 2.x, over HTTP, 2025-11-25", http("server 2.x", "client 2.x")],
  ["server 2.x, over HTTP, 2026-07-28", http("server 2.x", "client 2.x, `auto`")],
  ["effect, over HTTP, 2026-07-28", http("effect", "effect, `v2026_07_28`")]
]

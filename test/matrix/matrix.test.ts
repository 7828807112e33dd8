/** Old and new clients of old and new servers: none loses what its model needs, and the guide says what each receives. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as z from "zod"
import { type ClientName, clients, type Connected } from "./clients.ts"
import { isLost, observe } from "./observe.ts"
import { type Server, type ServerName, servers } from "./servers.ts"
import { type Cell, type Pair, protocols, received } from "./table.ts"
import { kinds, type Profile, profiles, served } from "./tools.ts"

const names = {
  clients: Object.keys(clients) as ReadonlyArray<ClientName>,
  servers: Object.keys(servers) as ReadonlyArray<ServerName>,
  profiles: Object.keys(profiles) as ReadonlyArray<Profile>
}

const observeAll = async (connection: Connected): Promise<ReadonlyArray<Cell>> => {
  const all = names.profiles.flatMap((profile) => kinds.map((kind) => ({ profile, kind })))
  const once = async () => {
    const observed = []
    for (const { kind, profile } of all) observed.push(await observe(connection, profile, kind))
    return observed
  }
  const before = await once()
  const listed = await connection.list()
  expect(listed).toHaveLength(names.profiles.length * 3)
  const after = await once()
  return all.map((cell, i) => ({ ...cell, before: before[i]!, after: after[i]! }))
}

/** effect's client asks for the protocol that it was made for, and no other. */
const strangers: ReadonlyArray<readonly [ClientName, ServerName]> = [
  ["effect, `v2026_07_28`", "SDK 1.x, oldest"],
  ["effect, `v2026_07_28`", "SDK 1.x"]
]

const pairs: Array<Pair> = []

describe.each(names.servers)("%s", (server) => {
  let running: Server
  beforeAll(async () => {
    running = await servers[server](served)
  })
  afterAll(() => running.close())

  it.each(names.clients)("tells %s everything", async (client) => {
    if (strangers.some((pair) => pair[0] === client && pair[1] === server)) {
      await expect(clients[client](running.url)).rejects.toThrow("400")
      pairs.push({ client, server, protocol: undefined, cells: [] })
      return
    }
    const connection = await clients[client](running.url)
    const cells = await observeAll(connection)
    await connection.close()
    for (const { after, before, kind, profile } of cells) {
      expect([profile, kind.title, before, isLost(before)]).toEqual([profile, kind.title, before, false])
      expect([profile, kind.title, after, isLost(after)]).toEqual([profile, kind.title, after, false])
    }
    pairs.push({ client, server, protocol: connection.protocol, cells })
  })
})

const packageOf = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}/package.json`, import.meta.url), "utf8")) as {
    readonly version: string
    readonly peerDependencies: { readonly [name: string]: string }
  }

describe("the oldest versions", () => {
  // `register` needs what 1.26 brought; older versions of 1.x can be adopted, which the walk with the tarballs proves
  it.each([["sdk", "1.10.0"], ["server", "2.0.0"]])("are accepted by the adapter: %s", (name, from) => {
    const oldest = packageOf(`test/node_modules/@modelcontextprotocol/${name}-oldest`).version
    const accepted = packageOf("packages/mcp-adapter").peerDependencies[`@modelcontextprotocol/${name}`]
    expect(accepted).toBe(`^${from}`)
    expect(oldest.localeCompare(from, undefined, { numeric: true })).toBeGreaterThanOrEqual(0)
    expect(packageOf(`test/node_modules/@modelcontextprotocol/${name}`).version).not.toBe(oldest)
  })
})

describe("docs/guides/profiles.md", () => {
  const page = readFileSync(new URL("../../docs/guides/profiles.md", import.meta.url), "utf8")

  it("says which protocol each pair speaks", () => {
    expect(pairs).toHaveLength(names.clients.length * names.servers.length)
    expect(page).toContain(`\n${protocols(pairs)}\n`)
  })

  it("says what everybody receives", () => {
    expect(page).toContain(`\n${received(pairs)}\n`)
  })
})

describe("the matrix", () => {
  const broken: ReadonlyArray<readonly [title: string, result: object, lost: Partial<Record<ClientName, string>>]> = [
    ["structured content that the listing does not allow", {
      isError: true,
      content: [{ type: "text", text: "Pen 7 not found.\nError: not_found (permanent). Stop.\nReference: 5f3c9a1e" }],
      structuredContent: { error: { message: "Pen 7 not found" } },
      _meta: {
        "errata/problem": {
          error: "NotFound",
          type: "not_found",
          category: "permanent",
          message: "Pen 7 not found",
          retry: { should_retry: false },
          reference_id: "5f3c9a1e"
        }
      }
    }, { "SDK 1.x, oldest": "does not match", "SDK 1.x": "does not match" }],
    ["a text without a reference", { isError: true, content: [{ type: "text", text: "Pen 7 not found." }] }, {
      "SDK 1.x, oldest": "something else",
      "SDK 1.x": "something else",
      "client 2.x": "something else",
      effect: "something else"
    }],
    ["no text", { isError: true, content: [] }, {
      "SDK 1.x, oldest": "no text",
      "SDK 1.x": "no text",
      "client 2.x": "no text",
      effect: "no text"
    }]
  ]

  it.each(broken)("sees what is lost: %s", async (_, result, lost) => {
    const make = () => {
      const server = new McpServer({ name: "broken", version: "1.0.0" })
      server.registerTool("find_text", {
        inputSchema: { id: z.string() },
        outputSchema: { color: z.string() }
      }, () => result as never)
      return server
    }
    const http = createServer((request, response) => {
      const transport = new StreamableHTTPServerTransport({})
      void make().connect(transport as never).then(() => transport.handleRequest(request, response))
    })
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening))
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`
    for (const client of names.clients.filter((name) => !name.includes("`"))) {
      const connection = await clients[client](url)
      await connection.list()
      const { text } = await observe(connection, "text", kinds[0]!)
      expect([client, text]).toEqual([
        client,
        lost[client] === undefined ? text : expect.stringContaining(lost[client])
      ])
      expect([client, isLost({ text } as never)]).toEqual([client, lost[client] !== undefined])
      await connection.close()
    }
    http.close()
    http.closeAllConnections()
  })
})

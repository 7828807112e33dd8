import { adoptServer } from "@errata/mcp-adapter/adopt"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import * as z from "zod"

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")

/** A server whose database is down, as the README tells of it. */
const makeServer = (): McpServer => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  const config = { inputSchema: { id: z.string() }, annotations: { readOnlyHint: true } }
  server.registerTool("get_order", config, async () => {
    const message = "connect ECONNREFUSED postgres://shop:hunter2@10.0.0.5:5432"
    throw Object.assign(new Error(message), { code: "ECONNREFUSED", syscall: "connect" })
  })
  return server
}

const reply = async (server: McpServer, args: Record<string, unknown>): Promise<string> => {
  const [serverSide, clientSide] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: "readme", version: "1.0.0" })
  await server.connect(serverSide)
  await client.connect(clientSide)
  const { content } = await client.callTool({ name: "get_order", arguments: args })
  await client.close()
  return (content as ReadonlyArray<{ readonly text: string }>)[0]!.text.replace(
    /Reference: \w{8}/,
    "Reference: 5f3c9a1e"
  )
}

/** The text blocks of the README, in their order. */
const shown = [...readme.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, text]) => text)

it("what the README shows first is what the plain SDK says, and what an adopted server says", async () => {
  const adopted = makeServer()
  adoptServer(adopted, { service: "The shop", logsCalls: false })
  expect(shown.slice(0, 2)).toEqual([
    await reply(makeServer(), { id: "7" }),
    await reply(adopted, { id: "7" })
  ])
})

it("the first tool needs at most five lines of imports", () => {
  const first = /title="server\.ts"\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? ""
  const imports = first.split("\n").filter((line) => line.startsWith("import "))
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.length).toBeLessThanOrEqual(5)
})

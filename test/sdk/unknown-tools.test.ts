import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as z from "zod"

const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })

const connect = async (prepare: (server: McpServer) => void): Promise<Client> => {
  const server = new McpServer({ name: "test", version: "1.0.0" })
  register(server, [Tool.handle(ping, () => Effect.succeed("pong"))], { logsCalls: false })
  server.registerTool(
    "plain",
    { inputSchema: { n: z.number() } },
    ({ n }) => ({ content: [{ type: "text", text: `${n}` }] })
  )
  prepare(server)
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  const client = new Client({ name: "test", version: "1.0.0" })
  await client.connect(theirs)
  return client
}

describe("a tool that does not exist", () => {
  it("is -32602 and the names that may have been meant", async () => {
    const client = await connect(() => undefined)
    await expect(client.callTool({ name: "pingg" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("Unknown tool \"pingg\". Did you mean ping?") as string,
      data: { similar_matches: ["ping"] }
    })
  })

  it("suggests no tool that is switched off", async () => {
    const client = await connect((server) => {
      server.registerTool("reset_all", {}, () => ({ content: [] })).disable()
    })
    const refusal = await client.callTool({ name: "reset_al" }).catch((error: unknown) => String(error))
    expect(refusal).toContain("Unknown tool \"reset_al\"")
    expect(refusal).not.toContain("reset_all")
  })

  it("does not take a property of every object for a tool", async () => {
    const client = await connect(() => undefined)
    await expect(client.callTool({ name: "constructor" })).rejects.toMatchObject({ code: -32602 })
  })

  it("leaves the tools that exist alone, ours and others", async () => {
    const client = await connect(() => undefined)
    expect((await client.callTool({ name: "ping" })).structuredContent).toEqual({ result: "pong" })
    expect((await client.callTool({ name: "plain", arguments: { n: 3 } })).content).toEqual([{
      type: "text",
      text: "3"
    }])
  })

  it("leaves the arguments of others alone, but for those that are null: they are none", async () => {
    const client = await connect((server) => {
      server.registerTool("greet", {}, () => ({ content: [{ type: "text", text: "Hello" }] }))
    })
    const call = (name: string, args: unknown) =>
      client.request({ method: "tools/call", params: { name, arguments: args as never } }, CallToolResultSchema)
    expect(await call("greet", null)).toEqual({ content: [{ type: "text", text: "Hello" }] })
    expect(await call("plain", null)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("Input validation error") as string }]
    })
    await expect(call("greet", "Hello")).rejects.toMatchObject({ code: -32603 })
  })

  it("is one that is switched off, too", async () => {
    const client = await connect((server) => {
      server.registerTool("reset_all", {}, () => ({ content: [] })).disable()
    })
    await expect(client.callTool({ name: "reset_all" })).rejects.toMatchObject({ code: -32602 })
  })
})

describe("register", () => {
  it("serves its tools next to those registered the ordinary way", async () => {
    const client = await connect(() => undefined)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(["ping", "plain"])
    expect(tools[0]).toMatchObject({
      annotations: { readOnlyHint: true, idempotentHint: true },
      inputSchema: {
        type: "object",
        properties: {}
      },
      outputSchema: { type: "object", properties: { result: { type: "string" } }, required: ["result"] }
    })
  })

  it("lists no $schema, though zod adds one of its own", async () => {
    const client = await connect(() => undefined)
    const [ours, plain] = (await client.listTools()).tools
    expect(JSON.stringify(ours)).not.toContain("$schema")
    expect(JSON.stringify(plain)).toContain("$schema")
  })

  it("lists the same schema every time, though zod changes what it is given", async () => {
    const client = await connect(() => undefined)
    expect(await client.listTools()).toEqual(await client.listTools())
  })
})

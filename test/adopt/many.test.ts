/** More tools than are kept by their names: each is bound once, however often it is called. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Schemas from "@modelcontextprotocol/sdk/types.js"
import { describe, expect, it } from "vitest"
import { type Connected, type Generation, generations } from "./generations.ts"
import { text } from "./shop.ts"

const names = Array.from({ length: 1_200 }, (_, i) => `tool-${i}`)
const some = names.filter((_, i) => i % 10 === 0)

/** The options of each tool, which are read when it is bound: how often is counted. */
const counting = () => {
  const read = { times: 0 }
  const options = () =>
    Object.defineProperty({}, "service", {
      enumerable: true,
      get: () => {
        read.times++
        return "The shop"
      }
    })
  return { read, tools: Object.fromEntries(names.map((name) => [name, options()])) }
}

const withTools = ({ make }: Generation) => {
  const server = make()
  for (const name of names) server.registerTool(name, {}, async () => text(name))
  return server
}

const lowLevel = ({ major, makeLowLevel }: Generation) => {
  const server = makeLowLevel({ capabilities: { tools: {} } })
  const methods = { "tools/list": Schemas.ListToolsRequestSchema, "tools/call": Schemas.CallToolRequestSchema }
  const handle = (method: keyof typeof methods, handler: (request: { params: { name: string } }) => unknown) =>
    server.setRequestHandler(major === 1 ? methods[method] : method, handler)
  handle("tools/list", () => ({ tools: names.map((name) => ({ name, inputSchema: { type: "object" } })) }))
  handle("tools/call", async ({ params }) => text(params.name))
  return server
}

const callAll = async (client: Connected, names: ReadonlyArray<string>) => {
  for (const name of names) expect((await client.call(name)).content).toEqual(text(name).content)
}

describe.each(generations)("$name", (generation) => {
  it.each([["an McpServer", withTools], ["a low-level server", lowLevel]] as const)("%s", async (_, make) => {
    const { read, tools } = counting()
    const server = make(generation)
    adoptServer(server, { tools, logsCalls: false })
    const client = await generation.connect(server)
    await client.listTools()
    await callAll(client, names)
    expect(read.times).toBe(names.length)
    await callAll(client, some)
    expect(read.times).toBe(names.length)
  })

  it("a tool whose annotations change is bound again", async () => {
    const { read, tools } = counting()
    const server = generation.make()
    const tool = server.registerTool("tool-0", {}, async () => text("fine"))
    adoptServer(server, { tools, logsCalls: false })
    const client = await generation.connect(server)
    await callTwice(client)
    expect(read.times).toBe(1)
    tool.update({ annotations: { readOnlyHint: true } })
    await callTwice(client)
    expect(read.times).toBe(2)
  })
})

const callTwice = async (client: Connected) => {
  for (let i = 0; i < 2; i++) expect((await client.call("tool-0")).content).toEqual(text("fine").content)
}

import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import type * as Handler from "@errata/mcp-adapter/Handler"
import { prepare, register } from "@errata/mcp-adapter/sdk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

/** A stateless server on SDK 1.x is made for every request: its tools are bound once. */

const find = Tool.make("find", {
  description: "Finds.",
  safety: "read",
  input: { id: Schema.String },
  output: { found: Schema.String },
  errors: [Errors.NotFound]
})
const tools = [
  Tool.handle(
    find,
    ({ id }) => id === "1" ? Effect.succeed({ found: id }) : Effect.fail(new Errors.NotFound({ resource: "Item", id }))
  )
]
const options: Handler.Options = { logsCalls: false }

const fresh = () => new McpServer({ name: "prepared", version: "1.0.0" })

const ask = async (server: McpServer) => {
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: "test", version: "1.0.0" })
  await Promise.all([server.connect(ours), client.connect(theirs)])
  const asked = {
    listed: await client.listTools(),
    found: await client.callTool({ name: "find", arguments: { id: "1" } }),
    missing: await client.callTool({ name: "find", arguments: { id: "2" } }),
    wrong: await client.callTool({ name: "find", arguments: { di: "2" } }),
    unknown: await client.callTool({ name: "fnd", arguments: {} }).catch((error: unknown) => String(error))
  }
  await client.close()
  return JSON.parse(JSON.stringify(asked).replace(/[0-9a-f]{8}(?=[".])/g, "reference")) as typeof asked
}

describe("prepare of SDK 1.x", () => {
  it("gives many servers the tools that register gives one", async () => {
    const addTools = prepare(tools, options)
    const registered = fresh()
    register(registered, tools, options)
    const expected = await ask(registered)
    for (let i = 0; i < 3; i++) {
      const server = fresh()
      expect(addTools(server)).toHaveLength(1)
      expect(await ask(server)).toEqual(expected)
    }
    expect(expected.missing.isError).toBe(true)
  })

  it("asks for its services once", async () => {
    class Greeting extends Context.Service<Greeting, { readonly word: string }>()("test/prepared/Greeting") {}
    const greet = Tool.make("find", { description: "Greets.", output: Schema.String, safety: "read" })
    let built = 0
    const runtime = {
      context: async () => {
        built++
        return Context.make(Greeting, { word: "Hello" })
      }
    }
    const handled = Tool.handle(greet, () => Effect.map(Greeting, ({ word }) => word))
    const addTools = prepare([handled], { ...options, runtime })
    for (let i = 0; i < 3; i++) {
      const server = fresh()
      addTools(server)
      expect((await ask(server)).listed.tools).toHaveLength(1)
    }
    expect(built).toBe(1)
  })

  it("refuses an SDK that is too old, as register does", () => {
    expect(() => prepare(tools, options)({ registerTool: () => ({}) } as never)).toThrow(/1\.24 or newer/)
  })
})

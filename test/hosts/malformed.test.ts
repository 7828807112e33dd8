/** Calls that no SDK takes: what the client reads then is ours, and no list of a parser's. */
import * as Tool from "@errata/core/Tool"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { register as register1 } from "@errata/mcp-adapter/sdk"
import { register as register2 } from "@errata/mcp-adapter/server"
import { InMemoryTransport as Transport2 } from "@modelcontextprotocol/client"
import { InMemoryTransport as Transport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import * as z from "zod"
import { takeStderr } from "../support/stderr.ts"

let restore = () => {}
beforeEach(() => {
  restore = takeStderr()
})
afterEach(() => restore())

const info = { name: "it", version: "1.0.0" }
const said = (args: unknown) => ({ content: [{ type: "text" as const, text: JSON.stringify(args ?? {}) }] })
const quiet = { logsCalls: false }

const ours = Tool.handle(
  Tool.make("it", {
    description: "Says nothing",
    input: Schema.Struct({ id: Schema.optionalKey(Schema.String) }),
    output: Schema.Struct({}),
    errors: [],
    safety: "read"
  }),
  () => Effect.succeed({})
)

interface Connectable {
  readonly connect: (transport: never) => Promise<void>
}

const servers: { readonly [name: string]: () => readonly [Connectable, typeof Transport1 | typeof Transport2] } = {
  "adopted, 1.x": () => {
    const server = new McpServer1(info)
    server.registerTool("it", { inputSchema: { id: z.string().optional() } }, async (args) => said(args))
    adoptServer(server, quiet)
    return [server as never, Transport1]
  },
  "adopted, 2.x": () => {
    const server = new McpServer2(info)
    server.registerTool("it", { inputSchema: z.object({ id: z.string().optional() }) }, async (args) => said(args))
    adoptServer(server, quiet)
    return [server as never, Transport2]
  },
  "adopted, low level": () => {
    const server = new Server(info, { capabilities: { tools: {} } })
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => said(params.arguments))
    adoptServer(server, quiet)
    return [server as never, Transport1]
  },
  "ours, 1.x": () => {
    const server = new McpServer1(info)
    register1(server, [ours], quiet)
    return [server as never, Transport1]
  },
  "ours, 2.x": () => {
    const server = new McpServer2(info)
    register2(server, [ours], quiet)
    return [server as never, Transport2]
  }
}

interface Reply {
  readonly id?: unknown
  readonly error?: { readonly code: number; readonly message: string }
  readonly result?: {
    readonly isError?: boolean
    readonly content: ReadonlyArray<{ readonly text: string }>
  }
}

describe.each(Object.keys(servers))("%s", (name) => {
  const call = async (params?: object): Promise<Reply> => {
    const [server, Transport] = servers[name]!()
    const [theirs, mine] = Transport.createLinkedPair()
    await server.connect(theirs as never)
    const replies = new Map<unknown, (reply: Reply) => void>()
    mine.onmessage = (message: unknown) => replies.get((message as Reply).id)?.(message as Reply)
    await mine.start()
    const send = (id: number, method: string, params?: object) =>
      new Promise<Reply>((resolve) => {
        replies.set(id, resolve)
        void mine.send({ jsonrpc: "2.0", id, method, ...params === undefined ? {} : { params } } as never)
      })
    await send(1, "initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: info })
    void mine.send({ jsonrpc: "2.0", method: "notifications/initialized" })
    return send(2, "tools/call", params)
  }

  it.each([[undefined], [{}], [{ name: 5 }], [{ name: null, arguments: {} }]])(
    "says that a request names no tool: %j",
    async (params) => {
      expect((await call(params)).error).toMatchObject({
        code: -32602,
        message: `Invalid params: "name" must be a string`
      })
    }
  )

  it.each<readonly [unknown, string]>([[[], "array"], ["x", "text"], [5, "number"], [true, "boolean"]])(
    "answers arguments that are no object with a result: %j",
    async (args, kind) => {
      const { result } = await call({ name: "it", arguments: args })
      expect(result?.isError).toBe(true)
      expect(result?.content[0]?.text.split("\n").slice(1, 3)).toEqual([
        "Error: invalid_arguments (validation). Correct the arguments and call again.",
        `- (arguments): Expected object, got ${kind}.`
      ])
    }
  )

  it("takes null for no arguments", async () => {
    const { result } = await call({ name: "it", arguments: null })
    expect([result?.isError, result?.content[0]?.text]).toEqual([undefined, "{}"])
  })
})

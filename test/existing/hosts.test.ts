/** That both SDKs take what the adapter makes of existing code, without casts: it compiles, or it does not. */
import * as Errors from "@errata/core/Errors"
import type { CallToolResult, ContentBlock } from "@errata/mcp-adapter/CallToolResult"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { fromResult, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js"
import type * as Types1 from "@modelcontextprotocol/sdk/types.js"
import { McpServer as McpServer2, type ServerContext } from "@modelcontextprotocol/server"
import type * as Types2 from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import { describe, expect, expectTypeOf, it } from "vitest"
import * as z from "zod"

type Extra = RequestHandlerExtra<Types1.ServerRequest, Types1.ServerNotification>
type Args = { readonly id: string }

const info = { name: "types", version: "1.0.0" }
const shape = { id: z.string() }
const object = z.object(shape)

const thrower = wrapHandler(async ({ id }: Args) => ({ content: [{ type: "text", text: id }] }))
const result = fromResult(({ id }: Args) => ({ ok: true, value: { id } }))
const program = toHandler(({ id }: Args) =>
  id === "" ? Effect.fail(new Errors.NotFound({ resource: "Order", id })) : Effect.succeed({ id })
)
const alone = [wrapHandler(() => "done"), fromResult(() => ({ ok: true })), toHandler(() => Effect.void)] as const

describe("registerTool", () => {
  it("of SDK 1.x takes them", () => {
    const server = new McpServer1(info)
    for (const [name, handler] of Object.entries({ thrower, result, program })) {
      server.registerTool(`${name}_shape`, { inputSchema: shape }, handler)
      server.registerTool(`${name}_object`, { inputSchema: object }, handler)
      server.registerTool(`${name}_output`, { inputSchema: shape, outputSchema: { id: z.string() } }, handler)
    }
    for (const [index, handler] of alone.entries()) server.registerTool(`alone_${index}`, {}, handler)

    server.registerTool(
      "shape",
      { inputSchema: shape },
      wrapHandler(({ id }, extra) => {
        expectTypeOf(id).toEqualTypeOf<string>()
        expectTypeOf(extra).toEqualTypeOf<Extra>()
      })
    )
    server.registerTool(
      "object",
      { inputSchema: object },
      wrapHandler(async ({ id }, extra) => {
        expectTypeOf(id).toEqualTypeOf<string>()
        expectTypeOf(extra).toEqualTypeOf<Extra>()
      })
    )
    server.registerTool("context", {}, wrapHandler(async (extra: Extra) => String(extra.requestId)))
    server.registerTool(
      "result",
      { inputSchema: shape },
      fromResult(async ({ id }) => {
        expectTypeOf(id).toEqualTypeOf<string>()
        return { success: false as const, error: id }
      })
    )
    server.registerTool(
      "effect",
      { inputSchema: object },
      toHandler(({ id }, extra) => {
        expectTypeOf(extra).toEqualTypeOf<Extra>()
        return Effect.succeed({ id: id.length })
      })
    )
    // @ts-expect-error -- the schema gives a string
    server.registerTool("wrong", { inputSchema: shape }, wrapHandler(({ id }: { readonly id: number }) => id))
  })

  it("of SDK 2.x takes them", () => {
    const server = new McpServer2(info)
    for (const [name, handler] of Object.entries({ thrower, result, program })) {
      server.registerTool(`${name}_object`, { inputSchema: object }, handler)
      server.registerTool(`${name}_output`, { inputSchema: object, outputSchema: object }, handler)
    }
    for (const [index, handler] of alone.entries()) server.registerTool(`alone_${index}`, {}, handler)

    server.registerTool(
      "object",
      { inputSchema: object },
      wrapHandler(async ({ id }, context) => {
        expectTypeOf(id).toEqualTypeOf<string>()
        expectTypeOf(context).toEqualTypeOf<ServerContext>()
      })
    )
    server.registerTool("context", {}, wrapHandler(async ({ mcpReq }: ServerContext) => String(mcpReq.id)))
    server.registerTool(
      "result",
      { inputSchema: object },
      fromResult(async ({ id }) => {
        expectTypeOf(id).toEqualTypeOf<string>()
        return { success: false as const, error: id }
      })
    )
    server.registerTool(
      "effect",
      { inputSchema: object },
      toHandler(({ id }, context) => {
        expectTypeOf(context).toEqualTypeOf<ServerContext>()
        return Effect.succeed({ id: id.length })
      })
    )
    // @ts-expect-error -- the schema gives a string
    server.registerTool("wrong", { inputSchema: object }, wrapHandler(({ id }: { readonly id: number }) => id))
  })
})

describe("CallToolResult", () => {
  it("goes to either SDK, and its blocks come back", () => {
    const ours = (): CallToolResult => ({ content: [] })
    const to1: Types1.CallToolResult = ours()
    const to2: Types2.CallToolResult = ours()
    const from1 = (block: Types1.ContentBlock): ContentBlock => block
    const from2 = (block: Types2.ContentBlock): ContentBlock => block
    const back1 = (result: Types1.CallToolResult): CallToolResult => result
    expect([to1, to2, from1, from2, back1]).toHaveLength(5)
  })
})

/** Existing handlers on SDK 1.x, with every kind of schema it takes. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js"
import type { CallToolResult, ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js"
import * as z from "zod"
import * as z3 from "zod/v3"
import { sameType } from "./same.ts"

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

class OutOfStock extends Error {
  readonly item: string

  constructor(item: string) {
    super(`No ${item} left`)
    this.item = item
  }
}

const server = new McpServer({ name: "shop", version: "1.0.0" })
const options = { service: "The shop", expose: [OutOfStock] }

const answer = (text: string): CallToolResult => ({ content: [{ type: "text", text }] })

server.registerTool(
  "zod_4_shape",
  { description: "Orders.", inputSchema: { item: z.string(), quantity: z.number().optional() } },
  wrapHandler(async ({ item, quantity }, extra) => {
    sameType<typeof item, string>(true)
    sameType<typeof quantity, number | undefined>(true)
    sameType<typeof extra, Extra>(true)
    if (quantity === 0) throw new OutOfStock(item)
    await extra.sendNotification({ method: "notifications/message", params: { level: "info", data: item } })
    return answer(item)
  }, { ...options, name: "zod_4_shape" })
)

server.registerTool(
  "zod_4_object",
  {
    inputSchema: z.object({ item: z.string(), options: z.object({ gift: z.boolean().default(false) }) }),
    outputSchema: z.object({ placed: z.boolean() }),
    annotations: { idempotentHint: true }
  },
  wrapHandler(({ item, options: { gift } }, { authInfo, requestId, signal }) => {
    sameType<typeof gift, boolean>(true)
    sameType<typeof signal, AbortSignal>(true)
    return {
      content: [{ type: "text", text: `${item} ${requestId} ${authInfo?.clientId}` }],
      structuredContent: { placed: true }
    }
  }, { safety: "idempotent" })
)

server.registerTool(
  "zod_4_transformed",
  { inputSchema: { day: z.string().transform((day) => new Date(day)) } },
  wrapHandler(async ({ day }) => answer(day.toISOString()))
)

server.registerTool(
  "zod_3_shape",
  { inputSchema: { item: z3.string(), quantity: z3.number().int().default(1) }, outputSchema: { left: z3.number() } },
  wrapHandler(async ({ item, quantity }, extra) => {
    sameType<typeof item, string>(true)
    sameType<typeof quantity, number>(true)
    sameType<typeof extra, Extra>(true)
    return { content: [], structuredContent: { left: 3 } }
  })
)

server.registerTool("no_schema", {}, wrapHandler(async (extra: Extra) => answer(String(extra.requestId))))
server.registerTool("no_context", { description: "Counts." }, wrapHandler(() => answer("3"), { safety: "read" }))

// The deprecated way, which most servers have.
server.tool("old", "Orders.", { item: z.string() }, wrapHandler(async ({ item }) => answer(item)))
server.tool("old_alone", wrapHandler(async () => answer("3")))

// A handler that has its own types, and is used elsewhere too.
const place = async (args: { item: string; quantity?: number | undefined }, extra: Extra): Promise<CallToolResult> =>
  answer(`${args.item} ${extra.sessionId}`)
server.registerTool("own_types", { inputSchema: { item: z.string() } }, wrapHandler(place))
sameType<Parameters<typeof place>, Parameters<ReturnType<typeof wrapHandler<Parameters<typeof place>>>>>(true)

server.registerTool(
  "classified",
  { inputSchema: { item: z.string() } },
  wrapHandler(({ item }) => answer(item), {
    classify: (failure) => {
      sameType<typeof failure, unknown>(true)
      return undefined
    },
    expose: (failure) => failure instanceof OutOfStock && failure.item !== "",
    timeout: "5 seconds",
    mode: "shadow"
  })
)

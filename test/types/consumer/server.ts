/** Existing handlers on SDK 2.x, with every kind of schema it takes. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import type { CallToolResult, InputRequiredResult, ServerContext } from "@modelcontextprotocol/server"
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from "@modelcontextprotocol/server"
import * as Schema from "effect/Schema"
import * as z from "zod"
import { sameType } from "./same.ts"

class OutOfStock extends Error {}

const server = new McpServer({ name: "shop", version: "1.0.0" })
const options = { service: "The shop", expose: [OutOfStock] }

const answer = (text: string): CallToolResult => ({ content: [{ type: "text", text }] })

server.registerTool(
  "zod_object",
  {
    description: "Orders.",
    inputSchema: z.object({ item: z.string(), quantity: z.number().optional() }),
    outputSchema: z.object({ left: z.number() })
  },
  wrapHandler(async ({ item, quantity }, context) => {
    sameType<typeof item, string>(true)
    sameType<typeof quantity, number | undefined>(true)
    sameType<typeof context, ServerContext>(true)
    if (quantity === 0) throw new OutOfStock(item)
    await context.mcpReq.log("info", item)
    return { content: [], structuredContent: { left: 3 } }
  }, { ...options, name: "zod_object", safety: "keyed" })
)

server.registerTool(
  "deprecated_shape",
  { inputSchema: { item: z.string(), quantity: z.number().default(1) } },
  wrapHandler(({ item, quantity }, context) => {
    sameType<typeof item, string>(true)
    sameType<typeof quantity, number>(true)
    sameType<typeof context, ServerContext>(true)
    return answer(item)
  })
)

const Order = Schema.Struct({ item: Schema.String, quantity: Schema.optionalKey(Schema.Finite) })

server.registerTool(
  "standard_schema",
  { inputSchema: Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(Order)) },
  wrapHandler(async ({ item, quantity }, { mcpReq }) => {
    sameType<typeof item, string>(true)
    sameType<typeof quantity, number | undefined>(true)
    sameType<typeof mcpReq, ServerContext["mcpReq"]>(true)
    return answer(item)
  })
)

server.registerTool("no_schema", {}, wrapHandler(async (context: ServerContext) => answer(String(context.mcpReq.id))))
server.registerTool("no_context", { description: "Counts." }, wrapHandler(() => answer("3"), { safety: "read" }))

// A handler that has its own types, and may ask before it acts.
const confirmation = z.object({ confirm: z.boolean() })
const place = async (
  args: { item: string },
  { mcpReq }: ServerContext
): Promise<CallToolResult | InputRequiredResult> => {
  const confirmed = acceptedContent(mcpReq.inputResponses, "confirm", confirmation)
  if (confirmed?.confirm === true) return answer(args.item)
  return inputRequired({
    inputRequests: { confirm: inputRequired.elicit({ message: "Order?", requestedSchema: confirmation }) }
  })
}
server.registerTool("own_types", { inputSchema: z.object({ item: z.string() }) }, wrapHandler(place))

createMcpHandler(() => {
  const perRequest = new McpServer({ name: "shop", version: "1.0.0" })
  perRequest.registerTool("own_types", { inputSchema: z.object({ item: z.string() }) }, wrapHandler(place, options))
  return perRequest
})

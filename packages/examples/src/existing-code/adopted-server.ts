/** A shop on SDK 2.x. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { fromResult } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/server"
import * as z from "zod"
import { json, jsonOrThrow, type Shop } from "./Shop.ts"

export const make = (shop: Shop): McpServer => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  const order = z.object({ order_id: z.string().describe("For example A-1") })

  server.registerTool(
    "get_order",
    { description: "Returns an order.", inputSchema: order },
    async ({ order_id }) => json(await shop.find(order_id))
  )
  server.registerTool(
    "place_order",
    { description: "Orders an item.", inputSchema: z.object({ item: z.string(), quantity: z.int().min(1) }) },
    async (it) => jsonOrThrow(await shop.place(it.item, it.quantity))
  )
  server.registerTool(
    "cancel_order",
    { description: "Cancels an order that has not been shipped.", inputSchema: order },
    fromResult(({ order_id }) => shop.cancel(order_id), { name: "cancel_order" })
  )
  server.registerTool(
    "refund_order",
    { description: "Pays an order back that has not been shipped.", inputSchema: order },
    fromResult(({ order_id }) => shop.refund(order_id), { name: "refund_order" })
  )
  server.registerTool(
    "ship_order",
    { description: "Hands an order to the carrier.", inputSchema: order },
    async ({ order_id }) => json(await shop.ship(order_id))
  )
  server.registerTool(
    "count_stock",
    { description: "Says how many of each item are left." },
    async () => json(await shop.count())
  )
  adoptServer(server, { service: "The shop", heedsSuccessFalse: true })
  return server
}

/** A shop on SDK 1.x. */
import { fromResult, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"
import { json, type Shop } from "./Shop.ts"

const options = { service: "The shop", heedsSuccessFalse: true }

export const make = (shop: Shop): McpServer => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  const order = { order_id: z.string().describe("For example A-1") }

  server.registerTool(
    "get_order",
    { description: "Returns an order.", inputSchema: order },
    wrapHandler(async ({ order_id }) => json(await shop.find(order_id)), { ...options, name: "get_order" })
  )
  server.registerTool(
    "place_order",
    { description: "Orders an item.", inputSchema: { item: z.string(), quantity: z.int().min(1) } },
    fromResult((it) => shop.place(it.item, it.quantity), { ...options, name: "place_order" })
  )
  server.registerTool(
    "cancel_order",
    { description: "Cancels an order that has not been shipped.", inputSchema: order },
    fromResult(({ order_id }) => shop.cancel(order_id), { ...options, name: "cancel_order" })
  )
  server.registerTool(
    "refund_order",
    { description: "Pays an order back that has not been shipped.", inputSchema: order },
    fromResult(({ order_id }) => shop.refund(order_id), { ...options, name: "refund_order" })
  )
  server.registerTool(
    "ship_order",
    { description: "Hands an order to the carrier.", inputSchema: order },
    wrapHandler(async ({ order_id }) => json(await shop.ship(order_id)), { ...options, name: "ship_order" })
  )
  server.registerTool(
    "count_stock",
    { description: "Says how many of each item are left." },
    wrapHandler(async () => json(await shop.count()), { ...options, name: "count_stock", safety: "read" })
  )
  return server
}

/** A server as many are: everything in it can fail, and nobody thought about it. */
import * as Errors from "@errata/core/Errors"
import { ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"
import type { AnyServer } from "./generations.ts"

export const secret = "postgres://shop:hunter2@10.0.0.5/orders"
export const raw = (): Error => new Error(`connect to ${secret} failed in /srv/shop/db.ts`)
const leak = () => {
  throw raw()
}
const rejected = async () => leak()

/** What customers may read. */
export class ShopError extends Error {}

export const text = (text: string) => ({ content: [{ type: "text" as const, text }] })

export const register = (server: AnyServer, Template: typeof ResourceTemplate = ResourceTemplate): void => {
  const any = z.object({ how: z.string().optional() })
  server.registerTool("works", { description: "Works.", inputSchema: any }, async () => text("fine"))
  server.registerTool("throws", { inputSchema: any }, leak)
  server.registerTool("rejects", { inputSchema: any }, rejected)
  server.registerTool("no_arguments", { annotations: { readOnlyHint: true } }, rejected)
  server.registerTool("exposed", { inputSchema: any }, async () => {
    throw new ShopError("No pens left")
  })
  server.registerTool("typed", { inputSchema: any }, async () => {
    throw new Errors.NotFound({ resource: "Order", id: "7" })
  })
  server.registerTool("reads", { inputSchema: any, annotations: { readOnlyHint: true } }, async () => {
    throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
  })
  server.registerTool("acts", { inputSchema: any }, async () => {
    throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
  })
  server.registerTool("returns", { inputSchema: any }, async () => ({
    isError: true,
    content: [{ type: "text", text: `It failed: ${secret}` }]
  }))
  server.registerTool("unsuccessful", { inputSchema: any }, async () => text(`{"success":false,"error":"No carrier"}`))
  server.registerTool("order", {
    description: "Orders items.",
    inputSchema: z.object({
      item: z.enum(["pen", "ink"]).describe("What to order"),
      quantity: z.number().int().min(1),
      address: z.object({ city: z.string(), zip: z.string() }),
      password: z.string().optional()
    })
  }, async () => text("ordered"))
  server.registerTool("lies", {
    inputSchema: any,
    outputSchema: z.object({ count: z.number() })
  }, async () => ({ ...text("7"), structuredContent: { count: `seven ${secret}` } }))
  server.registerTool(
    "forgets",
    { inputSchema: any, outputSchema: z.object({ count: z.number() }) },
    async () => text("7")
  )
  server.registerTool("nonsense", { inputSchema: any }, async () => ({ content: [{ type: "text" }] }) as never)

  server.registerResource("good", "shop://good", {}, async (uri) => ({ contents: [{ uri: uri.href, text: "fine" }] }))
  server.registerResource("bad", "shop://bad", {}, rejected)
  server.registerResource("busy", "shop://busy", {}, async () => {
    throw new Errors.RateLimited({ service: "The shop", retry_after_seconds: 3 })
  })
  server.registerResource("gone", "shop://gone", {}, async () => {
    throw new Errors.NotFound({ resource: "Order", id: "7" })
  })
  server.registerResource(
    "orders",
    new Template("shop://orders/{id}", { list: undefined, complete: { id: rejected } }),
    {},
    rejected
  )
  server.registerPrompt("greet", { description: "Greets." }, async () => ({
    messages: [{ role: "user", content: { type: "text", text: "hello" } }]
  }))
  server.registerPrompt("broken", { argsSchema: { name: z.string() } }, rejected)
}

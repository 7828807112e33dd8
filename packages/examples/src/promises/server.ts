/** A server with promises, zod and `fetch` alone. Its handlers are wrapped, and call Billing under policies. */
import { forDependency, forEach, parts, RetryPolicy } from "@errata/core/promise"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"

/** `fetch` does not reject for a status: the response is thrown, whose `Retry-After` is read. */
const json = async (response: Response): Promise<unknown> => {
  if (!response.ok) throw response
  return response.json()
}

export const make = (url: string): McpServer => {
  const billing = forDependency({
    service: "Billing",
    attemptTimeout: "1 second",
    retry: RetryPolicy.make({ maxRetries: 2, delay: "10 millis", maxRetryAfter: "2 seconds" })
  })
  const get = (path: string, signal?: AbortSignal) =>
    billing((signal) => fetch(`${url}${path}`, { signal }).then(json), { signal })

  const server = new McpServer({ name: "invoices", version: "0.1.0" })
  const options = { safety: "read", logsCalls: false } as const
  const one = { inputSchema: { id: z.string() } }
  const many = { inputSchema: { ids: z.array(z.string()) } }

  server.registerTool("get_invoice", one, wrapHandler(({ id }) => get(`/invoices/${id}`), options))

  server.registerTool(
    "get_invoices",
    many,
    wrapHandler(({ ids }) => forEach(ids, (id, signal) => get(`/invoices/${id}`, signal)), options)
  )

  server.registerTool(
    "get_customer",
    one,
    wrapHandler(({ id }) =>
      parts({
        required: { customer: (signal) => get(`/customers/${id}`, signal) },
        optional: {
          balance: { fetch: (signal) => get(`/balances/${id}`, signal), impact: "What is owed is not known" }
        }
      }), options)
  )
  return server
}

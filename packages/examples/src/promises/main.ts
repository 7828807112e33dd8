/**
 * Shows what a server with promises alone gets: `node packages/examples/src/promises/main.ts`.
 *
 * Billing has a bad day, over loopback. Every claim is an assertion. With an argument, another server is put to the test.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import assert from "node:assert/strict"
import { pathToFileURL } from "node:url"
import type * as Server from "./server.ts"
import * as Upstream from "./upstream.ts"

interface Result {
  readonly isError?: boolean
  readonly content: ReadonlyArray<{ readonly text: string }>
  readonly structuredContent?: Record<string, unknown>
  readonly _meta?: Record<string, Record<string, unknown>>
}

const path = process.argv[2]
const { make } = await import(path === undefined ? "./server.ts" : pathToFileURL(path).href) as typeof Server

await using upstream = await Upstream.open()
const { answers, requests } = upstream
const [ours, theirs] = InMemoryTransport.createLinkedPair()
const server = make(upstream.url)
const client = new Client({ name: "promises", version: "0.1.0" })
await server.connect(ours)
await client.connect(theirs)

const heard: Array<string | undefined> = []
const call = async (name: string, args: Record<string, unknown>): Promise<Result> => {
  requests.length = 0
  heard.length = 0
  const told = { onprogress: ({ message }: { readonly message?: string | undefined }) => void heard.push(message) }
  return await client.callTool({ name, arguments: args }, undefined, told) as unknown as Result
}
const say = (text: string): void => console.log(`ok: ${text}`)

try {
  answers.set("/invoices/7", [{ status: 503 }, { status: 200, hangs: true }])
  const patient = await call("get_invoice", { id: "7" })
  assert.deepEqual(patient.structuredContent, { path: "/invoices/7", total: 12 })
  assert.equal(patient._meta?.["errata/call"]?.["attempts"], 3)
  assert.deepEqual(heard, ["attempt 2 of 3", "attempt 3 of 3"])
  say(`after a 503 and a request that hung, the third got through: ${requests.length} requests, one call`)

  answers.set("/invoices/8", [{ status: 429, retryAfter: 3600 }])
  const hasty = await call("get_invoice", { id: "8" })
  assert.match(hasty.content[0]!.text, /^Error: rate_limited \(transient\)\. .*Retry after 3600 s\.$/m)
  assert.equal(requests.length, 1)
  say("what Billing wants an hour for is not waited for: the hint is handed on")

  answers.set("/invoices/9", [{ status: 404 }])
  const missing = await call("get_invoice", { id: "9" })
  assert.match(missing.content[0]!.text, /^Error: not_found \(permanent\)\. Do not retry with the same arguments\.$/m)
  assert.ok(!JSON.stringify(missing).includes("billing.internal"))
  assert.equal(requests.length, 1)
  say("what is not there is asked for once, and nothing of Billing's own leaks")

  answers.set("/invoices/2", [{ status: 404 }])
  const some = await call("get_invoices", { ids: ["1", "2", "3"] })
  assert.equal(some.isError, undefined)
  assert.equal(some.structuredContent?.["note"], "2 of 3 succeeded, 1 failed.")
  const ids = Array.from({ length: 400 }, (_, i) => String(1000 + i))
  for (const id of ids) answers.set(`/invoices/${id}`, Array.from({ length: 3 }, () => ({ status: 404 })))
  const none = await call("get_invoices", { ids })
  assert.equal(none.isError, true)
  assert.ok(none.content[0]!.text.length < 4_000)
  say("one bad item costs one item; 400 bad ones are an error that stays short")

  answers.set("/balances/5", [{ status: 500 }, { status: 500 }, { status: 500 }])
  const degraded = await call("get_customer", { id: "5" })
  assert.equal(degraded.isError, undefined)
  assert.deepEqual(degraded.structuredContent?.["warnings"], [{
    component: "balance",
    reason: "upstream_error: Billing failed with status 500",
    impact: "What is owed is not known"
  }])
  say("a customer is told without the balance, and that it is missing")
} finally {
  await client.close()
}

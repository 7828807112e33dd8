/** Batches through the official client of the SDK 1.x, which holds what it gets against the listed output schema. */
import * as Batch from "@errata/core/Batch"
import * as Problem from "@errata/core/Problem"
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { until } from "../../wire/Wait.ts"
import { chargeAllHandler, convertAllHandler } from "./tools.ts"

let client: Client
const log: Array<string> = []

const waitAll = Tool.make("wait_all", {
  description: "Waits for ever.",
  input: Schema.Struct({ documents: Schema.Array(Schema.String) }),
  output: Batch.Report(Schema.Never)
})
const waitAllHandler = Tool.handle(
  waitAll,
  ({ documents }) =>
    Batch.forEach(documents, (name) =>
      Effect.sync(() => log.push(`begin ${name}`)).pipe(
        Effect.andThen(Effect.never),
        Effect.ensuring(Effect.sync(() => log.push(`end ${name}`)))
      ), { concurrency: 2 })
)

/** Connects a client. Items may hang: a short time ends them. */
const connect = async (timeout?: Duration.Input): Promise<Client> => {
  const server = new McpServer({ name: "batches", version: "1.0.0" })
  const runtime = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())
  register(server, [convertAllHandler, chargeAllHandler, waitAllHandler], {
    runtime: runtime as Context.Context<never>,
    timeout,
    logsCalls: false
  })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(theirs)
  const connected = new Client({ name: "test", version: "1.0.0" })
  await connected.connect(ours)
  await connected.listTools()
  return connected
}

beforeEach(async () => {
  client = await connect("800 millis")
})

afterEach(() => client.close())

const convert = async (documents: ReadonlyArray<string>, name = "convert_all"): Promise<CallToolResult> =>
  await client.callTool({ name, arguments: { documents } }) as CallToolResult

const text = (result: CallToolResult): string => {
  const [block] = result.content
  return block?.type === "text" ? block.text : ""
}

describe("the listing", () => {
  it("says what a batch looks like, and what its values are", async () => {
    const { tools } = await client.listTools()
    expect(tools[0]?.outputSchema).toMatchObject({
      type: "object",
      required: ["status", "summary", "results", "errors", "error_summary", "note"],
      properties: {
        status: { type: "string", enum: ["success", "partial", "failed"] },
        results: {
          type: "array",
          items: {
            type: "object",
            required: ["index", "key", "value"],
            properties: { value: { properties: { pages: { type: "integer" } } } }
          }
        }
      }
    })
  })
})

describe("a batch", () => {
  it.each<[string, ReadonlyArray<string>, string, object]>([
    ["that succeeded", ["ok:1", "ok:2"], "success", {
      total: 2,
      succeeded: 2,
      failed: 0,
      not_attempted: 0,
      success_rate: 1
    }],
    ["that is empty", [], "success", { total: 0, succeeded: 0, failed: 0, not_attempted: 0, success_rate: 1 }],
    ["that succeeded in part", ["ok:1", "missing:a", "boom:x"], "partial", {
      total: 3,
      succeeded: 1,
      failed: 2,
      not_attempted: 0,
      success_rate: 0.33
    }],
    ["that ran out of time", ["hang:1", ...Array.from({ length: 9 }, (_, i) => `ok:${i}`)], "partial", {
      total: 10,
      succeeded: 9,
      failed: 1,
      not_attempted: 0,
      success_rate: 0.9
    }]
  ])("%s arrives as it is", async (_, documents, status, summary) => {
    const result = await convert(documents)
    expect(result.isError).toBeFalsy()
    expect(result.structuredContent).toMatchObject({ status, summary })
    expect(JSON.parse(text(result))).toEqual(result.structuredContent)
    expect(JSON.stringify(result)).not.toMatch(/swordfish|unforeseen/)
  })

  it("of which nothing succeeded arrives whole, as an error", async () => {
    const result = await convert(["missing:a.md", "missing:b.md", "denied:c.md"])
    expect(result.isError).toBe(true)
    expect(result.structuredContent).toMatchObject({
      status: "failed",
      errors: [{ key: "missing:a.md" }, { key: "missing:b.md" }, { key: "denied:c.md" }]
    })
    const problem = Schema.decodeUnknownSync(Problem.Problem)(result._meta?.["errata/problem"])
    expect(problem).toMatchObject({ type: "batch_failed", category: "permanent" })
    expect(text(result).split("\n")).toEqual([
      "All 3 items failed.",
      "Error: batch_failed (permanent). Do not retry with the same arguments.",
      "- missing:a.md: not_found. Document a.md not found.",
      "- missing:b.md: not_found. Document b.md not found.",
      "- denied:c.md: permission_denied. No permission to read c.md.",
      "Details: {\"total\":3}",
      "Suggestion: Several things went wrong: read each error.",
      `Reference: ${problem.reference_id}`
    ])
  })

  it("that may have taken effect is not said to be safe to repeat", async () => {
    const result = await convert(["hang:1", "ok:1"], "charge_all")
    expect(result.structuredContent).toMatchObject({
      status: "partial",
      errors: [{ key: "hang:1", error: "Timeout", type: "outcome_unknown", category: "permanent", recoverable: false }],
      error_summary: { retry_keys: [], suggestion: "1 of 2 may have taken effect: check hang:1 before calling again." }
    })
  })

  it("of ten thousand arrives, bounded", async () => {
    await client.close()
    client = await connect() // a loaded machine needs more than the short time
    const result = await convert(Array.from({ length: 10_000 }, (_, i) => i % 2 === 0 ? `ok:${i}` : `missing:${i}`))
    expect(result.structuredContent).toMatchObject({
      status: "partial",
      summary: { total: 10_000, succeeded: 5000, failed: 5000 },
      error_summary: {
        by_type: { not_found: 5000 },
        suggestion: "5000 of 10000 not found: remove missing:1, missing:3, missing:5 and 4997 more and call again."
      },
      note: "5000 of 10000 succeeded, 5000 failed. 4000 more results are not listed. 4900 more errors are not listed."
    })
    expect((result.structuredContent as { readonly results: ReadonlyArray<unknown> }).results).toHaveLength(1000)
  })

  it("can be called again with its retry keys until nothing is left to retry", async () => {
    const flaky = ["busy:0", "ok:1", "missing:x", "busy:1"]
    const first = await convert(flaky)
    const { error_summary: { retry_keys } } = first.structuredContent as {
      readonly error_summary: { readonly retry_keys: ReadonlyArray<string> }
    }
    expect(retry_keys).toEqual(["busy:0", "busy:1"])
    const again = await convert(retry_keys)
    expect(again.isError).toBe(true)
    expect(again._meta?.["errata/problem"]).toMatchObject({
      category: "transient",
      retry: { should_retry: true, retry_after_seconds: 1 }
    })
  })
})

describe("a client that cancels", () => {
  it("interrupts the items that were begun, and no other begins", async () => {
    const controller = new AbortController()
    const pending = client.callTool({ name: "wait_all", arguments: { documents: ["a", "b", "c", "d"] } }, undefined, {
      signal: controller.signal
    })
    await until("two items", () => log.length === 2)
    controller.abort("enough")
    await expect(pending).rejects.toThrow("enough")
    await until("their ends", () => log.length === 4)
    await convert(["ok:1"])
    expect(log).toEqual(["begin a", "begin b", "end a", "end b"])
  })
})

/** `meta: "minimal"`: what `_meta` keeps, and what a client makes of it. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Client from "@errata/mcp-adapter/Client"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

class Closed extends ToolError.Permanent<Closed>()("Closed", {}, { type: "invalid_state", message: () => "Closed" }) {}

const find = Tool.make("find", {
  description: "Looks for a pen.",
  input: Schema.Struct({ id: Schema.String }),
  output: Schema.Struct({ color: Schema.String }),
  errors: [Errors.NotFound, Errors.RateLimited, Closed],
  safety: "read"
})

const errors: { readonly [id: string]: Errors.NotFound | Errors.RateLimited | Closed } = {
  busy: new Errors.RateLimited({ service: "The shop", retry_after_seconds: 30 }),
  closed: new Closed(),
  missing: ToolError.withGuidance(new Errors.NotFound({ resource: "Pen", id: "7" }), { similarMatches: ["17"] })
}

const handled = Tool.handle(find, ({ id }) => Effect.fail(errors[id]!))

const answer = async (id: unknown, options: Handler.Options = {}) =>
  JSON.parse(
    JSON.stringify(await Handler.make(handled, { logsCalls: false, meta: "minimal", ...options })({ id }))
  ) as Client.ResultLike

const decoded = (result: Client.ResultLike) => Result.getOrThrow(Result.flip(Client.decode(result, find)))

describe("_meta, minimal", () => {
  it("keeps what tells failures apart, and when to call again", async () => {
    const { _meta: meta } = await answer("busy")
    expect(meta).toEqual({
      "errata/problem": {
        error: "RateLimited",
        type: "rate_limited",
        category: "transient",
        retry: { should_retry: true, retry_after_seconds: 30 },
        reference_id: expect.stringMatching(/^[0-9a-f]{8}$/)
      }
    })
    expect(Meta.problem(meta as never)?.message).toBe("rate limited")
  })

  it("keeps the same of invalid arguments, a defect and a failed batch", async () => {
    const all = Tool.make("all", {
      description: "Looks.",
      output: Batch.Report(find.output),
      errors: [],
      safety: "read"
    })
    const batch = Tool.handle(all, () => Batch.forEach(["x"], () => Effect.fail(errors["missing"]!)))
    const results = [
      await answer(["busy"]),
      await answer("unheard of"),
      await Handler.make(batch as Tool.Handled, { logsCalls: false, meta: "minimal" })({})
    ]
    for (const { _meta: meta } of results) {
      const told = (meta as { readonly [key: string]: object })["errata/problem"]!
      expect(Object.keys(told)).toEqual(["error", "type", "category", "retry", "reference_id"])
    }
  })

  it("keeps its prefix, and is whole by default", async () => {
    expect(Object.keys((await answer("busy", { metaPrefix: "acme/" }))._meta!)).toEqual(["acme/problem"])
    const { _meta: meta } = await answer("missing", { meta: "full" })
    expect(Meta.problem(meta as never)).toMatchObject({ message: "Pen 7 not found", details: { id: "7" } })
  })
})

describe("a client", () => {
  it("decodes the class without its fields, and the message from the text", async () => {
    const error = decoded(await answer("missing"))
    expect(error).toMatchObject({ _tag: "RemotePermanent", error: "NotFound", reason: "Pen 7 not found" })
    expect(Client.problem(error)).toMatchObject({ type: "not_found", message: "Pen 7 not found" })
    expect(decoded(await answer("closed"))).toBeInstanceOf(Closed)
  })

  it("knows when to call again", async () => {
    expect(Client.problem(decoded(await answer("busy")))?.retry).toEqual({
      should_retry: true,
      retry_after_seconds: 30
    })
  })

  it.each([{ structuredErrors: true }, { render: "json" }] as const)(
    "fills in what stands beside it: %o",
    async (options) => {
      const error = decoded(await answer("missing", options))
      expect(error).toBeInstanceOf(Errors.NotFound)
      expect(ToolError.details(error)).toEqual({ resource: "Pen", id: "7" })
      expect(ToolError.guidance(error).similarMatches).toEqual(["17"])
    }
  )

  it("does not take another call's words for it", async () => {
    const { content } = await answer("missing", { render: "json" })
    const error = decoded({ ...await answer("missing"), content })
    expect(error).toMatchObject({ _tag: "RemotePermanent", error: "NotFound", reason: "not found" })
  })
})

describe("existing code", () => {
  it("still says in words why a resource cannot be read", async () => {
    const server = new McpServer({ name: "pens", version: "1.0.0" })
    server.registerResource("pen", "pen://7", {}, () => {
      throw new Errors.NotFound({ resource: "Pen", id: "7" })
    })
    adoptServer(server, { logsCalls: false, meta: "minimal" })
    const client = new SdkClient({ name: "test", version: "1.0.0" })
    const [a, b] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(a), client.connect(b)])
    await expect(client.readResource({ uri: "pen://7" })).rejects.toThrow("Pen 7 not found. Reference: ")
    await client.close()
  })

  it("keeps its own words above our line and JSON", async () => {
    const handler = wrapHandler(
      () => Promise.resolve({ isError: true, content: [{ type: "text", text: "Sold out" }] }),
      { logsCalls: false, render: "json", safety: "read", classify: () => errors["busy"] }
    )
    const result = await handler() as unknown as { readonly content: ReadonlyArray<{ readonly text: string }> }
    const [said, line, json] = result.content[0]!.text.split("\n")
    expect([said, line]).toEqual(["Sold out", "Error: rate_limited (transient). Retry after 30 s."])
    expect(JSON.parse(json!)).toMatchObject({ type: "rate_limited", advice: "Retry after 30 s." })
  })
})

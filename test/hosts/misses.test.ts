/** Expected misses that are answered as successes that say so, on every host, and read back by a client. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { hosts } from "./hosts.ts"

class NoMatch extends ToolError.Permanent<NoMatch>()("NoMatch", { query: Schema.String }, {
  type: "not_found",
  message: (e) => `Nothing matches ${e.query}`,
  suggestion: "Use fewer words",
  answers: "success"
}) {}

const search = Tool.make("search", {
  description: "Searches.",
  input: { query: Schema.String },
  output: { found: Schema.Array(Schema.String) },
  errors: [NoMatch, Errors.Unavailable],
  safety: "read"
})
const forget = Tool.make("forget", {
  description: "Forgets, if there is something to forget.",
  input: { query: Schema.String },
  errors: [NoMatch],
  safety: "idempotent"
})
const charge = Tool.make("charge", {
  description: "Charges.",
  input: { query: Schema.String },
  output: { found: Schema.Array(Schema.String) },
  errors: [NoMatch]
})
const marked = Tool.make("marked", {
  description: "Charges, and marks it.",
  input: { query: Schema.String, charges: Schema.Boolean },
  errors: [NoMatch],
  effects: "marked"
})

const tools = [
  Tool.handle(search, ({ query }) =>
    query === "busy"
      ? Effect.fail(new Errors.Unavailable({ service: "The index" }))
      : query === "ink"
      ? Effect.succeed({ found: ["ink"] })
      : Effect.fail(new NoMatch({ query }))),
  Tool.handle(forget, ({ query }) => Effect.fail(new NoMatch({ query }))),
  Tool.handle(charge, ({ query }) => Effect.fail(new NoMatch({ query }))),
  Tool.handle(marked, ({ charges, query }) =>
    Effect.flatMap(ToolCall, (call) =>
      Effect.andThen(
        charges ? Effect.sync(() => call.state.markOpen("charged")) : Effect.void,
        Effect.fail(new NoMatch({ query }))
      )))
]

const text = [
  "Nothing matches unicorns.",
  "Error: not_found (permanent). Do not retry with the same arguments.",
  "Details: {\"query\":\"unicorns\"}",
  "Suggestion: Use fewer words."
]

const linesOf = (result: object): ReadonlyArray<string> => {
  const [block] = (result as { readonly content: ReadonlyArray<{ readonly text: string }> }).content
  return block!.text.split("\n")
}

describe.each(hosts)("%s", (_, connect) => {
  const withTools = async <A>(
    f: (call: (tool: string, args: Record<string, unknown>) => Promise<object>) => Promise<A>
  ) => {
    const { call, close, list } = await connect(tools, { logsCalls: false })
    await list() // clients hold results to what was listed
    try {
      return await f(call)
    } finally {
      await close()
    }
  }

  it("is no error, and says what one would say", () =>
    withTools(async (call) => {
      const result = await call("search", { query: "unicorns" })
      expect(result).not.toHaveProperty("isError")
      expect(linesOf(result).slice(0, -1)).toEqual(text)
      expect(linesOf(result).at(-1)).toMatch(/^Reference: [0-9a-f]{8}$/)
      expect(result).toMatchObject({
        structuredContent: {
          error: { error: "NoMatch", message: "Nothing matches unicorns", details: { query: "unicorns" } },
          advice: "Do not retry with the same arguments."
        },
        _meta: { "errata/problem": { error: "NoMatch" } }
      })
    }))

  it("is text alone where no output is listed", () =>
    withTools(async (call) => {
      const result = await call("forget", { query: "unicorns" })
      expect(result).not.toHaveProperty("isError")
      expect(result).not.toHaveProperty("structuredContent")
      expect(linesOf(result).slice(0, -1)).toEqual(text)
    }))

  it("stays an error where something may have happened, and so do others", () =>
    withTools(async (call) => {
      expect(await call("charge", { query: "unicorns" })).toMatchObject({ isError: true })
      expect(await call("marked", { query: "unicorns", charges: true })).toMatchObject({ isError: true })
      expect(await call("marked", { query: "unicorns", charges: false })).not.toHaveProperty("isError")
      expect(await call("search", { query: "busy" })).toMatchObject({ isError: true })
      expect(await call("search", { query: "ink" })).toMatchObject({ structuredContent: { found: ["ink"] } })
    }))

  it("is the typed error for a client, without `_meta` too", () =>
    withTools(async (call) => {
      for (const [tool, name] of [[search, "search"], [forget, "forget"]] as const) {
        const result = await call(name, { query: "unicorns" }) as Record<string, unknown>
        const error = Result.merge(Client.decode(result, tool as Tool.Any))
        expect(error).toBeInstanceOf(NoMatch)
        expect(error).toMatchObject({ query: "unicorns" })
        const { _meta, ...stripped } = result
        expect(_meta).toBeDefined()
        const again = Client.decode(stripped, tool as Tool.Any)
        expect(Result.isFailure(again)).toBe(true)
        expect(Result.merge(again)).toMatchObject(
          name === "search" ? { _tag: "NoMatch", query: "unicorns" } : { reason: "Nothing matches unicorns" }
        )
      }
    }))
})

describe("ToolTest", () => {
  it("takes a miss apart as an error", async () => {
    const answer = await Effect.runPromise(
      ToolTest.call(tools[0] as Tool.Handled<never, typeof search>, { query: "x" })
    )
    expect(answer.result.isError).toBeUndefined()
    expect(answer.error).toBeInstanceOf(NoMatch)
    expect(answer.value).toBeUndefined()
  })
})

describe("a class", () => {
  it("is refused that answers what may succeed later as a success", () => {
    const make = (answers: "success") => () =>
      ToolError.Transient<Error>()("Busy", {}, { type: "unavailable", message: () => "Busy", answers })
    expect(make("success")).toThrow(/^ToolError Busy: only a permanent error may be answered as a "success"/)
  })
})

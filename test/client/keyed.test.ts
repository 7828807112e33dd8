import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import type * as Meta from "@errata/mcp-adapter/Meta"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const description = "d"
const output = Schema.String
const required = Tool.make("required", {
  description,
  input: { n: Schema.Finite, idempotency_key: Schema.String },
  output,
  safety: "keyed",
  keyed: "idempotency_key"
})
const optional = Tool.make("optional", {
  description,
  input: { n: Schema.Finite, order: Schema.optionalKey(Schema.String) },
  output,
  safety: "keyed",
  keyed: "order"
})
const auto = Tool.make("auto", { description, input: { n: Schema.Finite }, output, safety: "keyed", keyed: "auto" })
const read = Tool.make("read", { description, input: { n: Schema.Finite }, output, safety: "read" })
const tools = [required, optional, auto, read] as const

interface Params {
  readonly arguments?: { readonly [name: string]: unknown }
  readonly _meta?: { readonly [key: string]: unknown }
}

/** A client of an SDK that answers as it is told, one after the other. */
const play = (answers: ReadonlyArray<unknown>, options?: Client.Options) => {
  const sent: Array<Params> = []
  const client = {
    callTool: async (params: Params, _options: unknown) => {
      sent.push(params)
      const answer = answers[sent.length - 1]
      if (answer instanceof Error) throw answer
      return answer
    }
  }
  return { sent, methods: Client.make(client as Client.AnyClient, tools, options) }
}

const done = { content: [], structuredContent: { result: "done" } }
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const policy = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 3 })

const failing = (error: string, problem: object) => ({
  isError: true,
  content: [],
  _meta: {
    "errata/problem": {
      error,
      category: "permanent",
      message: "m",
      retry: { should_retry: false },
      reference_id: "00000000",
      ...problem
    }
  }
})

describe("the key of a call", () => {
  it.effect("is made where the caller gives none, and goes into the tool's field", () =>
    Effect.gen(function*() {
      const { methods, sent } = play([done, done])
      yield* methods.optional({ n: 1 })
      yield* methods.optional({ n: 1 })
      const [first, second] = sent.map((params) => params.arguments?.["order"])
      expect(first).toMatch(uuid)
      expect(second).toMatch(uuid)
      expect(second).not.toBe(first)
      expect(sent[0]).toEqual({ name: "optional", arguments: { n: 1, order: first } })
    }))

  it.effect("goes into _meta where the tool has no field for it", () =>
    Effect.gen(function*() {
      const { methods, sent } = play([done, done], { metaPrefixes: ["shop/"] })
      yield* methods.auto({ n: 1 })
      yield* methods.auto({ n: 1 }, { idempotencyKey: "k-1" })
      expect(sent[0]?._meta?.["shop/idempotency-key"]).toMatch(uuid)
      expect(sent[1]).toEqual({ name: "auto", arguments: { n: 1 }, _meta: { "shop/idempotency-key": "k-1" } })
    }))

  it.effect("is the caller's, in the input or beside it", () =>
    Effect.gen(function*() {
      const { methods, sent } = play([done, done, done])
      yield* methods.required({ n: 1, idempotency_key: "mine" })
      yield* methods.optional({ n: 1, order: "input" }, { idempotencyKey: "beside" })
      yield* methods.optional({ n: 1 }, { idempotencyKey: "beside" })
      expect(sent.map((params) => params.arguments)).toEqual([
        { n: 1, idempotency_key: "mine" },
        { n: 1, order: "beside" },
        { n: 1, order: "beside" }
      ])
    }))

  it.effect("is not sent to a tool that takes none", () =>
    Effect.gen(function*() {
      const { methods, sent } = play([done])
      yield* methods.read({ n: 1 }, { idempotencyKey: "k" })
      expect(sent).toEqual([{ name: "read", arguments: { n: 1 } }])
    }))

  it.effect.each([["optional", "order"], ["auto", undefined]] as const)(
    "stays the same over all attempts of %s",
    ([name, field]) =>
      Effect.gen(function*() {
        const lost = Object.assign(new Error("MCP error -32000: Connection closed"), { code: -32000 })
        const { methods, sent } = play([lost, lost, done], { retry: policy })
        const fiber = yield* Effect.forkChild(methods[name]({ n: 1 }), { startImmediately: true })
        for (let i = 0; i < 3; i++) {
          yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          yield* TestClock.adjust("1 second")
        }
        expect(yield* Fiber.join(fiber)).toBe("done")
        const keys = sent.map((params) =>
          field === undefined ? params._meta?.["errata/idempotency-key"] : params.arguments?.[field]
        )
        expect(keys).toHaveLength(3)
        expect(keys[0]).toMatch(uuid)
        expect(new Set(keys).size).toBe(1)
      })
  )
})

describe("what a key leads to", () => {
  it.each<[string, object, abstract new(...args: never) => ToolError.Any]>([
    ["InProgress", {
      type: "in_progress",
      category: "transient",
      details: { operation: "charge", retry_after_seconds: 7 }
    }, Errors.InProgress],
    ["OutcomeUnknown", { type: "outcome_unknown", details: { operation: "charge" } }, Errors.OutcomeUnknown],
    [
      "IdempotencyConflict",
      { type: "idempotency_conflict", details: { operation: "charge" } },
      Errors.IdempotencyConflict
    ]
  ])("is the typed error %s of a keyed tool, and of no other", (error, problem, Class) => {
    const result = failing(error, problem)
    const keyed = Client.decode(result, required)
    expect(Result.isFailure(keyed) && keyed.failure).toBeInstanceOf(Class)
    const other = Client.decode(result, read)
    expect(Result.isFailure(other) && other.failure).not.toBeInstanceOf(Class)
  })

  it.effect("is told: that the result was replayed, and of which call", () =>
    Effect.gen(function*() {
      const note = { reference_id: "00000002", attempts: 1, replayed: true, original_reference_id: "00000001" }
      const { methods } = play([{ ...done, _meta: { "errata/call": note } }, done])
      const heard: Array<Meta.CallNote> = []
      const own = { onNote: (note: Meta.CallNote) => void heard.push(note) }
      expect(yield* methods.required({ n: 1, idempotency_key: "k" }, own)).toBe("done")
      yield* methods.required({ n: 1, idempotency_key: "k" }, own)
      expect(heard).toEqual([note])
    }))
})

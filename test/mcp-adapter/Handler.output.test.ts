import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { everyHostile } from "../core/support/arbitraries.ts"
import { bind, expectLawful, expectMasked, problemOf, recorder, textOf } from "./support/harness.ts"

class Point extends Schema.Class<Point>("Point")({ x: Schema.Finite, y: Schema.Finite }) {}

const replyOf = (output: Schema.Top | undefined, value: unknown, options?: Handler.Options) =>
  Effect.gen(function*() {
    const log = recorder()
    const tool = Tool.make("give", { description: "d", output: output as never, safety: "read" })
    const call = yield* bind(Tool.handle(tool, () => Effect.succeed(value as never)), options).pipe(
      Effect.provide(log.layer)
    )
    const pending = call({})
    expect(pending.isPromise).toBe(false)
    const result = yield* pending.reply
    expectLawful(result)
    return { log, result }
  })

describe("an output goes over the wire", () => {
  it.effect.each<
    { readonly name: string; readonly output: Schema.Top; readonly value: unknown; readonly wire: unknown }
  >([
    { name: "a struct", output: Schema.Struct({ a: Schema.Finite }), value: { a: 1 }, wire: { a: 1 } },
    { name: "an empty struct", output: Schema.Struct({}), value: {}, wire: {} },
    { name: "a class", output: Point, value: new Point({ x: 1, y: 2 }), wire: { x: 1, y: 2 } },
    { name: "a record", output: Schema.Record(Schema.String, Schema.Finite), value: { a: 1 }, wire: { a: 1 } },
    {
      name: "a union of structs",
      output: Schema.Union([Schema.Struct({ a: Schema.Finite }), Schema.Struct({ b: Schema.Finite })]),
      value: { b: 2 },
      wire: { b: 2 }
    },
    {
      name: "a date in a struct",
      output: Schema.Struct({ at: Schema.Date }),
      value: { at: new Date(0) },
      wire: { at: "1970-01-01T00:00:00.000Z" }
    },
    {
      name: "names that differ",
      output: Schema.Struct({ a: Schema.Finite }).pipe(Schema.encodeKeys({ a: "b" })),
      value: { a: 1 },
      wire: { b: 1 }
    },
    { name: "a string", output: Schema.String, value: "x", wire: { result: "x" } },
    { name: "a number", output: Schema.Finite, value: 0, wire: { result: 0 } },
    {
      name: "a list",
      output: Schema.Array(Point),
      value: [new Point({ x: 1, y: 2 })],
      wire: { result: [{ x: 1, y: 2 }] }
    },
    { name: "null", output: Schema.Null, value: null, wire: { result: null } },
    {
      name: "a struct or null",
      output: Schema.NullOr(Schema.Struct({ a: Schema.Finite })),
      value: { a: 1 },
      wire: { result: { a: 1 } }
    },
    { name: "a date", output: Schema.Date, value: new Date(0), wire: { result: "1970-01-01T00:00:00.000Z" } },
    { name: "a big integer", output: Schema.BigInt, value: 7n, wire: { result: "7" } },
    {
      name: "what is unknown, by JSON's own rules",
      output: Schema.Unknown,
      value: { a: undefined, at: new Date(0), from: new URL("https://example.com/x"), f: () => 1, n: NaN },
      wire: { result: { at: "1970-01-01T00:00:00.000Z", from: "https://example.com/x", n: null } }
    },
    {
      name: "a record of what is unknown",
      output: Schema.Record(Schema.String, Schema.Unknown),
      value: { a: undefined, at: new Date(0), list: [undefined, 1], n: 1 },
      wire: { at: "1970-01-01T00:00:00.000Z", list: [null, 1], n: 1 }
    },
    {
      name: "what is unknown beside what is not",
      output: Schema.Struct({
        at: Schema.Date,
        any: Schema.Array(Schema.Unknown),
        or: Schema.NullOr(Schema.Struct({ x: Schema.Unknown }))
      }),
      value: { at: new Date(0), any: [new Date(0), undefined], or: { x: { u: new URL("https://example.com") } } },
      wire: {
        at: "1970-01-01T00:00:00.000Z",
        any: ["1970-01-01T00:00:00.000Z", null],
        or: { x: { u: "https://example.com/" } }
      }
    },
    { name: "an option", output: Schema.Option(Schema.Finite), value: Option.some(1), wire: { _tag: "Some", value: 1 } }
  ])("$name", ({ output, value, wire }) =>
    Effect.gen(function*() {
      const { result } = yield* replyOf(output, value)
      expect(result).toEqual({ content: [{ type: "text", text: JSON.stringify(wire) }], structuredContent: wire })
    }))

  it.effect("nothing: the text says that it is done, whatever the handler returned", () =>
    Effect.gen(function*() {
      for (const value of [undefined, 7, ...everyHostile]) {
        const { result } = yield* replyOf(undefined, value)
        expect(result).toEqual({ content: [{ type: "text", text: "Done." }] })
      }
    }))
})

describe("an output that does not fit is a defect", () => {
  it.effect.each<{ readonly name: string; readonly output: Schema.Top; readonly value: unknown }>([
    { name: "another type", output: Schema.Struct({ a: Schema.Finite }), value: { a: "x" } },
    { name: "nothing", output: Schema.Struct({ a: Schema.Finite }), value: undefined },
    {
      name: "a failed check",
      output: Schema.Struct({ a: Schema.Finite.check(Schema.isGreaterThan(5)) }),
      value: { a: 1 }
    },
    { name: "a class made by hand", output: Point, value: { x: "1" } },
    {
      name: "a date where a number is declared, beside what is unknown",
      output: Schema.Struct({ a: Schema.Finite, b: Schema.Unknown }),
      value: { a: new Date(0), b: new Date(0) }
    },
    { name: "what JSON has no word for", output: Schema.Unknown, value: { n: 1n } }
  ])("$name", ({ output, value }) =>
    Effect.gen(function*() {
      const { log, result } = yield* replyOf(output, value)
      expectMasked(result)
      expect(log.lines[0]).toMatchObject({
        level: "Error",
        outcome: "internal_error",
        cause: expect.stringContaining("The output of give does not fit its schema")
      })
    }))

  it.effect("whatever it is", () =>
    Effect.gen(function*() {
      for (const value of everyHostile) {
        const { result } = yield* replyOf(Schema.Struct({ a: Schema.Literal("never") }), value)
        expectMasked(result)
        expectLawful((yield* replyOf(Schema.Unknown, value)).result)
        expectLawful((yield* replyOf(Schema.Struct({ a: Schema.Unknown }), { a: value })).result)
      }
    }))

  it.effect("a schema that throws while it encodes", () =>
    Effect.gen(function*() {
      const throwing = Schema.String.pipe(Schema.decodeTo(Schema.String, {
        decode: { run: () => Effect.die("never") } as never,
        encode: {
          run: () => {
            throw new Error("encode")
          }
        } as never
      }))
      expectMasked((yield* replyOf(throwing, "x")).result)
    }))
})

describe("a block that no SDK would send", () => {
  it.effect.each([
    undefined,
    "text",
    {},
    { type: "text" },
    { type: "text", text: 7 },
    { type: "image", data: "AA==" },
    { type: "image", data: "no-base64!", mimeType: "image/png" },
    { type: "audio", mimeType: "audio/wav" },
    { type: "resource_link", uri: "file:///a" },
    { type: "resource" },
    { type: "resource", resource: { uri: "file:///a" } },
    { type: "resource", resource: { text: "a" } }
  ])("is a defect where it is attached, or returned by existing code: %j", (block) =>
    Effect.gen(function*() {
      const tool = Tool.make("attach", { description: "Attaches.", safety: "read" })
      const handled = Tool.handle(tool, () => Effect.flatMap(ToolCall, (call) => call.attach(block as never)))
      expectMasked((yield* ToolTest.call(handled, {})).result)
      const wrapped = wrapHandler(() => ({ content: [block] }), { logsCalls: false })
      expectMasked(yield* Effect.promise(() => wrapped()))
    }))

  it.effect("of a kind that is not known is left to it where existing code returns it, and a defect where it is attached", () =>
    Effect.gen(function*() {
      const wrapped = wrapHandler(() => ({ content: [{ type: "hologram" }] }))
      expect(yield* Effect.promise(() => wrapped())).toEqual({ content: [{ type: "hologram" }] })
      const tool = Tool.make("attach", { description: "Attaches.", safety: "read" })
      const attach = Tool.handle(
        tool,
        () => Effect.flatMap(ToolCall, (call) => call.attach({ type: "hologram" } as never))
      )
      expectMasked((yield* ToolTest.call(attach, {})).result)
    }))
})

describe("what is attached", () => {
  const image = { type: "image", data: "aGk=", mimeType: "image/png" }
  const attaching = (output: Schema.Top | undefined, end: Effect.Effect<unknown>) =>
    Effect.gen(function*() {
      const tool = Tool.make("draw", { description: "d", output: output as never, safety: "read" })
      const handler = () =>
        Effect.andThen(Effect.flatMap(ToolCall, (call) => call.attach(image)), end) as Effect.Effect<never>
      const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(recorder().layer))
      return yield* call({}).reply
    })

  it.effect("comes after the text, or in place of it", () =>
    Effect.gen(function*() {
      expect((yield* attaching(Schema.Finite, Effect.succeed(1))).content).toEqual([{
        type: "text",
        text: "{\"result\":1}"
      }, image])
      expect(yield* attaching(undefined, Effect.void)).toEqual({ content: [image] })
    }))

  it.effect("does not come with an error", () =>
    Effect.gen(function*() {
      const result = yield* attaching(undefined, Effect.die("x"))
      expect(result.content).toHaveLength(1)
    }))
})

describe("options of the reply", () => {
  const failing = (options: Handler.Options) =>
    Effect.gen(function*() {
      const tool = Tool.make("fail", { description: "d", safety: "read" })
      const call = yield* bind(Tool.handle(tool, () => Effect.die(new Error("the reason, EMP-123456"))), options).pipe(
        Effect.provide(recorder().layer)
      )
      return yield* call({}).reply
    })

  it.effect("isDebugging shows the detail of a defect, with its stack", () =>
    Effect.gen(function*() {
      const result = yield* failing({ isDebugging: true })
      expectLawful(result)
      expect(problemOf(result)?.details?.["debug"]).toMatch(/the reason[\s\S]*Handler\.output\.test/)
      expect(textOf(result)).toContain("Details: {\"debug\":\"Error: the reason")
      expectMasked(yield* failing({}))
    }))

  it.effect("render: json sends the problem as text", () =>
    Effect.gen(function*() {
      const result = yield* failing({ render: "json" })
      const [line, json] = textOf(result).split("\n")
      expect(line).toBe("Error: internal_error (permanent). Do not retry. Report the reference.")
      expect(JSON.parse(json!)).toEqual({ ...problemOf(result), advice: "Do not retry. Report the reference." })
    }))

  it.effect("metaPrefix renames the keys", () =>
    Effect.gen(function*() {
      expect(Object.keys((yield* failing({ metaPrefix: "acme.example/" }))._meta!)).toEqual(["acme.example/problem"])
    }))

  it.effect("limits and redactor rule the reply", () =>
    Effect.gen(function*() {
      const redactor = { text: () => "***", json: () => "***" }
      const result = yield* failing({ isDebugging: true, redactor })
      expect(problemOf(result)?.details).toEqual({ debug: "***" })
      expect(textOf(yield* failing({ isDebugging: true, limits: { details: 12 } }))).toMatch(/\nDetails: .{12}\n/)
    }))
})

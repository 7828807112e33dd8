import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as JsonSchema from "@errata/core/JsonSchema"
import * as Tool from "@errata/core/Tool"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { everyHostile, json, runs, seeded } from "../core/support/arbitraries.ts"
import { bind, expectLawful, problemOf, recorder, textOf } from "./support/harness.ts"

const echo = (
  input: Schema.Top | undefined,
  unknownArguments?: "refuse" | "ignore",
  options?: Handler.Options,
  log = recorder()
) => {
  const seen: Array<unknown> = []
  const tool = Tool.make("echo", { description: "d", input: input as never, safety: "once", unknownArguments })
  const call = bind(
    Tool.handle(tool, (given: unknown) =>
      Effect.sync(() => {
        seen.push(given)
      })),
    options
  ).pipe(Effect.provide(log.layer))
  return { seen, call }
}

const answer = (input: Schema.Top | undefined, args: unknown, unknownArguments?: "refuse" | "ignore") =>
  Effect.gen(function*() {
    const { call, seen } = echo(input, unknownArguments)
    const pending = (yield* call)(args)
    expect(pending.isPromise).toBe(false)
    const result = yield* pending.reply
    expectLawful(result)
    const lines = problemOf(result)?.issues?.map((issue) => `${Issue.path(issue as Issue.Issue)}: ${issue.message}`)
    return { lines, result, seen }
  })

const Search = Schema.Struct({
  query: Schema.String,
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(10))
  ),
  since: Schema.optionalKey(Schema.DateTimeUtcFromString)
})

describe("arguments", () => {
  it.effect("are decoded, defaults filled in", () =>
    Effect.gen(function*() {
      const { seen } = yield* answer(Search, { query: "x" })
      expect(seen).toEqual([{ query: "x", limit: 10 }])
      const decoded = yield* answer(Schema.Struct({ n: Schema.FiniteFromString }), { n: "7" })
      expect(decoded.seen).toEqual([{ n: 7 }])
    }))

  it.effect("may be absent where none are needed", () =>
    Effect.gen(function*() {
      for (const args of [undefined, null, {}]) expect((yield* answer(undefined, args)).seen).toEqual([{}])
      expect((yield* answer(Search, undefined)).lines).toEqual(["query: Required"])
    }))

  it.effect("that are wrong never reach the handler, and are told all at once", () =>
    Effect.gen(function*() {
      const { lines, result, seen } = yield* answer(Search, { limit: 99, since: "yesterday", queri: "x" })
      expect(seen).toEqual([])
      expect(lines).toEqual([
        "queri: Unknown argument; did you mean \"query\"?",
        "query: Required",
        "limit: Expected a value between 1 and 50",
        expect.stringMatching(/^since: Expected /)
      ])
      expect(problemOf(result)).toMatchObject({
        error: "InvalidArguments",
        type: "invalid_arguments",
        category: "validation",
        message: "Invalid arguments: 4 problems",
        retry: { should_retry: false, attempts_made: 0 }
      })
      expect(textOf(result).split("\n")[1]).toBe(
        "Error: invalid_arguments (validation). Correct the arguments and call again."
      )
    }))

  it.effect("that are no object are one issue, of a tool that may not be repeated too", () =>
    Effect.gen(function*() {
      for (const args of ["x", 7, true, [], ["x"]]) {
        const { lines, result } = yield* answer(Search, args)
        expect(lines).toHaveLength(1)
        expect(lines![0]).toMatch(/^\(arguments\): /)
        expect(problemOf(result)?.type).toBe("invalid_arguments")
      }
    }))
})

describe("arguments that nobody declared", () => {
  it.effect.each<
    {
      readonly name: string
      readonly input: Schema.Top | undefined
      readonly args: object
      readonly lines: ReadonlyArray<string> | undefined
    }
  >([
    {
      name: "with a near name",
      input: Search,
      args: { query: "x", limti: 3 },
      lines: ["limti: Unknown argument; did you mean \"limit\"?"]
    },
    {
      name: "with any other",
      input: Search,
      args: { query: "x", zzzzzz: 3 },
      lines: ["zzzzzz: Unknown argument; the known ones are query, limit, since"]
    },
    {
      name: "where there are none",
      input: undefined,
      args: { a: 1 },
      lines: ["a: Unknown argument; none is expected here"]
    },
    {
      name: "of a record, which knows every name",
      input: Schema.Record(Schema.String, Schema.Finite),
      args: { a: 1 },
      lines: undefined
    },
    {
      name: "of a union",
      input: Schema.Union([Schema.Struct({ a: Schema.Finite }), Schema.Struct({ b: Schema.Finite })]),
      args: { a: 1, c: 1 },
      lines: ["c: Unknown argument; the known ones are a, b"]
    },
    {
      name: "under the name of the handler, not of the wire",
      input: Schema.Struct({ a: Schema.optionalKey(Schema.Finite) }).pipe(Schema.encodeKeys({ a: "b" })),
      args: { a: 1 },
      lines: [expect.stringMatching(/^a: Unknown argument/) as never]
    },
    {
      name: "of a class",
      input: class Given extends Schema.Class<Given>("Given")({ a: Schema.Finite }) {},
      args: { a: 1, b: 2 },
      lines: [expect.stringMatching(/^b: Unknown argument/) as never]
    },
    {
      name: "called __proto__",
      input: Search,
      args: JSON.parse("{\"query\":\"x\",\"__proto__\":{\"limit\":3}}") as object,
      lines: [expect.stringMatching(/^__proto__: Unknown argument/) as never]
    },
    {
      name: "called constructor",
      input: Search,
      args: { query: "x", constructor: 1 },
      lines: [expect.stringMatching(/^constructor: Unknown argument/) as never]
    }
  ])("are refused, $name", ({ args, input, lines }) =>
    Effect.gen(function*() {
      expect((yield* answer(input, args)).lines).toEqual(lines)
    }))

  it.effect("are ignored where the tool says so", () =>
    Effect.gen(function*() {
      const { seen } = yield* answer(Search, { query: "x", extra: 1 }, "ignore")
      expect(seen).toEqual([{ query: "x", limit: 10 }])
    }))

  it.effect("are refused though the listing is open, since hosts that refuse by themselves say less", () =>
    Effect.gen(function*() {
      expect(JSON.stringify(JsonSchema.ofInput(Search))).not.toContain("additionalProperties")
      expect((yield* answer(Search, { query: "x", surely_unknown: 1 })).lines).toHaveLength(1)
    }))

  it.effect("are refused or ignored as the tool says, else as the server says", () =>
    Effect.gen(function*() {
      for (
        const [ofTool, ofServer, isRefused] of [
          [undefined, undefined, true],
          [undefined, "refuse", true],
          [undefined, "ignore", false],
          ["refuse", "ignore", true],
          ["ignore", "refuse", false]
        ] as const
      ) {
        const { call } = echo(Search, ofTool, { unknownArguments: ofServer })
        const result = yield* (yield* call)({ query: "x", other: 1 }).reply
        expect(result.isError === true).toBe(isRefused)
      }
    }))
})

describe("arguments that are taken as they were probably meant", () => {
  it.effect("reach the handler, and are told in _meta and in the log", () =>
    Effect.gen(function*() {
      const log = recorder()
      const { call, seen } = echo(Search, undefined, undefined, log)
      const sent = { query: 5, limit: "3", since: null, wait_for_previous: true }
      const result = yield* (yield* call)(sent).reply
      expect(seen).toEqual([{ query: "5", limit: 3 }])
      const repaired = ["query: number to text", "limit: text to number", "since: null to absent"]
      expect(Meta.call(result._meta)).toMatchObject({ attempts: 1, repaired, dropped: ["wait_for_previous"] })
      expect(log.lines[0]).toMatchObject({ repaired, dropped: ["wait_for_previous"] })
    }))

  it.effect("are not where the tool or the server says no", () =>
    Effect.gen(function*() {
      for (
        const [ofTool, ofServer, isTaken] of [[undefined, false, false], [true, false, true], [
          false,
          true,
          false
        ]] as const
      ) {
        const tool = Tool.make("t", { description: "d", input: Search, repair: ofTool })
        const call = yield* bind(Tool.handle(tool, () => Effect.void), { repair: ofServer })
        expect((yield* call({ query: 5 }).reply).isError !== true).toBe(isTaken)
      }
    }))

  it.effect("say so in an error as well, since they may be what is wrong", () =>
    Effect.gen(function*() {
      const tool = Tool.make("t", { description: "d", input: Search, errors: [Errors.NotFound] })
      const call = yield* bind(Tool.handle(tool, () => Effect.fail(new Errors.NotFound({ resource: "Book", id: "1" }))))
      const result = yield* call({ query: "x", limit: "3" }).reply
      expect(problemOf(result)?.type).toBe("not_found")
      expect(Meta.call(result._meta)?.repaired).toEqual(["limit: text to number"])
    }))

  it.effect("are not mentioned where nothing was changed", () =>
    Effect.gen(function*() {
      const { result } = yield* answer(Search, { query: "x" })
      expect(result._meta).toBeUndefined()
    }))
})

describe("arguments that are too large", () => {
  it.effect("are refused before anything looks into them", () =>
    Effect.gen(function*() {
      const { call, seen } = echo(Search)
      const result = yield* (yield* call)({ query: "x".repeat(4 * 1024 * 1024) }).reply
      expect(seen).toEqual([])
      expect(problemOf(result)).toMatchObject({
        type: "too_large",
        category: "permanent",
        suggestion: "Send less in one call"
      })
      expectLawful(result)
    }))
})

describe("decoding is total", () => {
  it.effect("for everything hostile, as arguments and inside them", () =>
    Effect.gen(function*() {
      for (const value of everyHostile) {
        for (const args of [value, { query: value }, { query: "x", limit: value }, { query: "x", extra: value }]) {
          for (
            const input of [
              undefined,
              Search,
              Schema.Struct({ query: Schema.Unknown, limit: Schema.optionalKey(Schema.Unknown) })
            ]
          ) {
            const { call } = echo(input)
            expectLawful(yield* (yield* call)(args).reply)
          }
        }
      }
    }))

  it.effect.prop("for any JSON", [seeded((from) => json(from))], ([args]) =>
    Effect.gen(function*() {
      const { call } = echo(Search)
      expectLawful(yield* (yield* call)(args).reply)
    }), runs(150))

  it.effect("a schema that throws or does not end at once is a defect, not an exception", () =>
    Effect.gen(function*() {
      const throwing = Schema.Struct({
        a: Schema.String.check(Schema.makeFilter(() => {
          throw new Error("in a check")
        }))
      })
      const waiting = Schema.Struct({
        a: Schema.String.pipe(Schema.decodeTo(Schema.String, {
          decode: { run: () => Effect.never } as never,
          encode: { run: () => Effect.never } as never
        }))
      })
      for (const input of [throwing, waiting]) {
        const { call } = echo(input)
        const result = yield* (yield* call)({ a: "x" }).reply
        expectLawful(result)
        expect(result.isError).toBe(true)
      }
    }))

  it.effect("thousands of wrong arguments at once", () =>
    Effect.gen(function*() {
      const args = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`unknown${i}`, i]))
      const { result } = yield* answer(Search, args)
      expect(textOf(result)).toContain("- and 4981 more")
    }))
})

it.effect("a handler may find more that is wrong, and says it the same way", () =>
  Effect.gen(function*() {
    const tool = Tool.make("range", {
      description: "d",
      input: Schema.Struct({ from: Schema.Finite, to: Schema.Finite }),
      errors: [Errors.InvalidArguments],
      safety: "read"
    })
    const call = yield* bind(Tool.handle(tool, ({ from, to }) =>
      from <= to
        ? Effect.void
        : Effect.fail(
          new Errors.InvalidArguments({
            issues: [Issue.make(["from"], `Expected at most ${to}`, { received: String(from) })]
          })
        )))
    const result = yield* call({ from: 3, to: 1 }).reply
    expect(textOf(result)).toMatch(
      /^Invalid argument from\.\nError: invalid_arguments \(validation\)\. Correct the arguments and call again\.\n- from: Expected at most 1\.\nReference: /
    )
    expect(problemOf(result)?.retry).toEqual({ should_retry: false })
  }).pipe(Effect.provide(recorder().layer)))

import { describe, expect, it, vi } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { hostile, source } from "../core/support/arbitraries.ts"
import { takeStderr } from "../support/stderr.ts"
import { bind, expectMasked, problemOf, recorder, settled } from "./support/harness.ts"

const tool = Tool.make("work", {
  description: "d",
  input: Schema.Struct({ id: Schema.optionalKey(Schema.String) }),
  errors: [Errors.NotFound, Errors.Unavailable, Errors.ArgumentsRejected],
  safety: "read"
})
const notFound = new Errors.NotFound({ resource: "x", cause: new Error("inner reason") })

const logOf = (
  handler: () => Effect.Effect<void, Errors.NotFound | Errors.Unavailable | Errors.ArgumentsRejected>,
  args: unknown = { id: "7" },
  options?: Handler.Options
) =>
  Effect.gen(function*() {
    const log = recorder()
    const call = yield* bind(Tool.handle(tool, handler), options).pipe(Effect.provide(log.layer))
    const result = yield* call(args).reply
    return { log, result, line: log.lines.at(-1) }
  })

describe("the line of a call", () => {
  it.effect("of a success", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-21T10:00:00Z"))
      const { line, log } = yield* logOf(() => Effect.void)
      expect(log.lines).toHaveLength(1)
      expect(line).toEqual({
        timestamp: "2026-11-21T10:00:00.000Z",
        level: "Info",
        message: "tool call ended",
        tool: "work",
        reference_id: expect.stringMatching(/^[0-9a-f]{8}$/),
        outcome: "success",
        attempt: 1,
        duration_ms: 0,
        arguments: "{\"id\":\"7\"}"
      })
    }))

  it.effect.each<
    {
      readonly name: string
      readonly handler: () => Effect.Effect<void, Errors.NotFound | Errors.Unavailable | Errors.ArgumentsRejected>
      readonly args?: unknown
      readonly expected: object
    }
  >([
    {
      name: "a permanent error",
      handler: () => Effect.fail(notFound),
      expected: { level: "Warn", outcome: "not_found", category: "permanent" }
    },
    {
      name: "a transient error",
      handler: () => Effect.fail(new Errors.Unavailable({ service: "x" })),
      expected: { level: "Warn", outcome: "unavailable", category: "transient" }
    },
    {
      name: "a validation error",
      handler: () => Effect.fail(new Errors.ArgumentsRejected({ service: "x" })),
      expected: { level: "Info", outcome: "invalid_arguments", category: "validation" }
    },
    {
      name: "wrong arguments",
      handler: () => Effect.void,
      args: { id: [7] },
      expected: { level: "Info", outcome: "invalid_arguments", category: "validation" }
    },
    {
      name: "a defect",
      handler: () => Effect.die(new Error("boom")),
      expected: { level: "Error", outcome: "internal_error", cause: expect.stringContaining("Error: boom") }
    },
    {
      name: "a thrown error",
      handler: () => {
        throw new TypeError("thrown")
      },
      expected: { level: "Error", outcome: "internal_error", cause: expect.stringContaining("TypeError: thrown") }
    },
    {
      name: "an error that cannot be read",
      handler: () => Effect.fail(new Proxy(notFound, { get: () => "nonsense", has: () => true })),
      expected: { level: "Error", outcome: "internal_error" }
    },
    {
      name: "no effect at all",
      handler: () => undefined as never,
      expected: { level: "Error", outcome: "internal_error" }
    },
    {
      name: "a failure that is no tool error",
      handler: () => Effect.fail("undeclared") as never,
      expected: { level: "Error", outcome: "internal_error", cause: expect.stringContaining("undeclared") }
    }
  ])("of $name", ({ args, expected, handler }) =>
    Effect.gen(function*() {
      const { line, log, result } = yield* logOf(handler, args)
      expect(log.lines).toHaveLength(1)
      expect(line).toMatchObject(expected)
      expect(line?.["reference_id"]).toBe(problemOf(result)?.reference_id)
    }))

  it.effect("holds the cause of a declared error, which the reply does not", () =>
    Effect.gen(function*() {
      const { line, result } = yield* logOf(() => Effect.fail(notFound))
      expect(line?.["cause"]).toContain("inner reason")
      expect(JSON.stringify(result)).not.toContain("inner reason")
    }))

  it.effect("names the fields that do not fit their schema", () =>
    Effect.gen(function*() {
      const { line } = yield* logOf(() => Effect.fail(new Errors.NotFound({ resource: 7 as never })))
      expect(line).toMatchObject({ level: "Warn", invalid_fields: ["resource"] })
    }))

  it.effect("shows the arguments shortened", () =>
    Effect.gen(function*() {
      const { line } = yield* logOf(() => Effect.void, { id: "x".repeat(5000) })
      expect(String(line?.["arguments"]).length).toBeLessThanOrEqual(100)
      const short = yield* logOf(() => Effect.void, { id: "x".repeat(500) }, { limits: { logArguments: 20 } })
      expect(String(short.line?.["arguments"])).toHaveLength(20)
    }))

  it.effect("is one JSON object on one line, whatever stands in it", () =>
    Effect.gen(function*() {
      for (let seed = 0; seed < 200; seed++) {
        const value = hostile(source(seed))
        for (
          const handler of [
            () => Effect.die(value),
            () => Effect.fail(new Errors.NotFound({ resource: "x", cause: value }))
          ]
        ) {
          const { log } = yield* logOf(handler, value)
          expect(log.raw.length).toBeGreaterThan(0)
          for (const line of log.raw) {
            expect(line).not.toMatch(/[\n\r\u2028\u2029]/)
            expect(Object.keys(JSON.parse(line) as object)).toEqual(
              expect.arrayContaining(["timestamp", "level", "message", "outcome"])
            )
          }
        }
      }
    }))
})

describe("which lines are written", () => {
  it.effect("without logsCalls only those of defects", () =>
    Effect.gen(function*() {
      const quiet = { logsCalls: false }
      expect((yield* logOf(() => Effect.void, {}, quiet)).log.lines).toEqual([])
      expect((yield* logOf(() => Effect.fail(notFound), {}, quiet)).log.lines).toEqual([])
      expect((yield* logOf(() => Effect.die("x"), {}, quiet)).log.lines).toHaveLength(1)
    }))

  it.effect("only those that the minimum level lets pass", () =>
    Effect.gen(function*() {
      const at = (level: "Warn" | "Error") => Effect.provideService(References.MinimumLogLevel, level)
      expect((yield* logOf(() => Effect.void).pipe(at("Warn"))).log.lines).toEqual([])
      expect((yield* logOf(() => Effect.fail(notFound)).pipe(at("Warn"))).log.lines).toHaveLength(1)
      expect((yield* logOf(() => Effect.fail(notFound)).pipe(at("Error"))).log.lines).toEqual([])
      expect((yield* logOf(() => Effect.die("x")).pipe(at("Error"))).log.lines).toHaveLength(1)
    }))

  it.effect("the handler's own carry the tool and the reference", () =>
    Effect.gen(function*() {
      const { log, result } = yield* logOf(() =>
        Effect.andThen(Effect.logInfo("own", { step: 1 }), Effect.fail(notFound))
      )
      expect(log.lines[0]).toMatchObject({
        message: "own",
        step: 1,
        tool: "work",
        reference_id: problemOf(result)!.reference_id
      })
    }))

  it("go to stderr where nobody brought a logger, and never to stdout", async () => {
    const out = vi.spyOn(process.stdout, "write").mockReturnValue(true)
    const log = vi.spyOn(console, "log").mockReturnValue(undefined)
    const lines: Array<string> = []
    const restore = takeStderr((line) => lines.push(line))
    const error = vi.spyOn(console, "error").mockReturnValue(undefined)
    try {
      const call = Handler.make(Tool.handle(tool, () => Effect.andThen(Effect.logInfo("own"), Effect.fail(notFound))))
      await call({})
      expect(out).not.toHaveBeenCalled()
      expect(log).not.toHaveBeenCalled()
      expect(error).not.toHaveBeenCalled() // it may be anybody's
      expect(lines.map((line) => (JSON.parse(line) as { readonly message: string }).message))
        .toEqual(["own", "tool call ended"])
    } finally {
      restore()
      vi.restoreAllMocks()
    }
  })

  it.effect("a logger that throws costs neither the reply nor the other loggers their line", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const throwing = Logger.make(() => {
        throw new Error("disk full")
      })
      const loggers = Logger.layer([throwing, Log.make({ write: (line) => lines.push(line) })])
      const call = yield* bind(Tool.handle(tool, () => Effect.fail(notFound))).pipe(Effect.provide(loggers))
      expect(problemOf(yield* call({}).reply)?.type).toBe("not_found")
      yield* settled
      expect(lines).toHaveLength(1)
    }))
})

describe("error reporters", () => {
  const reported = (handler: () => Effect.Effect<void, Errors.NotFound>, args: unknown = {}) =>
    Effect.gen(function*() {
      const errors: Array<string> = []
      const reporter = ErrorReporter.layer([ErrorReporter.make(({ error }) => errors.push(error.message))])
      const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(Layer.merge(reporter, recorder().layer)))
      const result = yield* call(args).reply
      yield* settled
      return { errors, result }
    })

  it.effect("are told of defects", () =>
    Effect.gen(function*() {
      const { errors, result } = yield* reported(() => Effect.die(new Error("boom")))
      expectMasked(result)
      expect(errors).toEqual(["boom"])
    }))

  it.effect("are told of finalizers that die", () =>
    Effect.gen(function*() {
      const { errors } = yield* reported(() =>
        Effect.addFinalizer(() => Effect.die(new Error("finalizer"))) as Effect.Effect<void>
      )
      expect(errors).toEqual(["finalizer"])
    }))

  it.effect("are not told of what was declared, of wrong arguments, of successes", () =>
    Effect.gen(function*() {
      expect((yield* reported(() => Effect.fail(notFound))).errors).toEqual([])
      expect((yield* reported(() => Effect.void, { id: [7] })).errors).toEqual([])
      expect((yield* reported(() => Effect.void)).errors).toEqual([])
    }))
})

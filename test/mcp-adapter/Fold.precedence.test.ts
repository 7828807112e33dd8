import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Fold from "@errata/mcp-adapter/Fold"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { problemOf, textOf } from "./support/harness.ts"

const one = new Errors.NotFound({ resource: "one" })
const two = new Errors.Timeout({ operation: "two" })
const reasons = (...causes: ReadonlyArray<Cause.Cause<unknown>>) =>
  Exit.failCause(Cause.fromReasons(causes.flatMap((cause) => cause.reasons)))
const told = (exit: Exit.Exit<unknown, unknown>, interruption?: "client" | "deadline") => {
  const outcome = Fold.outcome(exit, interruption)
  return outcome._tag === "Failure" ? outcome.error : outcome._tag
}

describe("what is told of a cause with several reasons", () => {
  const crash = Cause.die(new Error("crash"))
  const interrupt = Cause.interrupt(1)

  it.each<[string, Exit.Exit<unknown, unknown>, unknown, ("client" | "deadline")?]>([
    ["a failure", Exit.fail(one), one],
    ["the first failure", reasons(Cause.fail(one), Cause.fail(two)), one],
    ["a failure, though a defect came first", reasons(crash, Cause.fail(one)), one],
    ["a failure, though the client cancelled", reasons(interrupt, Cause.fail(one)), one, "client"],
    ["a failure, though the deadline passed", reasons(interrupt, Cause.fail(one)), one, "deadline"],
    ["a failure, before an error among the defects", reasons(Cause.die(two), Cause.fail(one)), one],
    ["the error whose finalizer died", reasons(Cause.die(one), crash), one],
    ["an error that alone is a defect stays masked", Exit.die(one), "Defect"],
    ["a failure that is no tool error", Exit.fail({ message: "x" }), "Defect"],
    ["a failure that is no tool error, and one that is", reasons(Cause.fail("x"), Cause.fail(one)), one],
    ["the client's cancel", Exit.interrupt(1), "Cancelled", "client"],
    ["the deadline", Exit.interrupt(1), "TimedOut", "deadline"],
    ["the client's cancel, though a finalizer died", reasons(interrupt, crash), "Cancelled", "client"],
    ["the deadline, though a finalizer died", reasons(interrupt, crash), "TimedOut", "deadline"],
    ["a handler that interrupts itself", Exit.interrupt(1), "Defect"],
    ["a defect after the client cancelled", reasons(crash), "Defect", "client"],
    ["nothing at all", reasons(), "Defect"],
    ["a success after the client cancelled", Exit.succeed(7), "Success", "client"]
  ])("%s", (_, exit, expected, interruption) => expect(told(exit, interruption)).toBe(expected))
})

describe("what effect really makes of it", () => {
  it.effect("a failure with a dying finalizer", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.fail(one).pipe(Effect.ensuring(Effect.die("finalizer"))))
      expect(told(exit)).toBe(one)
    }))

  it.effect("a failure in a scope with a dying finalizer", () =>
    Effect.gen(function*() {
      const scoped = Effect.scoped(Effect.andThen(Effect.addFinalizer(() => Effect.die("finalizer")), Effect.fail(one)))
      expect(told(yield* Effect.exit(scoped))).toBe(one)
    }))

  it.effect("parallel failures", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.all([Effect.fail(one), Effect.fail(two)], { concurrency: "unbounded" }))
      expect([one, two]).toContain(told(exit))
    }))

  it.effect("a failure beside interrupted siblings", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.all([Effect.never, Effect.fail(one)], { concurrency: "unbounded" }))
      expect(told(exit)).toBe(one)
    }))

  it.effect("an interrupted fiber", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Effect.never)
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      expect([told(exit, "client"), told(exit, "deadline"), told(exit)]).toEqual(["Cancelled", "TimedOut", "Defect"])
    }))
})

describe("success", () => {
  const options = { isVoid: false, isObject: true }
  const image = { type: "image" as const, data: "aGk=", mimeType: "image/png" }

  it("is the output twice: for programs and as text", () => {
    expect(Fold.success({ a: 1 }, options)).toEqual({
      content: [{ type: "text", text: "{\"a\":1}" }],
      structuredContent: { a: 1 }
    })
  })

  it("wraps what is no object", () => {
    for (const value of [1, "x", null, [1], true]) {
      expect(Fold.success(value, { ...options, isObject: false }).structuredContent).toEqual({ result: value })
    }
  })

  it("brings what was attached after the text", () => {
    expect(Fold.success({ a: 1 }, { ...options, attached: [image] }).content).toEqual([{
      type: "text",
      text: "{\"a\":1}"
    }, image])
  })

  it("without an output says that it is done, or gives what was attached", () => {
    expect(Fold.success(undefined, { ...options, isVoid: true })).toEqual({
      content: [{ type: "text", text: "Done." }]
    })
    expect(Fold.success(undefined, { ...options, isVoid: true, attached: [image] })).toEqual({ content: [image] })
  })
})

describe("the format", () => {
  const circumstances = { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId } as const

  it("json sends the problem as text too", () => {
    const { problem, result } = Fold.failure(one, circumstances, { ...Fold.defaultFormat, render: "json" })
    expect(JSON.parse(textOf(result))).toEqual(problem)
  })

  it("the prefix of the keys can be changed", () => {
    const { result } = Fold.failure(one, circumstances, { ...Fold.defaultFormat, metaPrefix: "acme.example/" })
    expect(Object.keys(result._meta!)).toEqual(["acme.example/problem"])
    expect(problemOf(result)).toBeUndefined()
  })

  it("a defect says nothing but its reference, unless somebody debugs", () => {
    expect(textOf(Fold.masked("5f3c9a1e" as ReferenceId, undefined).result)).toBe(
      "The tool failed unexpectedly.\nError: internal_error (permanent). Do not retry. Report the reference.\nReference: 5f3c9a1e"
    )
    const { result } = Fold.masked("5f3c9a1e" as ReferenceId, "Error: boom\n    at here")
    expect(textOf(result)).toContain("Details: {\"debug\":\"Error: boom\\n    at here\"}")
  })
})

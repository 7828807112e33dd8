import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Fold from "@errata/mcp-adapter/Fold"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { bind, problemOf, recorder, textOf } from "./support/harness.ts"

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
    ["a bug, though something failed", reasons(crash, Cause.fail(one)), "Defect"],
    ["the client's cancel, though something failed", reasons(interrupt, Cause.fail(one)), "Cancelled", "client"],
    ["the deadline, though something failed", reasons(interrupt, Cause.fail(one)), "TimedOut", "deadline"],
    ["a failure, before an error among the defects", reasons(Cause.die(two), Cause.fail(one)), one],
    ["the error whose finalizer died of another", reasons(Cause.die(one), Cause.die(two)), one],
    ["the error whose finalizer had a bug", reasons(Cause.die(one), crash), one],
    ["a bug whose finalizer died of an error", reasons(crash, Cause.die(two)), "Defect"],
    ["an error that alone is a defect stays masked", Exit.die(one), "Defect"],
    ["a failure that is no tool error", Exit.fail({ message: "x" }), "Defect"],
    ["a failure that is no tool error, though one is", reasons(Cause.fail("x"), Cause.fail(one)), "Defect"],
    ["the client's cancel", Exit.interrupt(1), "Cancelled", "client"],
    ["the deadline", Exit.interrupt(1), "TimedOut", "deadline"],
    ["the client's cancel, though a finalizer died", reasons(interrupt, Cause.die(two)), "Cancelled", "client"],
    ["the deadline, though a finalizer died", reasons(interrupt, Cause.die(two)), "TimedOut", "deadline"],
    ["a handler that interrupts itself", Exit.interrupt(1), "Defect"],
    ["a handler that interrupts itself, and its finalizer", reasons(interrupt, Cause.die(two)), "Defect"],
    ["a failure beside an interrupted sibling", reasons(interrupt, Cause.fail(one)), one],
    ["the client's cancel, though the handler had a bug", reasons(crash), "Cancelled", "client"],
    ["nothing at all", reasons(), "Defect"],
    ["a success after the client cancelled", Exit.succeed(7), "Success", "client"]
  ])("%s", (_, exit, expected, interruption) => expect(told(exit, interruption)).toBe(expected))

  /** What an exit may hold, and which of them is told before which: the first row first; of defects alone the first is. */
  const table = [
    ["bug", () => Cause.die(new TypeError("a bug")), "Defect"],
    ["undeclared", () => Cause.fail("undeclared"), "Defect"],
    ["failure", () => Cause.fail(one), one],
    ["interruption", () => Cause.interrupt(1), "Defect"],
    ["dying finalizer", () => Cause.die(two), two]
  ] as const
  const sets = table.flatMap((a) => table.flatMap((b) => [[a, b] as const, ...table.map((c) => [a, b, c] as const)]))

  it.each([undefined, "client", "deadline"] as const)("every pair and every triple, aborted by %s", (interruption) => {
    for (const set of sets) {
      const exit = reasons(...set.map(([, make]) => make()))
      const isDefects = set.every(([name]) => name === "bug" || name === "dying finalizer")
      const first = isDefects ? set[0] : table.find((row) => set.includes(row as never))!
      const expected = interruption === undefined ? first[2] : interruption === "client" ? "Cancelled" : "TimedOut"
      expect([set.map(([name]) => name), told(exit, interruption)]).toEqual([set.map(([name]) => name), expected])
    }
  })

  it("whatever is told, what a policy did is told too", () => {
    const did = { attempts: 3, maxAttempts: 3, stopped: "exhausted" } as const
    for (const set of sets) {
      for (let i = 0; i < set.length; i++) {
        const causes = set.map(([, make], at) =>
          at === i ? Cause.annotate(make() as Cause.Cause<unknown>, Context.make(RetryPolicy.Outcome, did)) : make()
        )
        const outcome = Fold.outcome(reasons(...causes), undefined)
        expect(outcome).toHaveProperty("retried", did)
        expect(Fold.outcome(reasons(...causes), "deadline")).toHaveProperty("retried", did)
      }
    }
  })

  it.effect("nothing is lost from the log", () =>
    Effect.gen(function*() {
      class Said extends ToolError.Permanent<Said>()("Said", {}, { type: "conflict", message: () => "said" }) {}
      class Unsaid extends ToolError.Permanent<Unsaid>()("Unsaid", {}, { type: "conflict", message: () => "unsaid" }) {}
      const parts = [
        ["bug", () => Cause.die(new TypeError("bug"))],
        ["said", () => Cause.fail(new Said())],
        ["unsaid", () => Cause.fail(new Unsaid())],
        ["dying", () => Cause.die(Object.assign(new Unsaid(), { cause: new Error("dying") }))],
        ["", () => Cause.interrupt(1)]
      ] as const
      const tool = Tool.make("t", { description: "", errors: [Said, Unsaid], safety: "read" })
      for (const a of parts) {
        for (const b of parts) {
          for (const c of parts) {
            const log = recorder()
            const causes = [a, b, c].map(([, make]) => make())
            const cause = Cause.fromReasons<unknown>(
              causes.flatMap((part): ReadonlyArray<Cause.Reason<unknown>> => part.reasons)
            )
            const handler = () => Effect.failCause(cause as Cause.Cause<Said>)
            const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(log.layer))
            const shown = `${textOf(yield* call({}).reply)}\n${log.raw.join("\n")}`
            for (const [name] of [a, b, c]) expect(shown).toContain(name)
          }
        }
      }
    }))
})

describe("what effect really makes of it", () => {
  it.effect("a failure with a dying finalizer", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.fail(one).pipe(Effect.ensuring(Effect.die(two))))
      expect(told(exit)).toBe(one)
      const bug = yield* Effect.exit(Effect.fail(one).pipe(Effect.ensuring(Effect.die("finalizer"))))
      expect(told(bug)).toBe(one)
    }))

  it.effect("a failure in a scope with a dying finalizer", () =>
    Effect.gen(function*() {
      const scoped = Effect.scoped(Effect.andThen(Effect.addFinalizer(() => Effect.die(two)), Effect.fail(one)))
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
  const image = { type: "image" as const, data: "aGk=", mimeType: "image/png" }

  it("is the output twice: for programs and as text", () => {
    expect(Fold.success({ a: 1 })).toEqual({
      content: [{ type: "text", text: "{\"a\":1}" }],
      structuredContent: { a: 1 }
    })
  })

  it("brings what was attached after the text", () => {
    expect(Fold.success({ a: 1 }, { attached: [image] }).content).toEqual([{
      type: "text",
      text: "{\"a\":1}"
    }, image])
  })

  it("without an output says that it is done, or gives what was attached", () => {
    expect(Fold.done()).toEqual({
      content: [{ type: "text", text: "Done." }]
    })
    expect(Fold.done({ attached: [image] })).toEqual({ content: [image] })
  })
})

describe("the format", () => {
  const circumstances = { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId } as const

  it("json sends the problem as text too", () => {
    const { problem, result } = Fold.failure(one, circumstances, { ...Fold.defaultFormat, render: "json" })
    const [line, json] = textOf(result).split("\n")
    expect(line).toBe("Error: not_found (permanent). Do not retry with the same arguments.")
    expect(JSON.parse(json!)).toEqual({ ...problem, advice: "Do not retry with the same arguments." })
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

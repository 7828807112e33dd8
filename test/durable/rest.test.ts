/**
 * Ends runs in every way after a step whose undo fails and one that cannot be undone: whoever asks hears of both.
 */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "../wire/Folder.ts"
import { until } from "../wire/Wait.ts"

const job = DurableTool.make("job", {
  description: "Charges and mails.",
  title: "The job",
  input: { id: Schema.String, end: Schema.Literals(["refused", "away", "bug", "waits", "clean"]) },
  errors: [Errors.Conflict, Errors.Unavailable],
  key: "id",
  waitsFor: "2 seconds"
})

const never = RetryPolicy.make(Schedule.recurs(0), { maxRetries: 0 })

const make = (kind: string) => {
  const gate = { reached: Deferred.makeUnsafe<void>(), open: Deferred.makeUnsafe<void>() }
  const logged: Array<unknown> = []
  const work = DurableTool.layer(job, ({ end }) =>
    Effect.gen(function*() {
      if (end === "clean") return yield* new Errors.Unavailable({ service: "Shop" })
      yield* DurableTool.activity("charge", {
        retry: never,
        execute: () => Effect.void,
        compensate: () => Effect.fail(new Errors.Conflict({ resource: "The bank" }))
      })
      yield* DurableTool.activity("mail", { execute: () => Effect.void })
      if (end === "refused") {
        return yield* ToolError.withGuidance(new Errors.Conflict({ resource: "The address" }), {
          suggestion: "Take another address."
        })
      }
      if (end === "away") return yield* new Errors.Unavailable({ service: "Shop" })
      if (end === "bug") return yield* Effect.die(new Error("a bug"))
      yield* DurableTool.activity("wait", {
        execute: () => Effect.andThen(Deferred.succeed(gate.reached, undefined), Deferred.await(gate.open)),
        compensate: "nothing to undo"
      })
      yield* DurableTool.activity("more", { execute: () => Effect.void })
    }))
  const folder = Folder.make()
  onTestFinished(folder.remove)
  const engine = kind === "memory"
    ? DurableTool.layerMemory
    : Layer.orDie(Sqlite.layer({ filename: folder.at("runs.sqlite"), shards: 5 }))
  const loggers = Logger.layer([Logger.make(({ message }) => void logged.push(message))])
  const runtime = ManagedRuntime.make(Layer.provideMerge(work, Layer.provideMerge(engine, loggers)))
  onTestFinished(() => runtime.dispose())
  const tools = { call: DurableTool.handle(job), check: DurableTool.pollTool(job), cancel: DurableTool.cancelTool(job) }
  const ask = (tool: keyof typeof tools, args: object) =>
    runtime.runPromise(ToolTest.call(tools[tool] as typeof tools.call, args as never))
  return { ask, gate, logged, runtime }
}

const both = "Could not be undone: charge. Done and not undone: mail"

describe.each(["memory", "sqlite"])("what is not undone, %s", (kind) => {
  it("is named beside a permanent failure, and what the failure suggests stays", async () => {
    const { ask } = make(kind)
    const { problem, text } = await ask("call", { id: "a", end: "refused" })
    assert.strictEqual(problem?.type, "conflict")
    assert.include(text, `Suggestion: Take another address. ${both}. Tell the user.`)
    assert.include((await ask("check", { id: "a" })).text, `${both}. Tell the user.`)
  })
  it("is named beside a failure for the moment, which nothing follows", async () => {
    const { ask } = make(kind)
    const { problem, text } = await ask("call", { id: "a", end: "away" })
    assert.strictEqual(problem?.type, "processing_error")
    assert.include(text, `Suggestion: ${both}. Take a new key only if that may be done again.`)
  })
  it("is named by the tools, and in the log, after a bug", async () => {
    const { ask, logged } = make(kind)
    const { problem, text } = await ask("call", { id: "a", end: "bug" })
    assert.deepStrictEqual([problem?.type, text.split("\n").length], ["internal_error", 3])
    assert.deepInclude(logged, ["The work of job died", { undone: [], stuck: ["charge"], left: ["mail"] }])
    for (const tool of ["check", "cancel"] as const) {
      const asked = await ask(tool, { id: "a" })
      assert.deepStrictEqual(asked.text.split("\n")[0], "The job failed unexpectedly.")
      assert.include(asked.text, `Suggestion: ${both}. Tell the user.`)
    }
  })
  it("is named after a cancel", async () => {
    const { ask, gate, runtime } = make(kind)
    await runtime.runPromise(DurableTool.start(job, { id: "a", end: "waits" }))
    await Effect.runPromise(Deferred.await(gate.reached))
    assert.include((await ask("cancel", { id: "a" })).text, "in_progress")
    await Effect.runPromise(Deferred.succeed(gate.open, undefined))
    const cancelled = { status: "cancelled", not_undone: ["charge", "mail"] }
    await until("the end", async () => {
      const { result } = await ask("check", { id: "a" })
      return (result.structuredContent as { readonly status: string }).status !== "in_progress"
    })
    assert.deepStrictEqual((await ask("check", { id: "a" })).result.structuredContent, cancelled)
    assert.deepStrictEqual((await ask("cancel", { id: "a" })).result.structuredContent, cancelled)
    const called = await ask("call", { id: "a", end: "waits" })
    assert.strictEqual(called.problem?.type, "invalid_state")
    assert.include(called.text, `Suggestion: ${both}. Tell the user.`)
  })
})

describe("a run that failed for the moment", () => {
  it("is told by the tools with its tool as the next step, and not to ask again", async () => {
    const { ask } = make("memory")
    assert.strictEqual((await ask("call", { id: "a", end: "clean" })).problem?.type, "unavailable")
    for (const tool of ["check", "cancel"] as const) {
      const { problem, text } = await ask(tool, { id: "a" })
      assert.deepStrictEqual([problem?.type, problem?.retry.should_retry], ["invalid_state", false])
      assert.deepStrictEqual(problem?.recovery_steps?.map((step) => step.tool), ["job"])
      assert.notInclude(text, "Retry after")
    }
  })
})

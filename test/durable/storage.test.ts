/**
 * Locks the engine's file in the middle of a run: the run waits for it, and ends as if nothing had been.
 */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import { PersistenceError } from "effect/cluster/ClusterError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "../wire/Folder.ts"

const order = DurableTool.make("place_order", {
  description: "Places an order.",
  input: { order_id: Schema.String },
  output: { steps: Schema.Array(Schema.String) },
  key: "order_id"
})

const names = ["charge", "ship", "notify"]

/** Runs an order whose file another process locks at some point, on an engine that hardly waits for locks itself. */
const lockedAt = async (
  point: string,
  { millis, takeOver }: { readonly millis: number; readonly takeOver: `${number} seconds` }
): Promise<ReadonlyArray<string>> => {
  const folder = Folder.make()
  const filename = folder.at("runs.sqlite")
  const executed: Array<string> = []
  let released: Promise<void> | undefined
  const at = (here: string) =>
    Effect.sync(() => {
      if (here !== point || released !== undefined) return
      const other = new DatabaseSync(filename, { timeout: 10_000 })
      other.exec("BEGIN EXCLUSIVE")
      released = sleep(millis).then(() => other.close())
    })
  const work = DurableTool.layer(order, () =>
    Effect.map(
      Effect.forEach(names, (name) =>
        DurableTool.activity(name, {
          output: Schema.String,
          execute: ({ key }) => {
            executed.push(`${name} ${key}`)
            return Effect.as(at(`in ${name}`), name)
          }
        }).pipe(Effect.tap(() => at(`after ${name}`)))),
      (steps) => ({ steps })
    ))
  const engine = Sqlite.layer({ filename, shards: 5, takeOver, busyTimeout: "20 millis" })
  const runtime = ManagedRuntime.make(Layer.provideMerge(work, engine))
  onTestFinished(async () => {
    await runtime.dispose()
    folder.remove()
  })
  await runtime.context()
  const call = Effect.retry(DurableTool.handler(order)({ order_id: "a" }), {
    schedule: Schedule.spaced("50 millis"),
    while: (error) => error._tag === "Unavailable" || error._tag === "InProgress"
  })
  assert.deepStrictEqual(await runtime.runPromise(call), { steps: names })
  assert.isDefined(released, "the file was not locked")
  await released
  assert.deepStrictEqual([...new Set(executed)].map((line) => line.split(" ")[0]), names, "a step has two keys")
  return executed
}

describe("a run whose file is locked", () => {
  const points = names.flatMap((name) => [`in ${name}`, `after ${name}`])
  it.each(points)("executes nothing twice, and ends when it is free again: %s", async (point) => {
    assert.lengthOf(await lockedAt(point, { millis: 700, takeOver: "15 seconds" }), names.length)
  }, 30_000)
  it.each([700, 5_000])("ends, too, where it is too long to be sure of its locks: after %i ms", async (millis) => {
    const executed = await lockedAt("in ship", { millis, takeOver: "3 seconds" })
    assert.isAtMost(executed.length, names.length + 1) // under its key, as lockedAt says
  }, 60_000)
})

describe("an engine that cannot be reached for a moment", () => {
  it("is asked again, and the run does not end", async () => {
    const folder = Folder.make()
    onTestFinished(() => folder.remove())
    let refusals = 2
    const engine = Layer.effect(
      WorkflowEngine,
      Effect.map(WorkflowEngine, (engine) =>
        WorkflowEngine.of({
          ...engine,
          activityExecute: (activity, attempt) =>
            refusals-- > 0
              ? Effect.die(new PersistenceError({ cause: new Error("database is locked") }))
              : engine.activityExecute(activity, attempt)
        }))
    ).pipe(Layer.provide(Sqlite.layer({ filename: folder.at("runs.sqlite"), shards: 5 })))
    const work = DurableTool.layer(order, () =>
      Effect.map(
        DurableTool.activity("charge", { output: Schema.String, execute: () => Effect.succeed("charge") }),
        (step) => ({ steps: [step] })
      ))
    const call = DurableTool.handler(order)({ order_id: "a" })
    const layer = Layer.provideMerge(work, engine)
    assert.deepStrictEqual(await Effect.runPromise(Effect.provide(call, layer)), { steps: ["charge"] })
    assert.isBelow(refusals, 0)
  }, 30_000)
})

describe("what another process had claimed", () => {
  it("is freed before anything is read, also where that fails at first", async () => {
    const folder = Folder.make()
    onTestFinished(() => folder.remove())
    const filename = folder.at("runs.sqlite")
    const open = (step: Effect.Effect<string>) => {
      const work = DurableTool.layer(order, () =>
        Effect.map(
          DurableTool.activity("charge", { output: Schema.String, execute: () => step }),
          (step) => ({ steps: [step] })
        ))
      const engine = Sqlite.layer({ filename, shards: 5, takeOver: "3 seconds", lookEvery: "50 millis" })
      return ManagedRuntime.make(Layer.provideMerge(work, engine).pipe(Layer.provideMerge(Logger.layer([]))))
    }
    const begun = Promise.withResolvers<void>()
    const first = open(Effect.andThen(Effect.sync(begun.resolve), Effect.never))
    first.runFork(DurableTool.start(order, { order_id: "a" }))
    await begun.promise
    await first.dispose()
    const other = new DatabaseSync(filename)
    other.exec(`
      CREATE TABLE busy (yes INTEGER);
      INSERT INTO busy VALUES (1);
      CREATE TRIGGER busy_for_a_while BEFORE UPDATE OF last_read ON cluster_messages
      WHEN NEW.last_read IS NULL AND (SELECT yes FROM busy) BEGIN SELECT RAISE(ABORT, 'busy'); END`)
    const { claimed } = other.prepare(
      "SELECT count(*) AS claimed FROM cluster_messages WHERE NOT processed AND last_read IS NOT NULL"
    ).get() as { readonly claimed: number }
    assert.isAbove(claimed, 0, "the run was not claimed")
    const second = open(Effect.succeed("charge"))
    onTestFinished(() => second.dispose())
    const told = second.runPromise(DurableTool.handler(order)({ order_id: "a" }))
    await sleep(1_500)
    other.exec("UPDATE busy SET yes = 0")
    other.close()
    assert.deepStrictEqual(await told, { steps: ["charge"] })
  }, 30_000)
})

describe("a call whose file is locked for longer than it may take", () => {
  it.each([["a new key", "b"], ["a key that has its result", "a"]])("is told to ask again: %s", async (_, order_id) => {
    const folder = Folder.make()
    onTestFinished(() => folder.remove())
    const filename = folder.at("runs.sqlite")
    const brief = DurableTool.make("place_order", {
      description: "Places an order.",
      input: { order_id: Schema.String },
      key: "order_id",
      timeout: "2 seconds"
    })
    const runtime = ManagedRuntime.make(
      Layer.provideMerge(DurableTool.layer(brief, () => Effect.void), Sqlite.layer({ filename, shards: 5 }))
    )
    onTestFinished(() => runtime.dispose())
    const call = (order_id: string) => runtime.runPromise(ToolTest.call(DurableTool.handle(brief), { order_id }))
    assert.isUndefined((await call("a")).problem)
    const other = new DatabaseSync(filename, { timeout: 10_000 })
    other.exec("BEGIN IMMEDIATE")
    assert.strictEqual((await call(order_id)).problem?.type, "unavailable")
    other.close()
    assert.isUndefined((await call(order_id)).problem)
  }, 30_000)
})

describe("a cancelled run whose process loses it while it is undone", () => {
  it("is undone when the process has it again", async () => {
    const folder = Folder.make()
    onTestFinished(() => folder.remove())
    const filename = folder.at("runs.sqlite")
    const log: Array<string> = []
    const [charging, undoing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const work = DurableTool.layer(order, () =>
      Effect.gen(function*() {
        yield* DurableTool.activity("charge", {
          execute: () => Effect.delay(Effect.sync(charging.resolve), "300 millis"),
          compensate: () =>
            Effect.suspend(() => {
              log.push("refund")
              undoing.resolve()
              return Effect.sleep("500 millis")
            })
        })
        yield* DurableTool.activity("ship", { execute: () => Effect.sleep("500 millis") })
        yield* DurableTool.activity("notify", { execute: () => Effect.sync(() => void log.push("notify")) })
        return { steps: [] }
      }))
    const engine = Sqlite.layer({ filename, shards: 5, takeOver: "3 seconds", busyTimeout: "20 millis" })
    const runtime = ManagedRuntime.make(Layer.provideMerge(work, engine).pipe(Layer.provideMerge(Logger.layer([]))))
    onTestFinished(() => runtime.dispose())
    await runtime.runPromise(DurableTool.start(order, { order_id: "a" }))
    await charging.promise
    const cancelling = runtime.runPromise(Effect.exit(DurableTool.cancel(order, "a")))
    await undoing.promise
    const other = new DatabaseSync(filename, { timeout: 10_000 })
    other.exec("BEGIN EXCLUSIVE")
    await sleep(6_000) // its locks are no longer sure
    other.close()
    await cancelling
    const state = Effect.repeat(DurableTool.status(order, "a").pipe(Effect.catch(() => Effect.succeedNone)), {
      schedule: Schedule.spaced("100 millis"),
      until: (found) => found._tag === "Some" && found.value.status !== "in_progress"
    })
    const end = Option.getOrThrow(await runtime.runPromise(state))
    assert.strictEqual(end.status, "cancelled")
    assert.notInclude("notUndone" in end ? end.notUndone : [], "charge")
    assert.notInclude(log, "notify")
    assert.include(log, "refund")
  }, 60_000)
})

describe("the journal of a run that cannot be read for a while", () => {
  it("is waited for within the run, and not by calls: they are told at once", async () => {
    const folder = Folder.make()
    onTestFinished(() => folder.remove())
    const filename = folder.at("runs.sqlite")
    const engine = Sqlite.layer({ filename, shards: 5, busyTimeout: "20 millis" })
    const runtime = ManagedRuntime.make(engine.pipe(Layer.provideMerge(Logger.layer([]))))
    onTestFinished(() => runtime.dispose())
    const { MessageStorage } = await import("effect/cluster/MessageStorage")
    const storage = await runtime.runPromise(MessageStorage)
    const other = new DatabaseSync(filename, { timeout: 10_000 })
    other.exec("ALTER TABLE cluster_replies RENAME TO away")
    const ask = Effect.exit(storage.repliesForUnfiltered([1n as never]))
    assert.isTrue(Exit.isFailure(await Effect.runPromise(ask)))
    const run = WorkflowInstance.initial({ annotations: Context.empty() } as never, "a")
    const waiting = Effect.runPromise(Effect.provideService(ask, WorkflowInstance, run))
    await sleep(2_500)
    other.exec("ALTER TABLE away RENAME TO cluster_replies")
    other.close()
    assert.isTrue(Exit.isSuccess(await waiting))
  }, 30_000)
})

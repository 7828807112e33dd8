/**
 * Ends a process in the middle of a run while callers wait in it: nobody hears that the run was cancelled, nothing is undone, and the
 * run goes on in the next process.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as DurableTool from "@errata/core/durable"
import * as Cluster from "@errata/core/durable/cluster"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { assert, describe, it, onTestFinished } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { databaseOf, freePort } from "./support/database.ts"

const order = DurableTool.make("place_order", {
  description: "Places an order.",
  input: { order_id: Schema.String },
  output: { parcel: Schema.String },
  key: "order_id"
})

interface World {
  readonly log: Array<string>
  readonly reached: Deferred.Deferred<void>
  readonly open: Deferred.Deferred<void>
}

/** Where the run is when its process ends: in an activity, or asleep. */
const places = ["in an activity", "in a short sleep", "in a long sleep"] as const

const tried = process.env["ERRATA_FULL"] === "1" ? places : places.slice(0, 2)

const workOf = ({ log, open, reached }: World, place: typeof places[number]) =>
  DurableTool.layer(order, () =>
    Effect.gen(function*() {
      yield* DurableTool.activity("charge", {
        execute: () => Effect.sync(() => void log.push("charge")),
        compensate: () => Effect.sync(() => log.push("refund"))
      })
      if (place !== "in an activity") {
        yield* Effect.andThen(Deferred.succeed(reached, undefined), Effect.void)
        yield* DurableTool.sleep("cooling off", place === "in a long sleep" ? "11 seconds" : "3 seconds")
      }
      const parcel = yield* DurableTool.activity("ship", {
        output: Schema.String,
        execute: () =>
          Effect.suspend(() => {
            log.push("ship")
            return Effect.as(Effect.andThen(Deferred.succeed(reached, undefined), Deferred.await(open)), "parcel 7")
          })
      })
      return { parcel }
    }))

type Engine = () => Layer.Layer<WorkflowEngine, unknown>

const leave = async (engine: Engine, place: typeof places[number]): Promise<void> => {
  const world: World = { log: [], reached: Deferred.makeUnsafe(), open: Deferred.makeUnsafe() }
  const start = () => {
    const layer = Layer.provideMerge(workOf(world, place), engine()).pipe(Layer.provideMerge(Logger.layer([])))
    const runtime = ManagedRuntime.make(layer)
    onTestFinished(() => runtime.dispose())
    return runtime
  }
  const call = ToolTest.call(DurableTool.handle(order), { order_id: "a" })
  const first = start()
  // calls are no fibers of the runtime's, as a host's are not
  const context = await first.context()
  const callers = [1, 2].map(() => Effect.runPromise(Effect.provideContext(call, context)))
  await Effect.runPromise(Deferred.await(world.reached))
  await first.dispose()
  for (const { problem } of await Promise.all(callers)) {
    assert.include(["in_progress", "unavailable"], problem?.type, "it must say to ask again")
  }
  assert.notInclude(world.log, "refund")
  Deferred.doneUnsafe(world.open, Effect.void)
  const told = await start().runPromise(Effect.repeat(call, {
    while: ({ problem }) => problem?.type === "in_progress" || problem?.type === "unavailable"
  }))
  assert.deepStrictEqual(told.value, { parcel: "parcel 7" })
  assert.deepStrictEqual(world.log, ["charge", "ship", ...place === "in an activity" ? ["ship"] : []])
}

describe("a process on SQLite that ends", () => {
  it.each(tried)("leaves its run to the next one: %s", async (place) => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    await leave(() => Sqlite.layer({ filename: folder.at("runs.sqlite"), shards: 5, takeOver: "3 seconds" }), place)
  }, 60_000)
})

describeWith("postgres", "a runner on Postgres that ends", (postgres) => {
  it.each(tried)("leaves its run to the next one: %s", async (place) => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    const [url, port] = [await databaseOf(postgres().port, folder), await freePort()]
    await leave(() =>
      Layer.provide(
        Cluster.layer({ port, shards: 5, takeOver: "3 seconds", lookEvery: "200 millis" }),
        PgClient.layer({ url: Redacted.make(url) })
      ), place)
  }, 60_000)
})

/**
 * Locks the engine's file in the middle of a run: the run waits for it, and ends as if nothing had been.
 */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
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

describe("a run whose file is locked", () => {
  it("goes on when it is free again", async () => {
    const folder = Folder.make()
    const filename = folder.at("runs.sqlite")
    const executed: Array<string> = []
    let lock: (() => void) | undefined
    const work = DurableTool.layer(order, () =>
      Effect.map(
        Effect.forEach(["charge", "ship", "notify"], (name) =>
          DurableTool.activity(name, {
            output: Schema.String,
            execute: () =>
              Effect.sync(() => {
                executed.push(name)
                if (name === "ship") lock?.()
                return name
              })
          })),
        (steps) => ({ steps })
      ))
    const runtime = ManagedRuntime.make(
      Layer.provideMerge(work, Sqlite.layer({ filename, shards: 5 }))
    )
    onTestFinished(async () => {
      await runtime.dispose()
      folder.remove()
    })
    await runtime.context()
    let released: Promise<void> | undefined
    lock = () => {
      lock = undefined
      const other = new DatabaseSync(filename, { timeout: 10_000 })
      other.exec("BEGIN EXCLUSIVE")
      released = sleep(700).then(() => other.close())
    }
    const call = Effect.retry(DurableTool.handler(order)({ order_id: "a" }), {
      while: (error) => error._tag === "Unavailable"
    })
    assert.deepStrictEqual(await runtime.runPromise(call), { steps: ["charge", "ship", "notify"] })
    await released
    assert.deepStrictEqual(executed, ["charge", "ship", "notify"])
  })
})

/**
 * Changes the work of a durable tool under a run that has begun: what its journal says is never read as something else, and a
 * process that does not know the run leaves it to one that does.
 */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "../wire/Folder.ts"

const base = {
  description: "Places an order.",
  input: { order_id: Schema.String },
  output: { said: Schema.Array(Schema.Unknown) },
  errors: [Errors.Conflict],
  key: "order_id",
  waitsFor: "1 second"
} as const

const order = DurableTool.make("place_order", base)

const log: Array<string> = []

/** An activity that says something, once. */
const say = (name: string, said: unknown, output: Schema.Codec<unknown> = Schema.Unknown) =>
  DurableTool.activity(name, {
    output,
    errors: [Errors.Conflict],
    execute: () => Effect.sync(() => (log.push(name), said)),
    compensate: () => Effect.sync(() => log.push(`undo ${name}`))
  })

type Step = Effect.Effect<unknown, Errors.Conflict, DurableTool.PerRun>

/** Opens the engine on a file, as a process of its own would. */
const open = async (filename: string, tool: typeof order, steps: ReadonlyArray<Step>, more = Layer.empty) => {
  const said: Array<string> = []
  const logger = Logger.make(({ message }) => void said.push(JSON.stringify(message)))
  const work = DurableTool.layer(tool, () => Effect.map(Effect.all(steps), (said) => ({ said })))
  // a process that knows nothing of a run would end it after this time, if it were left to effect
  const sharding = { entityRegistrationTimeout: "200 millis" } as const
  const engine = Sqlite.layer({ filename, shards: 5, takeOver: "3 seconds", lookEvery: "50 millis", sharding })
  const runtime = ManagedRuntime.make(
    Layer.provideMerge(Layer.merge(work, more as Layer.Layer<never>), engine).pipe(
      Layer.provideMerge(Logger.layer([logger]))
    )
  )
  onTestFinished(() => runtime.dispose())
  const context = await runtime.context()
  const call = (order_id: string) =>
    Effect.runPromise(Effect.provideContext(ToolTest.call(DurableTool.handle(tool), { order_id }), context))
  return { call, said, close: () => runtime.dispose() }
}

/** Begins a run that says five, and ends its process in the next activity. */
const begun = async (first: Step): Promise<string> => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  const filename = folder.at("runs.sqlite")
  log.length = 0
  const reached = Deferred.makeUnsafe<void>()
  const stuck = DurableTool.activity("stuck", {
    output: Schema.Unknown,
    execute: () => Effect.andThen(Deferred.succeed(reached, undefined), Effect.never)
  })
  const { call, close } = await open(filename, order, [first, stuck])
  const calling = call("a")
  await Effect.runPromise(Deferred.await(reached))
  await close()
  await calling
  return filename
}

const five = () => say("charge", 5, Schema.Finite)
const rest = () => say("stuck", "on")

describe("an activity that is kept", () => {
  it.each(
    [
      ["another type that would take it", Schema.Union([Schema.Finite, Schema.String])],
      ["a type that would read it as something else", Schema.FiniteFromString],
      ["a type that would not take it", Schema.Boolean],
      ["a bound that it is beyond", Schema.Finite.check(Schema.isLessThan(3))]
    ] as const
  )("is not read with %s: its run waits for its own code", async (_, other) => {
    const file = await begun(five())
    const changed = await open(file, order, [say("charge", "again", other as Schema.Codec<unknown>), rest()])
    const told = await changed.call("a")
    assert.strictEqual(told.problem?.type, "in_progress")
    assert.match(changed.said.join("\n"), /its activity charge was kept under other schemas/)
    await changed.close()
    const { call } = await open(file, order, [five(), rest()])
    assert.deepStrictEqual((await call("a")).value, { said: [5, "on"] })
    assert.deepStrictEqual(log, ["charge", "stuck"])
  }, 30_000)

  it("is read where only words changed, by its name in whatever order", async () => {
    const file = await begun(five())
    const worded = say("charge", 7, Schema.Finite.annotate({ description: "In euros" }))
    const { call } = await open(file, order, [rest(), say("check", "fine"), worded])
    assert.deepStrictEqual((await call("a")).value, { said: ["on", "fine", 5] })
    assert.deepStrictEqual(log, ["charge", "stuck", "check"])
  }, 30_000)

  it("is not read as a failure of another class", async () => {
    class Busy extends ToolError.Permanent<Busy>()("Busy", { until: Schema.String }, {
      type: "conflict",
      message: () => "Busy"
    }) {}
    const failing = (error: typeof Errors.Conflict | typeof Busy) =>
      Effect.catch(
        DurableTool.activity("charge", {
          errors: [error] as never,
          execute: () => Effect.fail(new Errors.Conflict({ resource: "The order" })) as never
        }) as never as Effect.Effect<unknown, Errors.Conflict, DurableTool.PerRun>,
        (error) => Effect.succeed(error.message)
      )
    const file = await begun(failing(Errors.Conflict))
    const changed = await open(file, order, [failing(Busy), rest()])
    assert.strictEqual((await changed.call("a")).problem?.type, "in_progress")
    await changed.close()
    const { call } = await open(file, order, [failing(Errors.Conflict), rest()])
    const [said] = ((await call("a")).value as { readonly said: ReadonlyArray<string> }).said
    assert.match(said!, /The order/)
  }, 30_000)

  it("takes its name from no other: two of one name, or of an undo's, end the run", async () => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    for (
      const [id, steps] of Object.entries({
        twice: [five(), say("charge", 6)],
        "an undo before": [say("undo charge", 1), five()],
        "an undo after": [five(), say("undo charge", 1)]
      })
    ) {
      log.length = 0
      const { call, close } = await open(folder.at("runs.sqlite"), order, steps)
      assert.strictEqual((await call(id)).problem?.type, "internal_error", id)
      assert.lengthOf(log, 2, id)
      await close()
    }
  }, 30_000)
})

describe("a run that a process does not know", () => {
  const second = DurableTool.make("place_order", { ...base, version: "2" })

  it("waits for one that does, and its key is refused meanwhile", async () => {
    const file = await begun(five())
    const other = await open(file, second as never, [rest()])
    const told = await other.call("a")
    assert.strictEqual(told.problem?.type, "invalid_state")
    await sleep(1_500) // long enough for effect to end it
    await other.close()
    const { call } = await open(file, order, [five(), rest()])
    assert.deepStrictEqual((await call("a")).value, { said: [5, "on"] })
    assert.deepStrictEqual(log, ["charge", "stuck"])
  }, 30_000)

  it("waits, too, in a process of another tool on the same file", async () => {
    const file = await begun(five())
    const other = await open(file, DurableTool.make("send_letter", base) as never, [say("letter", "sent")])
    assert.deepStrictEqual((await other.call("b")).value, { said: ["sent"] })
    await sleep(1_500)
    await other.close()
    const { call } = await open(file, order, [five(), rest()])
    assert.deepStrictEqual((await call("a")).value, { said: [5, "on"] })
  }, 30_000)

  it("goes on under its own version, where today's names it", async () => {
    const file = await begun(five())
    const today = DurableTool.make("place_order", {
      ...base,
      version: "2",
      previous: [{ tool: order, output: ({ said }: typeof order.output.Type) => ({ said: [...said, "of before"] }) }]
    })
    const old = DurableTool.layer(order, () => Effect.map(Effect.all([five(), rest()]), (said) => ({ said })))
    const { call } = await open(file, today as never, [say("pay", 6)], old as never)
    assert.deepStrictEqual((await call("a")).value, { said: [5, "on", "of before"] })
    assert.deepStrictEqual((await call("b")).value, { said: [6] })
    assert.deepStrictEqual(log, ["charge", "stuck", "pay"])
  }, 30_000)
})

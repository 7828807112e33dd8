/**
 * Lets runs end with values that no database can keep, or that look as if none could: each run ends, what it did is undone where it
 * failed, and every caller hears the same.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as DurableTool from "@errata/core/durable"
import * as Sql from "@errata/core/durable/sql"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as ToolError from "@errata/core/ToolError"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { SqlClient as SqlClientType } from "effect/sql/SqlClient"
import { SqlClient } from "effect/sql/SqlClient"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { databaseOf } from "./support/database.ts"

class Refused extends ToolError.Permanent<Refused>()("Refused", { why: Schema.String }, {
  type: "conflict",
  message: () => "It was refused"
}) {}

const holdsItself: { self?: unknown } = {}
holdsItself.self = holdsItself

const refuses = {
  get field(): never {
    throw new Error("Nobody reads this")
  }
}

/** Two GiB, as JSON writes it. */
const huge = (): ReadonlyArray<string> => Array.from({ length: 40 }, () => "x".repeat(50 * 1024 * 1024))

/** Values that a journal takes, however odd they look. */
const taken = {
  "a NUL character": "a\0b",
  "a lone surrogate": "a\ud800b",
  "quotes, backslashes and line ends": "'\"\\\r\n\u2028${}",
  "words of other scripts": "שלום 你好 🙂",
  nothing: "",
  "a million characters": "y".repeat(1_000_000)
}

/** Values that no journal takes. */
const refused: { readonly [name: string]: () => unknown } = {
  "two GiB": huge,
  "a bigint": () => 5n,
  "what holds itself": () => holdsItself,
  "a function": () => () => 1,
  "a symbol": () => Symbol("s"),
  "a field that cannot be read": () => refuses,
  "a toJSON that throws": () => ({ toJSON: () => JSON.parse("{") as unknown })
}

const places = ["activity", "output"] as const

/** Says what a run does: where its value stands, or another mischief. */
type Mischief =
  | { readonly place: typeof places[number] | "error" | "guidance" | "failure of the whole"; readonly value: string }
  | { readonly place: "name" | "wrong type"; readonly value: string }

const any = Schema.Any as Schema.Codec<unknown>

const order = DurableTool.make("place_order", {
  description: "Places an order.",
  input: { order_id: Schema.NonEmptyString, place: Schema.String, value: Schema.String },
  output: { value: Schema.Any },
  errors: [Refused],
  key: "order_id",
  waitsFor: "40 seconds"
})

const valueOf = (name: string): unknown =>
  Object.hasOwn(refused, name) ? refused[name]!() : Object.hasOwn(taken, name) ? taken[name as never] : name

const log: Array<string> = []

const work = DurableTool.layer(order, ({ order_id, place, value: name }) =>
  Effect.gen(function*() {
    yield* DurableTool.activity("charge", {
      execute: () => Effect.sync(() => void log.push(`charge ${order_id}`)),
      compensate: () => Effect.sync(() => log.push(`refund ${order_id}`))
    })
    const value = valueOf(name)
    const kept = yield* DurableTool.activity(place === "name" ? value as string : "think", {
      output: any,
      errors: [Refused],
      execute: (): Effect.Effect<unknown, Refused> => {
        log.push(`think ${order_id}`)
        if (place === "error") return Effect.fail(new Refused({ why: value as string }))
        if (place === "guidance") {
          return Effect.fail(ToolError.withGuidance(new Refused({ why: "" }), {
            steps: [{ action: "Call", tool: "t", parameters: { value } }]
          }))
        }
        return Effect.succeed(place === "activity" ? value : "")
      }
    })
    if (place === "wrong type") return { value: yield* wrong }
    if (place === "failure of the whole") return yield* Effect.fail(new Refused({ why: value as string }))
    return { value: place === "output" ? value : kept }
  }))

const wrong = DurableTool.activity("wrong", { output: Schema.Finite, execute: () => Effect.succeed("5" as never) })

type Runtime = ManagedRuntime.ManagedRuntime<DurableTool.Needs<"place_order">, unknown>

const engineTests = (engine: () => Promise<Layer.Layer<WorkflowEngine, unknown>>): void => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = ManagedRuntime.make(Layer.provideMerge(work, await engine()).pipe(Layer.provideMerge(Logger.layer([]))))
    await runtime.context()
  })
  afterAll(() => runtime.dispose())
  let last = 0
  const play = async ({ place, value }: Mischief) => {
    log.length = 0
    const call = ToolTest.call(DurableTool.handle(order), { order_id: `o${++last}`, place, value })
    const first = await runtime.runPromise(call)
    const executed = [...log]
    const again = await runtime.runPromise(call)
    const anonymous = (text: string) => text.replace(/Reference: .*/, "")
    assert.strictEqual(anonymous(again.text), anonymous(first.text))
    assert.deepStrictEqual(log, executed, "it ran again")
    return { ...first, done: executed.map((line) => line.split(" ")[0]) }
  }

  it.each(places.flatMap((place) => Object.keys(taken).map((value) => [place, value] as const)))(
    "keep in the place of %s: %s",
    async (place, value) => {
      const told = await play({ place, value })
      assert.deepStrictEqual(told.value, { value: taken[value as keyof typeof taken] })
      assert.deepStrictEqual(told.done, ["charge", "think"])
    },
    60_000
  )

  it.each(places.flatMap((place) => Object.keys(refused).map((value) => [place, value] as const)))(
    "end a run with what cannot be kept in the place of %s: %s",
    async (place, value) => {
      const told = await play({ place, value })
      assert.strictEqual(told.problem?.type, "internal_error")
      assert.deepStrictEqual(told.done, ["charge", "think", "refund"])
    },
    60_000
  )

  it.each(Object.keys(taken))("keep an error with %s", async (value) => {
    for (const place of ["error", "failure of the whole"] as const) {
      const told = await play({ place, value })
      assert.strictEqual(told.problem?.type, "conflict")
      assert.deepStrictEqual(told.done, ["charge", "think", "refund"])
    }
  }, 60_000)

  it.each(["two GiB", "a bigint", "what holds itself"])("end a run with an error that holds %s", async (value) => {
    for (const place of ["error", "guidance", "failure of the whole"] as const) {
      const told = await play({ place, value })
      assert.strictEqual(told.problem?.type, "internal_error", place)
      assert.deepStrictEqual(told.done, ["charge", "think", "refund"])
    }
  }, 60_000)

  it("take any arguments, and any key", async () => {
    for (const value of Object.values(taken).filter((value) => value !== "")) {
      log.length = 0
      const call = ToolTest.call(DurableTool.handle(order), { order_id: `${value}${++last}`, place: "output", value })
      const [first, again] = [await runtime.runPromise(call), await runtime.runPromise(call)]
      assert.deepStrictEqual([first.value, again.value], [{ value }, { value }])
      assert.lengthOf(log, 2)
    }
  }, 60_000)

  it.each([["a NUL character", false], ["a lone surrogate", false], ["nothing", false], [
    "a million characters",
    true
  ]])(
    "take a name of an activity, or end the run: %s",
    async (value, isTaken) => {
      const told = await play({ place: "name", value })
      assert.strictEqual(told.problem?.type, isTaken ? undefined : "internal_error")
      assert.deepStrictEqual(told.done, ["charge", isTaken ? "think" : "refund"])
    },
    60_000
  )

  it("end a run whose value does not fit its schema", async () => {
    const told = await play({ place: "wrong type", value: "" })
    assert.strictEqual(told.problem?.type, "internal_error")
    assert.deepStrictEqual(told.done, ["charge", "think", "refund"])
  }, 60_000)
}

/** Lets a database refuse what holds a word, as one does that has a limit of its own. */
const refusing = (statement: string) => Layer.effectDiscard(Effect.flatMap(SqlClient, (sql) => sql.unsafe(statement)))

/** An end that this very database refuses ends its run, too. */
const refusedByDatabase = (
  engine: () => Promise<Layer.Layer<WorkflowEngine | SqlClientType, unknown>>,
  statement: string
): void =>
  it("end a run whose end the database itself refuses", async () => {
    const layer = Layer.provideMerge(refusing(statement), await engine())
    const runtime = ManagedRuntime.make(Layer.provideMerge(work, layer).pipe(Layer.provideMerge(Logger.layer([]))))
    try {
      log.length = 0
      const ends = { activity: ["charge", "think", "refund"], output: ["charge", "think"] }
      for (const [place, done] of Object.entries(ends)) {
        log.length = 0
        const call = ToolTest.call(DurableTool.handle(order), { order_id: place, place, value: "poison" })
        const [first, again] = [await runtime.runPromise(call), await runtime.runPromise(call)]
        assert.deepStrictEqual([first.problem?.type, again.problem?.type], ["internal_error", "internal_error"])
        assert.deepStrictEqual(log.map((line) => line.split(" ")[0]), done)
      }
    } finally {
      await runtime.dispose()
    }
  }, 60_000)

describe("runs in memory", () => {
  engineTests(async () => Layer.fresh(DurableTool.layerMemory))
})

describe("runs on SQLite", () => {
  const folder = Folder.make()
  afterAll(() => folder.remove())
  engineTests(async () => Sqlite.layer({ filename: folder.at("runs.sqlite"), shards: 5, lookEvery: "20 millis" }))
  refusedByDatabase(
    async () => Sqlite.layer({ filename: folder.at("refusing.sqlite"), shards: 5, lookEvery: "20 millis" }),
    `CREATE TRIGGER refuse BEFORE INSERT ON cluster_replies WHEN NEW.payload LIKE '%poison%'
     BEGIN SELECT RAISE(ABORT, 'refused'); END`
  )
})

describeWith("postgres", "runs on Postgres", (postgres) => {
  const engine = (path: string) => async () =>
    Layer.provideMerge(
      Sql.layer({ shards: 5, lookEvery: "20 millis" }),
      PgClient.layer({ url: Redacted.make(await databaseOf(postgres().port, { path })) })
    )
  engineTests(engine("hostile"))
  refusedByDatabase(
    engine("refusing"),
    "ALTER TABLE cluster_replies ADD CONSTRAINT refuse CHECK (payload NOT LIKE '%poison%')"
  )
})

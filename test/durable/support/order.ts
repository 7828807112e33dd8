/**
 * The work that the tests of durable tools kill: it writes down what it does, and dies where it is told to.
 */
import * as DurableTool from "@errata/core/durable"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { appendFileSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export class Refused extends ToolError.Permanent<Refused>()("Refused", { order_id: Schema.String }, {
  type: "conflict",
  message: (e) => `Nobody hears of ${e.order_id}`
}) {}

export const order = DurableTool.make("place_order", {
  description: "Charges, ships, notifies.",
  input: { order_id: Schema.String, fails: Schema.Boolean },
  output: { charge: Schema.String, parcel: Schema.String },
  errors: [Refused, Errors.Timeout],
  key: "order_id",
  waitsFor: "1 minute"
})

/** The points at which a process can die in a run, in the order in which it comes to them. */
export const forward = ["charge", "ship", "notify"].flatMap((step) => [`${step}:begin`, `${step}:end`, `${step}:after`])

/** The points at which it can die while it takes back what it did. */
export const backward = ["undo ship", "undo charge"].flatMap((step) => [`${step}:begin`, `${step}:end`])

/** Writes a line that outlives the process. */
export const note = (folder: string, line: string): void => appendFileSync(join(folder, "log"), `${line}\n`)

/** Reads what was written. */
export const notes = (folder: string): ReadonlyArray<string> =>
  existsSync(join(folder, "log"))
    ? readFileSync(join(folder, "log"), "utf8").split("\n").filter((line) => line !== "")
    : []

/** Dies at a point, as often as the plan of the run says. */
const mayDie = (folder: string, deadly: ReadonlyArray<string>, order_id: string, point: string): void => {
  const times = deadly.filter((one) => one === point).length
  for (let i = 0; i < times; i++) {
    try {
      openSync(join(folder, `${order_id}-${point.replace(/\W/g, "-")}-${i}`), "wx")
    } catch {
      continue // died here already
    }
    process.kill(process.pid, "SIGKILL")
    for (;;); // the signal is on its way
  }
}

const held = (folder: string, point: string): string => join(folder, `held-${point.replace(/\W/g, "-")}`)

/** Tests whether a run has come to a point at which it is held. */
export const isHeld = (folder: string, point: string): boolean => existsSync(held(folder, point))

/** Lets a run go on that is held at a point. */
export const release = (folder: string, point: string): void => writeFileSync(`${held(folder, point)}-free`, "")

/** Waits at a point, if the plan says so, until the test lets it go on. */
const mayWait = (folder: string, holds: ReadonlyArray<string>, point: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (!holds.includes(point)) return Effect.void
    writeFileSync(held(folder, point), "")
    const isFree = Effect.sync(() => existsSync(`${held(folder, point)}-free`))
    return Effect.repeat(Effect.delay(isFree, "20 millis"), { until: (free) => free })
  })

interface Plan {
  readonly folder: string
  /** Lists the points at which a run kills its process. */
  readonly deadly: ReadonlyArray<string>
  /** Lists the points at which it waits. */
  readonly holds?: ReadonlyArray<string> | undefined
  /** The milliseconds that each step takes. */
  readonly pause: number
  /** Lets it sleep between two steps, and a step fail at first whenever it is executed. */
  readonly isRich?: boolean | undefined
}

const quick = RetryPolicy.make(Schedule.recurs(10), { maxRetries: 2 })

/** Makes the work. */
export const work = ({ deadly, folder, holds = [], isRich = false, pause }: Plan) =>
  DurableTool.layer(order, ({ fails, order_id }) =>
    Effect.gen(function*() {
      const at = (point: string) =>
        Effect.andThen(Effect.sync(() => mayDie(folder, deadly, order_id, point)), mayWait(folder, holds, point))
      const beginning = (name: string, key: string) =>
        Effect.gen(function*() {
          yield* Effect.sync(() => note(folder, `${order_id} ${name} ${key} ${process.pid}`))
          yield* at(`${name}:begin`)
          if (pause > 0) yield* Effect.sleep(pause)
        })
      const doing = (name: string, key: string) => Effect.andThen(beginning(name, key), at(`${name}:end`))
      const failed = new Set<string>()
      const flaky = (name: string, key: string): Effect.Effect<void, Errors.Timeout> => {
        if (failed.has(name)) return at(`${name}:end`)
        failed.add(name)
        return Effect.andThen(beginning(name, key), Effect.fail(new Errors.Timeout({ operation: name })))
      }
      const step = (name: string) =>
        DurableTool.activity(name, {
          output: Schema.String,
          errors: [Errors.Timeout],
          retry: quick,
          execute: ({ key }) => Effect.as(isRich ? flaky(name, key) : doing(name, key), `${name} of ${order_id}`),
          compensate: (_, { key }) => doing(`undo ${name}`, key)
        }).pipe(Effect.tap(() => at(`${name}:after`)))
      const charge = yield* step("charge")
      if (isRich) yield* Effect.andThen(DurableTool.sleep("rest", "30 millis"), at("rest:after"))
      const parcel = yield* step("ship")
      yield* DurableTool.activity("notify", {
        errors: [Refused],
        execute: ({ key }) =>
          Effect.andThen(doing("notify", key), fails ? Effect.fail(new Refused({ order_id })) : Effect.void)
      }).pipe(Effect.ensuring(at("notify:after")))
      return { charge, parcel }
    }))

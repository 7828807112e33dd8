/**
 * Changes a durable tool between its runs: what another version began is refused, or taken as it was said, and never misread.
 */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "../wire/Folder.ts"

const base = {
  description: "Places an order.",
  input: { order_id: Schema.String, amount: Schema.Finite },
  errors: [Errors.Timeout],
  key: "order_id",
  waitsFor: "300 millis"
} as const

const first = DurableTool.make("place_order", { ...base, output: { id: Schema.Finite } })

let runs = 0
const firstWork = DurableTool.layer(first, ({ amount }) =>
  DurableTool.activity("charge", {
    output: Schema.Finite,
    execute: () =>
      Effect.sync(() => {
        runs++
        return amount
      })
  }).pipe(Effect.map((id) => ({ id }))))

/** Another output, whose old values would decode as something else. */
const output = { id: Schema.Union([Schema.Finite, Schema.String]), currency: Schema.optionalKey(Schema.String) }

/** Opens the engine on a file, as a process of its own would, and calls a tool. */
const callOn = async <T extends DurableTool.Any>(
  filename: string,
  layer: Layer.Layer<DurableTool.Body<T["name"]>, never, DurableTool.Needs<string>>,
  tool: T,
  input: T["input"]["Type"]
): Promise<T["output"]["Type"] | ToolError.Any> => {
  const runtime = ManagedRuntime.make(
    Layer.provideMerge(layer as never as Layer.Layer<never>, Sqlite.layer({ filename, shards: 5 }))
  )
  try {
    const call = DurableTool.handler(tool)(input) as never as Effect.Effect<T["output"]["Type"], ToolError.Any>
    return await runtime.runPromise(Effect.match(call, { onSuccess: (value) => value, onFailure: (error) => error }))
  } finally {
    await runtime.dispose()
  }
}

const place = (): string => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  return folder.at("runs.sqlite")
}

const input = { order_id: "a", amount: 5 }

describe("a run of another version", () => {
  it("is refused, whether its schemas or its number changed, and its key is not used again", async () => {
    const file = place()
    assert.deepStrictEqual(await callOn(file, firstWork as never, first, input), { id: 5 })
    const before = runs
    for (
      const second of [
        DurableTool.make("place_order", { ...base, output }),
        DurableTool.make("place_order", { ...base, output: { id: Schema.Finite }, version: "2" }),
        // the same call has another fingerprint under it
        DurableTool.make("place_order", {
          ...base,
          input: { ...base.input, currency: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("EUR"))) },
          output: { id: Schema.Finite }
        })
      ]
    ) {
      const work = DurableTool.layer(second, () =>
        Effect.sync(() => {
          runs++
          return { id: 0 }
        }))
      const answer = await callOn(file, work as never, second, input)
      assert.instanceOf(answer, Errors.InvalidState)
      const { message, suggestion } = ToolError.guidance(answer as ToolError.Any)
      assert.strictEqual(message, "place_order was begun under another version of the tool, which is not known here")
      assert.strictEqual(
        suggestion,
        "Do not use a new key: that would do it twice. Ask the user to look whether it was done"
      )
    }
    assert.strictEqual(runs, before)
  })

  it("is taken where the new version says how, and new keys run under the new one", async () => {
    const file = place()
    await callOn(file, firstWork as never, first, input)
    const second = DurableTool.make("place_order", {
      ...base,
      output,
      previous: [{ tool: first, output: ({ id }: typeof first.output.Type) => ({ id, currency: "EUR" }) }]
    })
    const work = Layer.merge(firstWork, DurableTool.layer(second, () => Effect.succeed({ id: "new" })))
    assert.deepStrictEqual(await callOn(file, work as never, second, input), { id: 5, currency: "EUR" })
    assert.deepStrictEqual(await callOn(file, work as never, second, { ...input, order_id: "b" }), { id: "new" })
  })

  it("is the same where only words changed", async () => {
    const file = place()
    await callOn(file, firstWork as never, first, input)
    const before = runs
    const worded = DurableTool.make("place_order", {
      ...base,
      description: "Places an order, and charges for it.",
      input: { ...base.input, amount: Schema.Finite.annotate({ description: "In euros" }) },
      output: { id: Schema.Finite.annotate({ title: "The number" }) }
    })
    const work = DurableTool.layer(worded, () => Effect.die("it ran again"))
    assert.deepStrictEqual(await callOn(file, work as never, worded, input), { id: 5 })
    assert.strictEqual(runs, before)
  })
})

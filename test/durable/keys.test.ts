/** What a key is compared with, and what is no key, no version and no file. */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

const pay = DurableTool.make("pay", {
  description: "Pays.",
  input: { order: Schema.String, card: Schema.Redacted(Schema.String) },
  output: { charged: Schema.Int },
  key: "order"
})

const seen: Array<string> = []
const work = DurableTool.layer(pay, ({ card }) =>
  DurableTool.activity("charge", {
    output: { charged: Schema.Int },
    execute: () => Effect.sync(() => ({ charged: seen.push(Redacted.value(card)) }))
  }))
const runtime = Layer.provideMerge(work, DurableTool.layerMemory)

describe("a key", () => {
  it("is used with other arguments also where only what is secret differs", () =>
    Effect.gen(function*() {
      const call = (card: string) => ToolTest.call(DurableTool.handle(pay), { order: "a", card })
      expect((yield* call("4111")).value).toEqual({ charged: 1 })
      const other = yield* call("4222")
      expect(other.problem?.type).toBe("idempotency_conflict")
      expect((yield* call("4111")).value).toEqual({ charged: 1 })
      expect(seen).toEqual(["4111"])
    }).pipe(Effect.provide(runtime), Effect.runPromise))

  it("that is empty is an invalid argument, to whoever asks", () =>
    Effect.gen(function*() {
      const calls = [
        yield* ToolTest.call(DurableTool.handle(pay), { order: "", card: "4111" }),
        yield* ToolTest.call(DurableTool.pollTool(pay), { order: "" }),
        yield* ToolTest.call(DurableTool.cancelTool(pay), { order: "" })
      ]
      for (const { problem } of calls) {
        expect(problem?.type).toBe("invalid_arguments")
        expect(problem?.issues).toEqual([
          expect.objectContaining({ path: ["order"], message: "Expected a key, got none" })
        ])
      }
    }).pipe(Effect.provide(runtime), Effect.runPromise))
})

describe("a definition", () => {
  it("refuses another tool as its earlier version", () => {
    const previous = [{ tool: pay, output: () => undefined }]
    expect(() =>
      DurableTool.make("ship", { description: "Ships.", input: { order: Schema.String }, key: "order", previous })
    )
      .toThrow("Tool ship: `previous` names pay, which is another tool")
  })
})

describe("a file", () => {
  it.each(["", ":memory:"])("is none: %j", (filename) => {
    expect(() => Sqlite.layer({ filename })).toThrow("`filename` is the path of a file")
  })

  it("that cannot be opened is named", async () => {
    const filename = "/no/such/folder/runs.sqlite"
    const opened = Effect.runPromise(Effect.scoped(Layer.build(SqliteClient.layer({ filename }))))
    await expect(opened).rejects.toThrow(`${filename}: unable to open database file`)
  })
})

/** What a client hears while a call runs: whole numbers, and no secrets. */
import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runs } from "../core/support/arbitraries.ts"
import { bind } from "../mcp-adapter/support/harness.ts"

const tool = Tool.make("steps", { description: "d", output: Schema.Void, safety: "read" })

const told = (steps: ReadonlyArray<object>) =>
  Effect.gen(function*() {
    const received: Array<{ readonly [key: string]: unknown }> = []
    const request: Handler.Request = {
      meta: { progressToken: "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
      notify: ({ params }) => received.push(params as (typeof received)[number])
    }
    const handled = Tool.handle(tool, () =>
      Effect.flatMap(ToolCall, (call) =>
        Effect.forEach(steps, (step) =>
          call.progress(step as never), { discard: true })))
    const result = yield* (yield* bind(handled))({}, request).reply
    expect(result.isError).toBeUndefined()
    return received
  })

describe("progress", () => {
  it.effect("has a message without secrets; its numbers and its token stay", () =>
    Effect.gen(function*() {
      expect(
        yield* told([{ progress: 1, total: 2, message: "Opened postgres://ada:hunter2x@db with password=hunter2x" }])
      )
        .toEqual([{
          progressToken: "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          progress: 1,
          total: 2,
          message: expect.not.stringContaining("hunter2x")
        }])
    }))

  it.effect("says nothing that nobody declared, and takes anything for a message", () =>
    Effect.gen(function*() {
      expect(yield* told([{ progress: 1, password: "hunter2x" }, { progress: 2, message: { toString: () => 1 } }]))
        .toEqual([
          { progressToken: expect.any(String), progress: 1 },
          { progressToken: expect.any(String), progress: 2, message: "1" }
        ])
    }))

  const steps = Schema.Array(Schema.Struct({ progress: Schema.Number, total: Schema.optionalKey(Schema.Number) }))
  const odd = [[{ progress: Infinity }, { progress: 0.1, total: Infinity }], [{ progress: 1, total: NaN }, {
    progress: NaN,
    total: 0.5
  }, { progress: 0.3, total: 0.7 }]]

  const expectWhole = (steps: ReadonlyArray<object>) =>
    Effect.gen(function*() {
      const received = yield* told(steps)
      expect(received).toHaveLength(steps.length)
      for (const [i, { progress, total }] of received.entries()) {
        expect(Number.isInteger(progress)).toBe(true)
        expect(total === undefined || Number.isInteger(total)).toBe(true)
        if (i > 0 && Math.abs(Number(received[i - 1]!["progress"])) < Number.MAX_SAFE_INTEGER) {
          expect(progress).toBeGreaterThan(received[i - 1]!["progress"] as number)
        }
      }
    })

  it.effect("is whole, and grows, for numbers that are hardly any", () => Effect.forEach(odd, expectWhole))

  it.effect.prop("is whole, and grows, whatever a handler says", [steps], ([steps]) => expectWhole(steps), runs(300))
})

/** A client repeats blindly what a keyed tool answers: whatever happens in it, its effect happens at most once. */
import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as Verified from "@errata/core/Verified"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const retry = RetryPolicy.make(Schedule.spaced(0), { maxRetries: 2 })

/** Numbers that are the same for the same seed. */
const numbers = (seed: number) => {
  let state = seed * 2_654_435_761 + 1 >>> 0
  return (below: number): number => {
    state = Math.imul(state ^ state >>> 15, 2_246_822_519) + 0x9e37_79b9 >>> 0
    return (state >>> 8) % below
  }
}

const failures = [
  new Errors.Unavailable({ service: "The bank" }),
  new Errors.RateLimited({ service: "The bank", retry_after_seconds: 1 }),
  new Errors.InvalidState({ resource: "The account", state: "closed" })
]

const trial = (seed: number) => {
  const pick = numbers(seed)
  const marked = pick(2) === 0
  const finds = pick(3)
  let effects = 0
  const options = {
    description: "Charges.",
    input: { idempotency_key: Schema.String },
    output: { n: Schema.Finite },
    errors: [Errors.Unavailable, Errors.RateLimited, Errors.InvalidState],
    safety: "keyed",
    keyed: "idempotency_key",
    ...pick(2) === 0 ? {} : { retry },
    ...finds === 0 ? {} : {
      verify: () =>
        Effect.sync(() => finds === 1 && effects > 0 ? Verified.tookEffect({ n: effects }) : Verified.cannotTell)
    }
  } as const
  const tool = marked ? Tool.make("charge", { ...options, effects: "marked" }) : Tool.make("charge", options)
  const handled = Tool.handle(tool, () =>
    Effect.gen(function*() {
      if (pick(3) === 0) return yield* failures[pick(3)]!
      if (pick(8) === 0) return yield* Effect.die("unforeseen")
      yield* ToolCall.irreversible(Effect.sync(() => effects++))
      if (pick(3) === 0) return yield* failures[pick(3)]!
      if (pick(8) === 0) return yield* Effect.die("unforeseen")
      return { n: effects }
    }))
  return { handled, effects: () => effects, width: 1 + pick(4) }
}

describe("a keyed tool whose client repeats blindly", () => {
  it.live.each(Array.from({ length: 20 }, (_, i) => i))(
    "takes effect at most once, in 20 histories from %i",
    (block) =>
      Effect.gen(function*() {
        for (let seed = block * 20; seed < block * 20 + 20; seed++) {
          const { effects, handled, width } = trial(seed)
          const call = ToolTest.call(handled, { idempotency_key: "k" })
          const replies = yield* Effect.gen(function*() {
            const all: Array<ToolTest.Answer<typeof handled.tool>> = []
            for (let round = 0; round < 4; round++) {
              const answers = yield* Effect.all(Array.from({ length: width }, () => call), { concurrency: "unbounded" })
              for (const { problem } of answers) {
                // who is told to call again, and is alone, may do so: nothing has happened
                if (width === 1 && problem?.retry.should_retry === true) expect([seed, effects()]).toEqual([seed, 0])
              }
              all.push(...answers)
            }
            return all
          }).pipe(Effect.provide(IdempotencyStore.layerMemory()))
          expect([seed, effects() <= 1]).toEqual([seed, true])
          const values = replies.flatMap(({ value }) => value === undefined ? [] : [value.n])
          expect([seed, new Set(values).size <= 1]).toEqual([seed, true])
        }
      })
  )
})

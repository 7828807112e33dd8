import { expect, it } from "@effect/vitest"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { memory, on } from "./support/stores.ts"

const question = "Which account?"

/** Asks first, then answers. With an effect before it, that a mark says. */
const asking = (effects: "marked" | undefined, before: Effect.Effect<void>) => {
  let calls = 0
  const work = Effect.andThen(before, Effect.sync(() => ++calls === 1 ? question : "charged"))
  return Idempotency.once(work, {
    key: IdempotencyKey.make("k-1"),
    tool: "charge",
    arguments: {},
    effects,
    codec: Idempotency.codec({ output: Schema.String, errors: [] }),
    isQuestion: (exit) => Exit.isSuccess(exit) && exit.value === question
  })
}

const twice = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.all([self, self])

it.effect.each([undefined, "marked"] as const)(
  "a question frees the key (effects: %s)",
  (effects) =>
    Effect.gen(function*() {
      const answers = yield* twice(asking(effects, Effect.void)).pipe(on(yield* memory))
      expect(answers).toEqual([question, "charged"])
    })
)

it.effect("a question after a marked effect is kept: calling again would repeat the effect", () =>
  Effect.gen(function*() {
    let effects = 0
    const before = ToolCall.irreversible(Effect.sync(() => void effects++), { name: "charge" })
    const answers = yield* twice(asking("marked", before)).pipe(on(yield* memory))
    expect(answers).toEqual([question, question])
    expect(effects).toBe(1)
  }))

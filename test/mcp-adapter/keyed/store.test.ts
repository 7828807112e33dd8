/** A store that fails under a keyed tool, at each of its steps and in each way. */
import { describe, expect, it } from "@effect/vitest"
import type { Held } from "@errata/core/IdempotencyStore"
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { type Fault, faults, faulty, memory, on, type Step } from "../../core/idempotency/support/stores.ts"
import { args, call, charge, marked, options, secondLine, till } from "./support.ts"

const steps: ReadonlyArray<Step> = ["claim", "begin", "complete"]

/** Calls while the clock runs, so that a store that is silent is given up. */
const calling = <A>(program: Effect.Effect<A>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(program, { startImmediately: true })
    yield* TestClock.adjust("5 minutes")
    return yield* Fiber.join(fiber)
  })

const cases = [charge, marked].flatMap((tool) =>
  steps.flatMap((step) =>
    faults.flatMap((fault) =>
      [1, 10].map((times) => ({ tool, effects: tool.effects ?? "unmarked", step, fault, times }))
    )
  )
)

describe("a store that fails", () => {
  it.effect.each<{
    readonly tool: typeof charge
    readonly effects: string
    readonly step: Step
    readonly fault: Fault
    readonly times: number
  }>(cases)(
    "never lets a call charge twice, nor its words out: $effects, $step, $fault, $times",
    ({ fault, step, times, tool }) =>
      Effect.gen(function*() {
        let left = times
        const store = faulty(yield* memory, (asked) => asked === step && left-- > 0 ? fault : undefined)
        const { charges, handle } = till()
        const answers = []
        for (let i = 0; i < 3; i++) {
          answers.push(yield* calling(call(handle(tool as never) as ReturnType<typeof handle>, args).pipe(on(store))))
        }
        expect(charges.length).toBeLessThanOrEqual(1)
        for (const { problem, text, value } of answers) {
          expect(text).not.toContain("injected")
          if (problem === undefined) expect(value).toEqual({ transaction_id: "t-1" })
          else expect(["Unavailable", "InProgress", "OutcomeUnknown", "Timeout"]).toContain(problem.error)
        }
        if (times === 1 && step !== "complete") expect(charges).toHaveLength(1)
      })
  )

  it.effect("at its start refuses the call, which may come again", () =>
    Effect.gen(function*() {
      let isDown = true
      const store = faulty(yield* memory, () => isDown ? "refused" : undefined)
      const { charges, handle } = till()
      const refused = yield* calling(call(handle(charge), args).pipe(on(store)))
      expect(secondLine(refused)).toBe("Error: unavailable (transient). Retry later.")
      expect(charges).toHaveLength(0)
      isDown = false
      expect((yield* calling(call(handle(charge), args).pipe(on(store)))).value).toEqual({ transaction_id: "t-1" })
    }))

  it.effect("stops nothing where the tool says so", () =>
    Effect.gen(function*() {
      const store = faulty(yield* memory, () => "refused")
      const tool = Tool.make("charge", { ...options, keyed: { field: "idempotency_key", whenStoreFails: "allow" } })
      const { charges, handle } = till()
      const answer = yield* calling(call(handle(tool as never) as ReturnType<typeof handle>, args).pipe(on(store)))
      expect(answer.value).toEqual({ transaction_id: "t-1" })
      expect(charges).toHaveLength(1)
    }))

  it.effect.each(["{\"result\":{\"no\":\"content\"}}", "{\"result\":7}", "[]", "no JSON"])(
    "by keeping something else says so: %s",
    (value) =>
      Effect.gen(function*() {
        const store = yield* memory
        const strange = { ...store, complete: (held: Held) => store.complete(held, { kind: "success", value }) }
        const { charges, handle } = till()
        yield* calling(call(handle(charge), args).pipe(on(strange)))
        const { problem } = yield* calling(call(handle(charge), args).pipe(on(strange)))
        expect(problem?.message).toBe(
          "An earlier call of charge with this key took effect, and its result cannot be read any more"
        )
        expect(charges).toHaveLength(1)
      })
  )
})

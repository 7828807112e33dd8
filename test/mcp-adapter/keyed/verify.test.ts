import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import * as Verified from "@errata/core/Verified"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { args, call, charge, getCharge, note, options, secondLine, till, verified, withStore } from "./support.ts"

const step = { step: 1, action: "Check whether it took effect", tool: "get_charge", parameters: { user_id: "ada" } }

describe("a call whose outcome nobody knows", () => {
  it.effect("is answered by the tool that reads: it took effect", () =>
    Effect.gen(function*() {
      const { charges, handle, look } = till(["lost"])
      const handled = handle(verified as never)
      const first = yield* call(handled, args, { beside: [look] })
      expect(first.value).toEqual({ transaction_id: "t-1" })
      expect(note(first)).toMatchObject({ verified: true, attempts: 1 })
      expect(note(first)?.replayed).toBeUndefined()
      const second = yield* call(handled, args, { beside: [look] })
      expect(second.result.content).toEqual(first.result.content)
      expect(note(second)).toMatchObject({ replayed: true, original_reference_id: note(first)?.reference_id })
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect("is answered so after its time was up, too", () =>
    Effect.gen(function*() {
      const { charges, handle, look } = till()
      const hanging = Tool.handle(verified, ({ user_id }) =>
        Effect.suspend(() => {
          charges.push(user_id)
          return Effect.never
        }))
      const fiber = yield* Effect.forkChild(call(hanging, args, { beside: [look] }), { startImmediately: true })
      yield* TestClock.adjust("50 seconds")
      expect((yield* Fiber.join(fiber)).value).toEqual({ transaction_id: "t-1" })
      expect((yield* call(handle(verified as never), args, { beside: [look] })).value).toEqual({
        transaction_id: "t-1"
      })
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect("stays unknown where nothing is found, and the first step is the call that finds out", () =>
    Effect.gen(function*() {
      const { attempts, handle, look } = till([Effect.never])
      const handled = handle(verified as never)
      const fiber = yield* Effect.forkChild(call(handled, args, { beside: [look] }), { startImmediately: true })
      yield* TestClock.adjust("50 seconds")
      const answer = yield* Fiber.join(fiber)
      expect(answer.problem).toMatchObject({ error: "OutcomeUnknown", recovery_steps: [step] })
      expect(answer.text).toContain("1. Check whether it took effect: get_charge {\"user_id\":\"ada\"}")
      const again = yield* call(handled, args, { beside: [look] })
      expect(again.problem).toMatchObject({ error: "OutcomeUnknown", recovery_steps: [step] })
      expect(attempts()).toBe(1)
    }).pipe(withStore))

  it.effect("is found out at the next call of the key", () =>
    Effect.gen(function*() {
      const { charges, handle, look } = till(["lost"])
      const handled = handle(verified as never)
      const first = yield* call(handled, args) // nobody is there who can be asked
      expect(first.problem).toMatchObject({ error: "OutcomeUnknown", recovery_steps: [step] })
      const second = yield* call(handled, args, { beside: [look] })
      expect(second.value).toEqual({ transaction_id: "t-1" })
      expect(note(second)).toMatchObject({ verified: true, original_reference_id: first.problem?.reference_id })
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect.each<[string, Effect.Effect<Verified.TookEffect<{ readonly transaction_id: string }>, string>]>([
    ["fails", Effect.fail("down")],
    ["dies", Effect.die("unforeseen")],
    ["hangs", Effect.never]
  ])("stays unknown where the check %s", ([, check]) =>
    Effect.gen(function*() {
      const tool = Tool.make("charge", { ...options, verify: () => check })
      const { attempts, handle } = till(["lost", "ok"])
      const fiber = yield* Effect.forkChild(call(handle(tool as never), args), { startImmediately: true })
      yield* TestClock.adjust("60 seconds")
      const answer = yield* Fiber.join(fiber)
      expect(answer.problem?.error).toBe("OutcomeUnknown")
      expect(answer.problem?.recovery_steps).toBeUndefined()
      expect(attempts()).toBe(1)
    }).pipe(withStore))

  it.effect("may be tried again where the check took the key from it", () =>
    Effect.gen(function*() {
      const check = () => Effect.succeed(Verified.didNot)
      const tool = Tool.make("charge", { ...options, verify: { check, fences: true } })
      const { attempts, handle } = till(["lost", "ok"])
      const handled = handle(tool as never)
      expect(secondLine(yield* call(handled, args))).toBe("Error: unavailable (transient). Retry later.")
      expect((yield* call(handled, args)).value).toEqual({ transaction_id: "t-2" })
      expect(attempts()).toBe(2)
    }).pipe(withStore))

  it.effect("is not believed not to have happened by a check that does not fence", () =>
    Effect.gen(function*() {
      const check = (() => Effect.succeed(Verified.didNot)) as never
      const tool = Tool.make("charge", { ...options, verify: check })
      const { attempts, handle } = till(["lost", "ok"])
      const handled = handle(tool as never)
      expect((yield* call(handled, args)).problem?.error).toBe("OutcomeUnknown")
      expect((yield* call(handled, args)).problem?.error).toBe("OutcomeUnknown")
      expect(attempts()).toBe(1)
    }).pipe(withStore))

  it.effect("asks nobody where it is known", () =>
    Effect.gen(function*() {
      let asked = 0
      const look = Tool.handle(getCharge, () => Effect.sync(() => (asked++, {})))
      const { handle } = till()
      const handled = handle(verified as never)
      yield* call(handled, args, { beside: [look] })
      yield* call(handled, args, { beside: [look] })
      expect(asked).toBe(0)
      expect(charge.verify).toBeUndefined()
    }).pipe(withStore))
})

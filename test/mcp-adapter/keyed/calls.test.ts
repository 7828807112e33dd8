import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Client from "@errata/mcp-adapter/Client"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { args, call, charge, InsufficientFunds, marked, note, options, secondLine, till, withStore } from "./support.ts"

describe("a key", () => {
  it.effect("gives repeats the same result, marked as replayed with the first reference", () =>
    Effect.gen(function*() {
      const { charges, handle } = till()
      const handled = handle(charge)
      const first = yield* call(handled, args)
      const second = yield* call(handled, { ...args })
      expect(first.value).toEqual({ transaction_id: "t-1" })
      expect(note(first)).toBeUndefined()
      expect(second.result.structuredContent).toEqual(first.result.structuredContent)
      expect(second.result.content).toEqual(first.result.content)
      expect(note(second)).toMatchObject({
        replayed: true,
        attempts: 1,
        original_reference_id: expect.stringMatching(/^[0-9a-f]{8}$/)
      })
      expect(note(second)?.original_reference_id).not.toBe(note(second)?.reference_id)
      expect(charges).toEqual(["ada"])
    }).pipe(withStore))

  it.effect("counts for one caller, one tool and one set of arguments", () =>
    Effect.gen(function*() {
      const { charges, handle } = till()
      const handled = handle(charge)
      const authInfo = { token: "t", clientId: "a", scopes: [] }
      const from = (clientId: string, sub?: string) =>
        call(handled, args, { request: { authInfo: { ...authInfo, clientId, extra: { sub } } } })
      yield* call(handled, args)
      yield* from("a")
      yield* from("a", "ada")
      yield* from("a", "bob")
      yield* from("b")
      expect(charges).toHaveLength(5)
      yield* from("a", "bob")
      expect(charges).toHaveLength(5)
      const other = yield* call(handled, { ...args, amount: 6 })
      expect(other.problem).toMatchObject({
        error: "IdempotencyConflict",
        type: "idempotency_conflict",
        category: "permanent"
      })
      expect(secondLine(other)).toBe(
        "Error: idempotency_conflict (permanent). Use the original arguments or a new key."
      )
      expect(charges).toHaveLength(5)
    }).pipe(withStore))

  it.effect.each(
    ["", " k", "k ", "a\nb", "é", "k".repeat(256), "\u202ek", "k\u0000"] as const
  )("is refused where it is none: %j", (key) =>
    Effect.gen(function*() {
      const { attempts, handle } = till()
      const answer = yield* call(handle(charge), { ...args, idempotency_key: key })
      expect(answer.problem).toMatchObject({
        type: "invalid_arguments",
        issues: [{
          path: ["idempotency_key"],
          message: "Expected an idempotency key: 1 to 255 visible ASCII characters, without space around them"
        }]
      })
      expect(attempts()).toBe(0)
    }).pipe(withStore))

  it.effect.each([7, true, null, ["k"], undefined])(
    "is not made of what is no text: %j",
    (key) =>
      Effect.gen(function*() {
        const { attempts, handle } = till()
        const answer = yield* call(handle(charge), { ...args, idempotency_key: key })
        expect(answer.problem?.type).toBe("invalid_arguments")
        expect(attempts()).toBe(0)
      }).pipe(withStore)
  )

  it.effect("is shared by a hundred calls at once, which charge once and answer alike", () =>
    Effect.gen(function*() {
      const { charges, handle } = till()
      const handled = handle(charge)
      const answers = yield* Effect.all(Array.from({ length: 100 }, () => call(handled, args)), { concurrency: 100 })
      expect(charges).toEqual(["ada"])
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      const firsts = answers.filter((answer) => note(answer)?.replayed !== true)
      expect(firsts).toHaveLength(1)
    }).pipe(withStore))
})

describe("a key that may be left out", () => {
  const optional = Tool.make("charge", {
    ...options,
    input: { ...options.input, idempotency_key: Schema.optionalKey(Schema.String) }
  })
  const { idempotency_key: _, ...bare } = args

  it.effect("is taken from _meta", () =>
    Effect.gen(function*() {
      const { charges, handle } = till()
      const handled = handle(optional as never)
      const request = { meta: { "errata/idempotency-key": "m-1" } }
      yield* call(handled, bare, { request })
      expect(note(yield* call(handled, bare, { request }))?.replayed).toBe(true)
      expect(charges).toHaveLength(1)
      const wrong = yield* call(handled, bare, { request: { meta: { "errata/idempotency-key": 7 } } })
      expect(wrong.problem?.issues?.[0]?.path).toEqual(["_meta", "errata/idempotency-key"])
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect("protects nothing where it is: such a call may not be repeated", () =>
    Effect.gen(function*() {
      const { charges, handle } = till(["lost", "ok", "ok"])
      const handled = handle(optional as never)
      const lost = yield* call(handled, bare)
      expect(secondLine(lost)).toBe(
        "Error: outcome_unknown (permanent). Do not retry: the call may have taken effect. Check first."
      )
      yield* call(handled, bare)
      yield* call(handled, bare)
      expect(charges).toHaveLength(3)
    }).pipe(withStore))

  it.effect("may be made of the arguments, for a time", () =>
    Effect.gen(function*() {
      const auto = Tool.make("charge", { ...options, keyed: { field: "user_id", auto: "1 minute" } })
      expect(auto.keyed?.field).toBe("user_id")
      const { charges, handle } = till()
      const handled = handle(Tool.make("charge", { ...options, keyed: { auto: "1 minute" } }) as never)
      yield* call(handled, args)
      yield* call(handled, { amount: 5, user_id: "ada", idempotency_key: "k-1" })
      expect(charges).toHaveLength(1)
      yield* call(handled, { ...args, amount: 6 })
      expect(charges).toHaveLength(2)
      yield* TestClock.adjust("61 seconds")
      yield* call(handled, args)
      expect(charges).toHaveLength(3)
    }).pipe(withStore))
})

describe("a failure", () => {
  const poor = Effect.fail(new InsufficientFunds({ user_id: "ada" }))

  it.effect("before an effect frees the key, whatever it is", () =>
    Effect.gen(function*() {
      const busy = Effect.fail(new Errors.RateLimited({ service: "The bank", retry_after_seconds: 3 }))
      const { charges, handle } = till([poor, busy, "ok"])
      const handled = handle(marked)
      expect(secondLine(yield* call(handled, args))).toBe(
        "Error: invalid_state (permanent). Retry only after this is resolved."
      )
      expect(secondLine(yield* call(handled, args))).toBe("Error: rate_limited (transient). Retry after 3 s.")
      const third = yield* call(handled, args)
      expect(third.value).toEqual({ transaction_id: "t-1" })
      expect(note(third)).toBeUndefined()
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect("that is an answer is kept once something may have happened, and told in the same words", () =>
    Effect.gen(function*() {
      const { attempts, handle } = till([poor])
      const handled = handle(charge)
      const first = yield* call(handled, args)
      const second = yield* call(handled, args)
      expect(attempts()).toBe(1)
      expect(second.error).toEqual(first.error)
      expect(second.error).toBeInstanceOf(InsufficientFunds)
      const body = (text: string) => text.split("\n").slice(0, -1)
      expect(body(second.text)).toEqual(body(first.text))
      expect(second.text.split("\n").at(-1)).toBe(`Reference: ${second.problem?.reference_id}`)
      expect(second.problem?.reference_id).not.toBe(first.problem?.reference_id)
      expect(note(second)).toMatchObject({ replayed: true, original_reference_id: first.problem?.reference_id })
      expect(Client.decode(second.result, charge)).toMatchObject({ failure: { _tag: "InsufficientFunds" } })
    }).pipe(withStore))

  it.effect("that says nothing of the effect leaves the outcome unknown, for every repeat", () =>
    Effect.gen(function*() {
      const { attempts, charges, handle } = till(["lost"])
      const handled = handle(charge)
      for (const _ of [1, 2, 3]) {
        const answer = yield* call(handled, args)
        expect(answer.problem).toMatchObject({ error: "OutcomeUnknown", retry: { should_retry: false } })
        expect(secondLine(answer)).toBe("Error: outcome_unknown (permanent). Check the state before calling again.")
      }
      expect(attempts()).toBe(1)
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect("that is a defect does so too", () =>
    Effect.gen(function*() {
      const { attempts, handle } = till([Effect.die("unforeseen")])
      const handled = handle(charge)
      expect((yield* call(handled, args)).problem?.error).toBe("OutcomeUnknown")
      expect((yield* call(handled, args)).problem?.error).toBe("OutcomeUnknown")
      expect(attempts()).toBe(1)
    }).pipe(withStore))

  it.effect("runs again where the tool says that it may", () =>
    Effect.gen(function*() {
      const again = Tool.make("charge", { ...options, keyed: { field: "idempotency_key", whenLost: "run again" } })
      const { attempts, handle } = till(["lost", "ok"])
      const handled = handle(again as never)
      expect(secondLine(yield* call(handled, args))).toBe("Error: unavailable (transient). Retry later.")
      expect((yield* call(handled, args)).value).toEqual({ transaction_id: "t-2" })
      expect(attempts()).toBe(2)
    }).pipe(withStore))
})

describe("time", () => {
  it.effect("that is up in the middle leaves the outcome unknown", () =>
    Effect.gen(function*() {
      const { attempts, handle } = till([Effect.never])
      const handled = handle(charge)
      const fiber = yield* Effect.forkChild(call(handled, args), { startImmediately: true })
      yield* TestClock.adjust("50 seconds")
      expect((yield* Fiber.join(fiber)).problem?.error).toBe("OutcomeUnknown")
      expect((yield* call(handled, args)).problem?.error).toBe("OutcomeUnknown")
      expect(attempts()).toBe(1)
    }).pipe(withStore))

  it.effect("that is up before an effect frees the key", () =>
    Effect.gen(function*() {
      const { charges, handle } = till([Effect.never, "ok"])
      const handled = handle(marked)
      const fiber = yield* Effect.forkChild(call(handled, args), { startImmediately: true })
      yield* TestClock.adjust("50 seconds")
      expect(secondLine(yield* Fiber.join(fiber))).toBe("Error: timeout (transient). Retry later.")
      expect((yield* call(handled, args)).value).toEqual({ transaction_id: "t-1" })
      expect(charges).toHaveLength(1)
    }).pipe(withStore))

  it.effect("of a client that cancels in the middle leaves the outcome unknown", () =>
    Effect.gen(function*() {
      const { attempts, handle } = till([Effect.never])
      const handled = handle(charge)
      const fiber = yield* Effect.forkChild(call(handled, args), { startImmediately: true })
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 second")
      expect((yield* call(handled, args)).problem?.error).toBe("OutcomeUnknown")
      expect(attempts()).toBe(1)
    }).pipe(withStore))

  it.effect("is said where a call with the key is at work and others do not wait", () =>
    Effect.gen(function*() {
      const rejecting = Tool.make("charge", { ...options, keyed: { field: "idempotency_key", duplicates: "reject" } })
      const { handle } = till([Effect.never])
      const handled = handle(rejecting as never)
      const fiber = yield* Effect.forkChild(call(handled, args), { startImmediately: true })
      yield* Effect.yieldNow
      const second = yield* call(handled, args)
      expect(second.problem).toMatchObject({ error: "InProgress", type: "in_progress", is_transient: true })
      expect(second.problem?.retry.retry_after_seconds).toBeGreaterThan(0)
      expect(secondLine(second)).toMatch(/^Error: in_progress \(transient\)\. Retry after \d+ s\.$/)
      yield* Fiber.interrupt(fiber)
    }).pipe(withStore))
})

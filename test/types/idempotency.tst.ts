/** What compiles of work under a key, and what does not. */
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import type * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as Verified from "@errata/core/Verified"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, test } from "tstyche"

const Charge = Schema.Struct({ charge_id: Schema.String })
const codec = Idempotency.codec({ output: Charge, errors: [Errors.NotFound] })
const charge = { charge_id: "ch_1" }
const call = { key: IdempotencyKey.make("order-7"), tool: "charge_user", arguments: {}, codec }

interface Bank {
  readonly bank: unique symbol
}
declare const pay: Effect.Effect<typeof Charge.Type, Errors.NotFound, Bank>

describe("Idempotency.once", () => {
  test("adds its failures, and needs the store", () => {
    expect(Idempotency.once(pay, call)).type.toBe<
      Effect.Effect<
        typeof Charge.Type,
        Errors.NotFound | Idempotency.Failure,
        Bank | IdempotencyStore.IdempotencyStore
      >
    >()
    expect(pay.pipe(Idempotency.once(call))).type.toBe<ReturnType<typeof once>>()
  })

  const once = () => Idempotency.once(pay, call)

  test("takes a key, and no text", () => {
    expect(Idempotency.once).type.not.toBeCallableWith(pay, { ...call, key: "order-7" })
  })

  test("takes no failure that its codec cannot keep", () => {
    const undeclared = Effect.fail(new Errors.Conflict({ resource: "x", reason: "y" }))
    expect(Idempotency.once).type.toBeCallableWith(Effect.fail(new Errors.NotFound({ resource: "x" })), call)
    expect(Idempotency.once).type.not.toBeCallableWith(undeclared, call)
    expect(Idempotency.once).type.not.toBeCallableWith(Effect.fail("text"), call)
  })

  test("takes no result that its codec cannot keep", () => {
    expect(Idempotency.once).type.not.toBeCallableWith(Effect.succeed({ charge: 1 }), call)
  })

  test("lets only a check that fences say that nothing happened", () => {
    const took = Effect.succeed(Verified.tookEffect(charge))
    const didNot = Effect.succeed(Verified.didNot as Verified.Verified<typeof charge>)
    expect(Idempotency.once).type.toBeCallableWith(pay, { ...call, verify: { check: took } })
    expect(Idempotency.once).type.toBeCallableWith(pay, { ...call, verify: { check: didNot, fences: true } })
    expect(Idempotency.once).type.not.toBeCallableWith(pay, { ...call, verify: { check: didNot } })
    expect(Idempotency.once).type.not.toBeCallableWith(pay, { ...call, verify: { check: didNot, fences: false } })
  })

  test("takes no check that finds another result", () => {
    const other = Effect.succeed(Verified.tookEffect({ charge: 1 }))
    expect(Idempotency.once).type.not.toBeCallableWith(pay, { ...call, verify: { check: other } })
  })

  test("asks for what its check needs", () => {
    const check = Effect.as(pay, Verified.cannotTell)
    const verified = Idempotency.once(Effect.succeed(charge), { ...call, verify: { check } })
    expect(verified).type.toBe<
      Effect.Effect<typeof Charge.Type, Errors.NotFound | Idempotency.Failure, Bank | IdempotencyStore.IdempotencyStore>
    >()
  })
})

describe("Idempotency.transaction", () => {
  test("changes no type", () => {
    expect(Idempotency.transaction(pay)).type.toBe<typeof pay>()
  })
})

describe("IdempotencyKey", () => {
  test("is text that was looked at", () => {
    expect<IdempotencyKey.IdempotencyKey>().type.toBeAssignableTo<string>()
    expect<string>().type.not.toBeAssignableTo<IdempotencyKey.IdempotencyKey>()
    expect(IdempotencyKey.child).type.not.toBeCallableWith("order-7", "charge")
    expect(IdempotencyKey.header).type.not.toBeCallableWith("order-7")
  })
})

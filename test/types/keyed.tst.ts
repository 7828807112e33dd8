import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as Tool from "@errata/core/Tool"
import * as Verified from "@errata/core/Verified"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

class Bank extends Context.Service<Bank, { readonly name: string }>()("Bank") {}

const description = "d"
const input = { user_id: Schema.String, amount: Schema.Finite, idempotency_key: Schema.optionalKey(Schema.String) }
const output = { transaction_id: Schema.String }
const keyed = { description, input, output, safety: "keyed", keyed: "idempotency_key" } as const

const getCharge = Tool.make("get_charge", {
  description,
  input: { user_id: Schema.FiniteFromString },
  output: { at: Schema.FiniteFromString, found: Schema.Boolean },
  safety: "read"
})
const pay = Tool.make("pay", { description })

describe("keyed", () => {
  it("names a field of text, optional or not, or makes keys", () => {
    expect(Tool.make).type.toBeCallableWith("t", { description, input, safety: "keyed", keyed: "idempotency_key" })
    expect(Tool.make).type.toBeCallableWith("t", { description, input, safety: "keyed", keyed: "user_id" })
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "keyed", keyed: "auto" })
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "keyed", keyed: { auto: "1 minute" } })
    expect(Tool.make).type.toBeCallableWith("t", {
      description,
      input,
      safety: "keyed",
      keyed: { field: "idempotency_key", auto: "1 hour", lease: "1 minute", duplicates: "reject", version: "2" }
    })
    expect(Tool.make).type.toBeCallableWith("t", { description, input, safety: "idempotent", keyed: "user_id" })
    const made = Schema.Struct({ key: Schema.String.pipe(Schema.brand("Key")) })
    expect(Tool.make).type.toBeCallableWith("t", { description, input: made, safety: "keyed", keyed: "key" })
  })

  it("is required where the safety is keyed", () => {
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "keyed" })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "keyed", keyed: undefined })
  })

  it("refuses a field that does not exist, or holds no text, and rules that do not exist", () => {
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "keyed", keyed: "idempotency_kye" })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "keyed", keyed: "amount" })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "keyed", keyed: "user_id" })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "keyed", keyed: {} })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      description,
      input,
      safety: "keyed",
      keyed: { field: "amount" }
    })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      description,
      safety: "keyed",
      keyed: { auto: "1 hour", whenLost: "forget" }
    })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "keyed", keyed: { auto: "soon" } })
  })

  it("belongs to what takes effect once for each key, or may be repeated", () => {
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, keyed: "user_id" })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "once", keyed: "user_id" })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input, safety: "read", keyed: "user_id" })
  })
})

describe("verify", () => {
  it("gives the input, and the answer, as they are typed", () => {
    Tool.make("charge", {
      ...keyed,
      verify: {
        tool: getCharge,
        parameters: (given) => {
          expect(given.user_id).type.toBe<string>()
          expect(given.amount).type.toBe<number>()
          return { user_id: given.user_id }
        },
        outcome: (found, given) => {
          expect(found.at).type.toBe<number>()
          expect(given.idempotency_key).type.toBe<string | undefined>()
          return found.found ? Verified.tookEffect({ transaction_id: String(found.at) }) : Verified.cannotTell
        }
      }
    })
  })

  it("asks a tool that reads, with what it takes", () => {
    const outcome = () => Verified.cannotTell
    expect(Tool.make).type.toBeCallableWith("t", {
      ...keyed,
      verify: { tool: getCharge, parameters: () => ({ user_id: "1" }), outcome }
    })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      ...keyed,
      verify: { tool: getCharge, parameters: () => ({ user_id: 1 }), outcome }
    })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      ...keyed,
      verify: { tool: getCharge, parameters: () => ({}), outcome }
    })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      ...keyed,
      verify: { tool: pay, parameters: () => ({}), outcome }
    })
    expect(Tool.make).type.not.toBeCallableWith("t", { ...keyed, verify: { tool: getCharge, outcome } })
  })

  it("returns what the call would have returned", () => {
    const found = () => Effect.succeed(Verified.tookEffect({ transaction_id: "t" }))
    expect(Tool.make).type.toBeCallableWith("t", { ...keyed, verify: found })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      ...keyed,
      verify: () => Effect.succeed(Verified.tookEffect({ transaction_id: 7 }))
    })
  })

  it("says that a call did not take effect only where it fences", () => {
    const check = () => Effect.succeed(Verified.didNot)
    expect(Tool.make).type.not.toBeCallableWith("t", { ...keyed, verify: check })
    expect(Tool.make).type.not.toBeCallableWith("t", { ...keyed, verify: { check } })
    expect(Tool.make).type.toBeCallableWith("t", { ...keyed, verify: { check, fences: true } })
  })

  it("belongs to a keyed tool", () => {
    const verify = () => Effect.succeed(Verified.cannotTell)
    expect(Tool.make).type.not.toBeCallableWith("t", { description, verify })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "idempotent", verify })
  })

  it("may need services, which the runtime then brings", () => {
    const tool = Tool.make("t", { ...keyed, verify: () => Effect.as(Bank, Verified.cannotTell) })
    const handled = Tool.handle(tool, () => Effect.succeed({ transaction_id: "t" }))
    expect(handled).type.toBe<Tool.Handled<Bank | IdempotencyStore, typeof tool>>()
    expect(Tool.handle(getCharge as Tool.Any, () => Effect.succeed(1))).type.toBe<Tool.Handled<never, Tool.Any>>()
  })
})

/** A till whose charges are counted, and the tools that charge and look. */
import * as Errors from "@errata/core/Errors"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Verified from "@errata/core/Verified"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export class InsufficientFunds extends ToolError.Permanent<InsufficientFunds>()("InsufficientFunds", {
  user_id: Schema.String
}, { type: "invalid_state", message: (e) => `User ${e.user_id} lacks the funds` }) {}

const input = { user_id: Schema.String, amount: Schema.Finite, idempotency_key: Schema.String }
const output = { transaction_id: Schema.String }
const errors = [InsufficientFunds, Errors.Unavailable, Errors.RateLimited]

export const getCharge = Tool.make("get_charge", {
  description: "Returns a charge.",
  input: { user_id: Schema.String },
  output: { transaction_id: Schema.optionalKey(Schema.String) },
  safety: "read"
})

export const options = {
  description: "Charges.",
  input,
  output,
  errors,
  safety: "keyed",
  keyed: "idempotency_key"
} as const

export const charge = Tool.make("charge", options)
export const marked = Tool.make("charge", { ...options, effects: "marked" })
export const verified = Tool.make("charge", {
  ...options,
  verify: {
    tool: getCharge,
    parameters: ({ user_id }) => ({ user_id }),
    outcome: ({ transaction_id }) =>
      transaction_id === undefined ? Verified.cannotTell : Verified.tookEffect({ transaction_id })
  }
})

export type Failure = InsufficientFunds | Errors.Unavailable | Errors.RateLimited

/** The charges that were made, and how each attempt ends after it or instead of it. */
export const till = (script: ReadonlyArray<"ok" | "lost" | Effect.Effect<never, Failure>> = []) => {
  const charges: Array<string> = []
  let attempts = 0
  const work = (user: string) =>
    Effect.suspend((): Effect.Effect<{ readonly transaction_id: string }, Failure> => {
      const how = script[attempts++] ?? "ok"
      if (typeof how !== "string") return how
      const pay = Effect.suspend(() => {
        charges.push(user)
        return how === "ok"
          ? Effect.succeed({ transaction_id: `t-${charges.length}` })
          : Effect.fail(new Errors.Unavailable({ service: "The bank" }))
      })
      return ToolCall.irreversible(pay, { name: "pay" })
    })
  const handle = <T extends typeof charge>(tool: T) =>
    Tool.handle(tool as typeof charge, ({ user_id }) => work(user_id))
  const look = Tool.handle(getCharge, ({ user_id }) =>
    Effect.sync(() => {
      const i = charges.indexOf(user_id)
      return i < 0 ? {} : { transaction_id: `t-${i + 1}` }
    }))
  return { charges, handle, look, attempts: () => attempts }
}

export const args = { user_id: "ada", amount: 5, idempotency_key: "k-1" }

export const call = ToolTest.call

export const note = (answer: ToolTest.Answer<Tool.Any>): Meta.CallNote | undefined => Meta.call(answer.result._meta)

export const secondLine = (answer: ToolTest.Answer<Tool.Any>): string => answer.text.split("\n")[1] ?? ""

/** Every test has a store of its own. */
export const withStore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.provide(self, IdempotencyStore.layerMemory())

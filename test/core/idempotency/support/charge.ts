/** A charge that takes effect once, and everything that can be varied about it. */
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as ToolError from "@errata/core/ToolError"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const Charge = Schema.Struct({ charge_id: Schema.String, at: Schema.Date })
export type Charge = typeof Charge.Type

export class CardDeclined extends ToolError.Permanent<CardDeclined>()("CardDeclined", {
  user_id: Schema.String,
  left: Schema.Number
}, { type: "invalid_state", message: (e) => `The card of ${e.user_id} was declined`, resolvedBy: "user" }) {}

const errors = [CardDeclined, Errors.Unavailable, Errors.RateLimited, Errors.InvalidArguments] as const

export type ChargeError = InstanceType<typeof errors[number]>

export const codec = Idempotency.codec({ output: Charge, errors })

export type Changes = Partial<Idempotency.Options<Charge, ChargeError>>

/** The same charge each time, unless something is changed. */
export const options = (changes: Changes = {}): Idempotency.Options<Charge, ChargeError> => ({
  key: IdempotencyKey.make("order-7"),
  tool: "charge_user",
  principal: "ada",
  arguments: { user_id: "u-1", amount: 5 },
  codec,
  ...changes
})

export const once = (self: Effect.Effect<Charge, ChargeError>, changes?: Changes) =>
  Idempotency.once(self, options(changes))

export const charge = (n: number): Charge => ({ charge_id: `ch_${n}`, at: new Date(n) })

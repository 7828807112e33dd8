/**
 * Defines a charge that goes to a bank, and the call that finds out whether it took place.
 */
import * as Errors from "@errata/core/Errors"
import { IdempotencyKey } from "@errata/core/IdempotencyKey"
import * as Tool from "@errata/core/Tool"
import * as Verified from "@errata/core/Verified"
import * as Schema from "effect/Schema"

const Order = Schema.NonEmptyString.annotate({ description: "The order's number", examples: ["order-1"] })

export const getPayment = Tool.make("get_payment", {
  description: "Says whether an order is paid.",
  input: { order: Order },
  output: { status: Schema.Literals(["paid", "none"]), payment_id: Schema.optionalKey(Schema.String) },
  errors: [Errors.Unavailable],
  safety: "read"
})

export const chargeOrder = Tool.make("charge_order", {
  description: "Pays an order. A repeat with the same idempotency key pays once.",
  input: { order: Order, amount: Schema.Int, idempotency_key: IdempotencyKey },
  output: { payment_id: Schema.String },
  errors: [Errors.Unavailable],
  safety: "keyed",
  keyed: { field: "idempotency_key", lease: "1 second" }, // short, so that the story is
  effects: "marked",
  verify: {
    tool: getPayment,
    parameters: ({ order }) => ({ order }),
    // that there is none yet says nothing: the payment may still be on its way
    outcome: ({ payment_id }) => payment_id === undefined ? Verified.cannotTell : Verified.tookEffect({ payment_id })
  }
})

/**
 * Defines the tool of the story, without its code.
 */
import * as DurableTool from "@errata/core/durable"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

/** Nothing is shipped to such an address. */
export class AddressUnknown
  extends ToolError.Permanent<AddressUnknown>()("AddressUnknown", { address: Schema.String }, {
    type: "not_found",
    message: (e) => `Nobody lives at ${e.address}`,
    suggestion: "Ask for another address"
  })
{}

export const placeOrder = DurableTool.make("place_order", {
  title: "The order",
  description: "Charges, ships and notifies. Calling again with the same order_id changes nothing more.",
  input: { order_id: Schema.NonEmptyString, address: Schema.NonEmptyString },
  output: { payment: Schema.String, parcel: Schema.String },
  errors: [AddressUnknown, Errors.Unavailable],
  key: "order_id",
  pollTool: "check_order"
})

/**
 * Describes an idempotency key as an argument.
 */
import * as Schema from "effect/Schema"

/** A key that the caller makes for one intent. */
export const Key = Schema.String.annotate({
  description:
    "A key of your own for this one intent, such as a UUID: a repeat of the call with the same key takes effect once",
  examples: ["6f1c2d1e-8a55-4f0c-9b0e-0d7c5a1f3b42"]
}).check(Schema.isPattern(/^[!-~]{1,255}$/, { expected: "1 to 255 visible ASCII characters" }))

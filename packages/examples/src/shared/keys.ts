/**
 * Describes an idempotency key as an argument.
 */
import { IdempotencyKey } from "@errata/core/IdempotencyKey"

/** A key that the caller makes for one intent. There is no example: a model would send it. */
export const Key = IdempotencyKey.annotate({
  description:
    "A key of your own for this one intent, such as a UUID: a repeat of the call with the same key takes effect once"
})

/**
 * Says how long a call that writes to a database is believed to be at work if it says nothing: it takes milliseconds, and a
 * caller whose server was killed waits no longer.
 */
export const lease = "5 seconds"

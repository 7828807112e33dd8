import * as DateTime from "effect/DateTime"
import * as Headers from "effect/http/Headers"

/** The longest hint that is believed: a year. */
const longest = 365 * 24 * 3600

/** The whole seconds that a `Retry-After` header asks for; none if it cannot be read. A date needs to know the time. */
export const retryAfterSeconds = (header: string | undefined, now: number | undefined): number | undefined => {
  if (header === undefined) return undefined
  const parsed = Headers.parseRetryAfter(header)
  if (parsed._tag === "Failure") return undefined
  if (parsed.success._tag === "Duration") {
    return bounded(
      Number(parsed.success.duration.value._tag === "Millis" ? parsed.success.duration.value.millis / 1000 : longest)
    )
  }
  return now === undefined ? undefined : bounded((DateTime.toEpochMillis(parsed.success.dateTime) - now) / 1000)
}

const bounded = (seconds: number): number => Math.min(longest, Math.max(0, Math.ceil(seconds)))

/**
 * Describes what the simulator shall do instead of answering well: a list of replies, each for one request or for several.
 *
 * In code a reply is a plain object; in a file or over the control endpoint it is the same as JSON, with durations as text
 * ("200 millis").
 */
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type { Json } from "effect/Schema"

const faults = ["reset", "reset_mid_body", "close", "close_mid_body", "hang", "hang_mid_body", "garbage"] as const

/**
 * Describes what may happen to the connection: cut with a reset or closed, before anything or in the middle of the body; silence,
 * at once or in the middle of the body; bytes that are no HTTP.
 */
export type Fault = typeof faults[number]

/** What happens to a request. Whatever is not said is as if nothing had been scripted. */
export interface Reply {
  /** The beginning of the paths that it is for. Default: any. */
  readonly path?: string | undefined
  /** For how many requests. Default: 1. */
  readonly times?: number | "always" | undefined
  readonly status?: number | undefined
  readonly headers?: { readonly [name: string]: string } | undefined
  /** A text goes out as it is, anything else as JSON. */
  readonly body?: Json | undefined
  /** Says how long to wait before anything is sent. */
  readonly delay?: Duration.Input | undefined
  /** `Retry-After` in seconds. */
  readonly retryAfter?: number | undefined
  /** `Retry-After` as a date: so many seconds from now. */
  readonly retryAfterDate?: number | undefined
  readonly fault?: Fault | undefined
}

const status = Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))

/** A script as JSON. */
export const Script: Schema.Codec<ReadonlyArray<Reply>, unknown> = Schema.toCodecJson(Schema.Array(Schema.Struct({
  path: Schema.optionalKey(Schema.String),
  times: Schema.optionalKey(Schema.Union([Schema.Int, Schema.Literal("always")])),
  status: Schema.optionalKey(status),
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  body: Schema.optionalKey(Schema.Json),
  delay: Schema.optionalKey(Schema.DurationFromString),
  retryAfter: Schema.optionalKey(Schema.Finite),
  retryAfterDate: Schema.optionalKey(Schema.Finite),
  fault: Schema.optionalKey(Schema.Literals(faults))
})))

/** Replies that are still to come. */
export interface Playback {
  /** Adds replies after those that are still to come. */
  readonly add: (replies: ReadonlyArray<Reply>) => void
  /** The reply for a request, which is used up by it; none if nothing is scripted for it. */
  readonly next: (path: string) => Reply | undefined
  readonly clear: () => void
}

/** Makes an empty playback. */
export const playback = (): Playback => {
  const pending: Array<{ readonly reply: Reply; left: number }> = []
  return {
    add: (replies) => {
      for (const reply of replies) {
        pending.push({ reply, left: reply.times === "always" ? Number.POSITIVE_INFINITY : reply.times ?? 1 })
      }
    },
    next: (path) => {
      const found = pending.find(({ left, reply }) => left > 0 && path.startsWith(reply.path ?? ""))
      if (found !== undefined) found.left--
      return found?.reply
    },
    clear: () => void pending.splice(0)
  }
}

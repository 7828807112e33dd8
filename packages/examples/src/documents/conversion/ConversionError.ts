/**
 * Names what can go wrong in the conversion room.
 *
 * The first three are about the document and are safe to show: `reason` and `advice` are sentences in our own words,
 * without bytes of the document, paths or texts of a parser. The others are about the pool, and passing.
 */
import * as Data from "effect/Data"
import type { SourceFormat } from "./formats.ts"

/** The source is not what its format promises. */
export class SourceCorrupted extends Data.TaggedError("SourceCorrupted")<{
  readonly format: SourceFormat
  readonly reason: string
}> {
  override readonly message: string = this.reason
}

/** The source is intact, and still nothing here can read it: it has a password, or holds pictures only. */
export class SourceUnsupported extends Data.TaggedError("SourceUnsupported")<{
  readonly format: SourceFormat
  readonly reason: string
  /** Holds what to do about it. */
  readonly advice: string
}> {
  override readonly message: string = this.reason
}

/** The source, or what became of it, is beyond one of the room's limits. */
export class SourceTooLarge extends Data.TaggedError("SourceTooLarge")<{
  readonly format: SourceFormat
  /** The limit that was passed. */
  readonly limit: number
  /** Holds what the limit counts: `bytes`, `pages`. */
  readonly unit: string
  /** Holds what to do about it. */
  readonly advice: string
}> {
  override readonly message: string = `At most ${this.limit} ${this.unit} are converted.`
}

/** Every child is busy, and the queue is full or did not move for too long: nothing was started. */
export class PoolOverloaded extends Data.TaggedError("PoolOverloaded")<{
  readonly reason: "queue_full" | "waited_too_long"
  readonly size: number
  readonly maxQueue: number
}> {
  override readonly message: string = this.reason === "queue_full"
    ? `${this.size} conversions are running and ${this.maxQueue} are waiting.`
    : `${this.size} conversions are running, and none ended while this one waited.`
}

/** The conversion was not done within its time, which began when a child took it up. */
export class TimeLimitExceeded extends Data.TaggedError("TimeLimitExceeded")<{ readonly seconds: number }> {
  override readonly message: string = `The conversion took longer than ${this.seconds} s.`
}

/**
 * The child ended before it had answered: it crashed, it took more memory than it may, or its pool was closed.
 *
 * **Gotchas**
 *
 * `cause` is for the log only.
 */
export class ChildLost extends Data.TaggedError("ChildLost")<{
  readonly reason: "crashed" | "out_of_memory" | "pool_closed"
  /** Says how many megabytes a child may use. */
  readonly maxMegabytes: number
  readonly cause?: unknown
}> {
  override readonly message: string = lost[this.reason]
}

const lost = {
  crashed: "The child process ended before the conversion did.",
  out_of_memory: "The conversion needed more memory than a child process may use.",
  pool_closed: "The conversions were shut down."
}

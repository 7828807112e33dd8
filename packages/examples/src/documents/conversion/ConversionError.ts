/**
 * Names what can go wrong in the conversion room.
 *
 * The first two are about the document and are safe to show: `reason` is one sentence in our own words, without bytes
 * of the document, paths or texts of a parser. The other two are about the pool, and passing.
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

/** The source, or what became of it, is beyond one of the room's limits. */
export class SourceTooLarge extends Data.TaggedError("SourceTooLarge")<{
  readonly format: SourceFormat
  readonly reason: string
}> {
  override readonly message: string = this.reason
}

/** Every worker is busy and the queue is full: nothing was started. */
export class PoolOverloaded extends Data.TaggedError("PoolOverloaded")<{
  readonly size: number
  readonly maxQueue: number
}> {
  override readonly message: string = `${this.size} conversions are running and ${this.maxQueue} are waiting.`
}

/**
 * The worker ended before it had answered: it crashed, it ran out of memory, or its pool was closed.
 *
 * **Gotchas**
 *
 * `cause` is for the log only.
 */
export class WorkerLost extends Data.TaggedError("WorkerLost")<{
  readonly reason: "crashed" | "out_of_memory" | "pool_closed"
  readonly cause?: unknown
}> {
  override readonly message: string = lost[this.reason]
}

const lost = {
  crashed: "The worker ended before the conversion did.",
  out_of_memory: "The conversion needed more memory than a worker may use.",
  pool_closed: "The conversions were shut down."
}

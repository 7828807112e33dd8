/**
 * Provides conversions that never block the event loop.
 *
 * A `ConversionPool` runs each conversion in a thread of its own and keeps a few threads for the next ones. It needs
 * nothing and belongs to the scope of its layer: when that closes, every thread is terminated.
 *
 * **Details**
 *
 * - Threads start when they are first needed, so a server that converts nothing pays nothing.
 * - Interrupting a conversion (a timeout, a cancelled call) terminates its thread and returns when the thread is gone;
 *   a fresh one takes its place at the next need. There are never more than `size` threads.
 * - A thread that crashes or runs out of memory costs its own conversion and no other.
 * - Conversions wait in order of arrival. Beyond `maxQueue` they are refused at once.
 * - An idle pool does not keep the process alive.
 *
 * **Gotchas**
 *
 * It is our own pool for a reason. piscina 5 terminates a thread on abort too, but then does not count abortable jobs
 * towards `maxQueue`, runs them last in first out, and without standing threads forgets the queue after a crash.
 * `NodeWorker` of `@effect/platform-node` asks a worker to close and waits five seconds before it terminates one that
 * is busy. With effect's `Semaphore` and `acquireUseRelease` little is left to write.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { PoolOverloaded, type SourceCorrupted, type SourceTooLarge, WorkerLost } from "./ConversionError.ts"
import * as ConversionWorker from "./ConversionWorker.ts"
import type { Job } from "./worker.ts"

export type { Job } from "./worker.ts"

/** What a conversion can fail with. Anything else is a defect, an unsupported pair of formats included. */
export type ConversionError = SourceCorrupted | SourceTooLarge | PoolOverloaded | WorkerLost

/** Converts documents in worker threads. */
export class ConversionPool extends Context.Service<ConversionPool, {
  /**
   * Converts one document. The source is copied, so the caller may go on using it.
   */
  readonly convert: (job: Job) => Effect.Effect<string, ConversionError>
}>()("@errata/examples/documents/conversion/ConversionPool") {}

/** Settings of a pool. */
export interface Options {
  /** How many conversions run at once, each in its own thread. Default 2. */
  readonly size?: number | undefined
  /** How many more may wait for a thread. Default 64. */
  readonly maxQueue?: number | undefined
  /** How many megabytes of JavaScript heap a thread may use. Bytes in buffers are not counted. Default 512. */
  readonly maxHeapMegabytes?: number | undefined
  /** The script that a thread runs. Default `worker.ts`; tests put a treacherous one in its place. */
  readonly script?: URL | undefined
}

/** Makes a pool that lives as long as the scope. */
export const make = Effect.fnUntraced(function*(options: Options = {}): Effect.fn.Return<
  ConversionPool["Service"],
  never,
  Scope.Scope
> {
  const { size = 2, maxQueue = 64, maxHeapMegabytes = 512 } = options
  const script = options.script ?? new URL("./worker.ts", import.meta.url)
  const permits = Semaphore.makeUnsafe(size)
  const workers = new Set<ConversionWorker.ConversionWorker>()
  const idle: Array<ConversionWorker.ConversionWorker> = []
  let admitted = 0
  let isClosed = false

  yield* Effect.addFinalizer(() => {
    isClosed = true
    return Effect.forEach(workers, (worker) => worker.terminate, { concurrency: "unbounded", discard: true })
  })

  const admit = Effect.suspend(() => {
    if (admitted >= size + maxQueue) return Effect.fail(new PoolOverloaded({ size, maxQueue }))
    admitted++
    return Effect.void
  })
  const leave = Effect.sync(() => {
    admitted--
  })

  const takeWorker = Effect.suspend(() => {
    if (isClosed) return Effect.fail(new WorkerLost({ reason: "pool_closed" }))
    let worker = idle.pop()
    while (worker !== undefined && !worker.isIdle()) worker = idle.pop()
    if (worker !== undefined) return Effect.succeed(worker)
    const started = ConversionWorker.startUnsafe({
      script,
      maxHeapMegabytes,
      onExit: (worker) => workers.delete(worker)
    })
    workers.add(started)
    return Effect.succeed(started)
  })
  const giveBack = (worker: ConversionWorker.ConversionWorker): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (!worker.isIdle() || isClosed) return worker.terminate
      idle.push(worker)
      return Effect.void
    })

  const convert = (job: Job): Effect.Effect<string, ConversionError> =>
    Effect.acquireUseRelease(takeWorker, (worker) => worker.convert(job), giveBack).pipe(
      Effect.mapError((error) => error._tag === "WorkerLost" && isClosed ? closed(error) : error),
      permits.withPermits(1),
      (admittedConversion) => Effect.acquireUseRelease(admit, () => admittedConversion, () => leave)
    )

  return ConversionPool.of({ convert })
})

const closed = (error: WorkerLost): WorkerLost => new WorkerLost({ reason: "pool_closed", cause: error.cause })

/** Provides a pool that lives as long as the layer. */
export const layer = (options?: Options): Layer.Layer<ConversionPool> => Layer.effect(ConversionPool, make(options))

/**
 * Limits how many calls to a dependency run at once, so that a slow one cannot take up the whole server.
 *
 * A `Bulkhead` is a {@link Policy} with a number of permits and a queue. A call takes a permit or waits in the queue; when
 * that is full too, it fails at once with `Overloaded`, which is harmless: nothing has happened.
 *
 * **Details**
 *
 * | option | default | why |
 * |---|---|---|
 * | `permits` | 10 | more than a model calls at once, less than hurts a small service |
 * | `queue` | 20 | two rounds of waiting: 2 s if a call takes one; who waits longer is better told so |
 *
 * Whoever came first runs first. A caller that is interrupted while it waits leaves the queue, and no other moves back.
 *
 * **Example** (Refusing what is too much)
 *
 * ```ts import.meta.vitest
 * import * as Bulkhead from "@errata/core/Bulkhead"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const bulkhead = yield* Bulkhead.make({ service: "The printer", permits: 1, queue: 1 })
 *   const page = bulkhead(Effect.as(Effect.yieldNow, "printed"))
 *   const pages = yield* Effect.all([page, page, page].map(Effect.result), { concurrency: "unbounded" })
 *   return pages.map((result) => result._tag === "Success" ? result.success : result.failure.message)
 * })
 * await Effect.runPromise(program) // => ["printed", "printed", "The printer is overloaded"]
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Errors from "../errors/Errors.ts"
import type * as ToolError from "../errors/ToolError.ts"
import { printed } from "./internal/printed.ts"
import type { Policy } from "./Policy.ts"

/**
 * Describes a policy that lets a number of calls run, and a number of them wait.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bulkhead extends Policy<Errors.Overloaded> {
  /** The name of the dependency, as errors tell it. */
  readonly service: string
  /** The number of calls that run now. */
  readonly running: Effect.Effect<number>
  /** The number of calls that wait now. */
  readonly waiting: Effect.Effect<number>
}

/**
 * Makes a bulkhead. Make it once for each dependency, when the server starts. Dies with a `RangeError` if `permits` is no
 * whole number from 1 on, or `queue` none from 0 on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: {
  /** Names the dependency in errors: "The printer". */
  readonly service: string
  /** The greatest number of calls at once. Default: 10. */
  readonly permits?: number | undefined
  /** The greatest number of calls that wait; more fail with `Overloaded`. Default: 20. */
  readonly queue?: number | undefined
}): Effect.Effect<Bulkhead> =>
  Effect.sync(() => {
    const { permits = 10, queue = 20, service } = options
    if (!(Number.isSafeInteger(permits) && permits >= 1)) {
      throw new RangeError("Bulkhead: permits must be a whole number >= 1")
    }
    if (!(Number.isSafeInteger(queue) && queue >= 0)) {
      throw new RangeError("Bulkhead: queue must be a whole number >= 0")
    }
    const semaphore = Semaphore.makeUnsafe(permits)
    let admitted = 0
    const enter = Effect.suspend(() => {
      if (admitted >= permits + queue) return Effect.fail(new Errors.Overloaded({ service }))
      admitted++
      return Effect.void
    })
    const leave = Effect.sync(() => {
      admitted--
    })
    const policy: Policy<Errors.Overloaded> = <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
      Effect.acquireUseRelease(enter, () => semaphore.withPermit(self), () => leave)
    const sentence = `At most ${permits} ${permits === 1 ? "call" : "calls"} at once, and ${queue} waiting.`
    return Object.assign(printed(policy, () => sentence), {
      service,
      running: Effect.sync(() => Math.min(admitted, permits)),
      waiting: Effect.sync(() => Math.max(0, admitted - permits))
    })
  })

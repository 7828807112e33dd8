import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { nowUnsafe } from "../../call/internal/clock.ts"
import { Place } from "./place.ts"
import type { Source } from "./source.ts"

/**
 * Types what an item's function returns: an effect, or a promise of a `Result` where code has promises. A promise that
 * rejects is a defect of the item.
 *
 * @category models
 * @since 0.1.0
 */
export type Returned<A, E, R> = Effect.Effect<A, E, R> | PromiseLike<Result.Result<A, E>>

/** Describes what the workers of a batch share. */
export interface ItemJob<I, A, E, R> {
  readonly source: Source<I, R>
  readonly context: Context.Context<R>
  readonly watch: Watch
  readonly contextOf: (place: Place<I>) => Context.Context<R>
  /** Makes the part of the call that an item is, where its state matters. */
  readonly partOf: ((place: Place<I>) => unknown) | undefined
  readonly run: (place: Place<I>) => Returned<A, E, R>
  /** Returns true if no item may be begun any more, for good. */
  readonly isOver: () => boolean
  readonly onSuccess: (item: Place<I>, value: A) => void
  readonly onFailure: (item: Place<I>, cause: Cause.Cause<E>) => void
}

type AnyFiber = Fiber.Fiber<unknown, unknown>

/** Describes one of those who take item after item. */
export class Worker<I, A, E, R> {
  readonly place = new Place<I>()
  private readonly job: ItemJob<I, A, E, R>

  constructor(job: ItemJob<I, A, E, R>) {
    this.job = job
  }

  /** A failure ends the loop, and the loop begins again: what succeeds needs no handler of its own. */
  get work(): Effect.Effect<void, never, R> {
    return Effect.withFiber((fiber) => {
      const loop: Effect.Effect<void, never, R> = Effect.catchCause(
        Effect.whileLoop({
          while: () => this.take(),
          body: () => this.next(fiber),
          step: (value) => this.succeed(value)
        }),
        (cause) => this.fail(cause) ? loop : Effect.failCause(cause as Cause.Cause<never>)
      )
      return loop
    })
  }

  /** Looks for the next item; `false` if none will come. */
  private take(): boolean {
    const { source } = this.job
    if (this.job.isOver()) return false
    return this.place.state === "taken" || source.take(this.place) || !source.isDone()
  }

  private next(fiber: AnyFiber): Effect.Effect<A | undefined, E, R> {
    const { context, source, watch } = this.job
    if (this.place.state === "free") {
      return Effect.as(Effect.updateContext(source.refill!, () => context), undefined)
    }
    if (!watch.isOthersTurn()) return this.enter(fiber)
    return Effect.andThen(
      Effect.yieldNow,
      Effect.suspend(() => {
        watch.othersHadTheirTurn()
        return this.job.isOver() ? Effect.undefined : this.enter(fiber)
      })
    )
  }

  private enter(fiber: AnyFiber): Effect.Effect<A | undefined, E, R> {
    fiber.setContext(this.job.contextOf(this.place))
    const returned = this.begin()
    return isPromise(returned) ? this.promises(fiber, returned) : returned
  }

  private begin(): Returned<A, E, R> {
    this.place.state = "begun"
    this.job.partOf?.(this.place)
    return this.job.run(this.place)
  }

  private succeed(value: A | undefined): void {
    if (this.place.state !== "begun") return
    this.job.onSuccess(this.place, value as A)
    this.place.free()
  }

  private fail(cause: Cause.Cause<E>): boolean {
    if (this.place.state !== "begun") return false
    this.job.onFailure(this.place, cause)
    this.place.free()
    return true
  }

  /** As long as promises come, one is begun when the last has settled, without a fiber that waits for each. */
  private promises(
    fiber: AnyFiber,
    first: PromiseLike<Result.Result<A, E>>
  ): Effect.Effect<A | undefined, E, R> {
    return Effect.callback((resume) => {
      let isInterrupted = false
      const settle = async (): Promise<void> => {
        let returned: Returned<A, E, R> | undefined = first
        for (; returned !== undefined && isPromise(returned); returned = this.beginNext()) {
          try {
            const result = await returned
            if (isInterrupted) return
            this.settle(result)
          } catch (defect) {
            if (isInterrupted) return
            this.fail(Cause.die(defect))
          }
        }
        if (returned !== undefined) fiber.setContext(this.job.contextOf(this.place))
        resume(returned ?? Effect.undefined) // the value of an effect is the item's, and settles it
      }
      void settle()
      return Effect.sync(() => {
        isInterrupted = true
      })
    })
  }

  private settle(result: Result.Result<A, E>): void {
    if (!Result.isResult(result)) throw noResult()
    if (Result.isSuccess(result)) this.succeed(result.success)
    else this.fail(Cause.fail(result.failure))
  }

  /** Begins the next item: what it returned, or nothing if there is none, or if it is time for others. */
  private beginNext(): Returned<A, E, R> | undefined {
    while (this.take() && this.place.state === "taken" && !this.job.watch.isOthersTurn()) {
      try {
        return this.begin()
      } catch (defect) {
        this.fail(Cause.die(defect))
      }
    }
    return undefined
  }
}

/** Makes the defect of a value that is no `Result`: the compiler was circumvented. */
export const noResult = (): TypeError => new TypeError("The promise of an item did not give a Result")

export const isPromise = <A, E, R>(returned: Returned<A, E, R>): returned is PromiseLike<Result.Result<A, E>> =>
  typeof (returned as Partial<PromiseLike<unknown>>).then === "function"

/** Limits how long, in milliseconds, workers may keep everything else waiting: timers, other calls, a client's cancel. */
const slice = 10

/** Limits how many items may pass without a look at the clock, at most. */
const most = 64

/** Describes a clock for those who ask at every item: it looks again the less often, the shorter the items are. */
export interface Watch {
  readonly now: () => number
  /** Returns true if it is time that the event loop goes on. */
  readonly isOthersTurn: () => boolean
  readonly othersHadTheirTurn: () => void
}

export const makeWatch = (clock: Clock.Clock): Watch => {
  let now = nowUnsafe(clock)
  let turn = now
  let every = 1
  let left = 0
  return {
    now: () => {
      if (--left > 0) return now
      const before = now
      now = nowUnsafe(clock)
      every = now > before ? 1 : Math.min(most, every * 2)
      left = every
      return now
    },
    isOthersTurn: () => now - turn >= slice,
    othersHadTheirTurn: () => {
      turn = now = nowUnsafe(clock)
    }
  }
}

import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Deadline from "../../call/Deadline.ts"
import { nowUnsafe } from "../../call/internal/clock.ts"
import { endedOpen, ToolCall } from "../../call/ToolCall.ts"
import type { CallSafety, Safety } from "../../errors/Advice.ts"
import type * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { RetryPolicy } from "../../resilience/RetryPolicy.ts"
import * as Crew from "../internal/crew.ts"
import * as Reserve from "../internal/reserve.ts"
import { type Collector, makeCollector, type RunError } from "./collector.ts"
import { type Encode, encoder, misfit } from "./fit.ts"
import { makeContextOf, makePartOf, makeRunner } from "./item.ts"
import type { Batch } from "./model.ts"
import type { ItemCall, Place } from "./place.ts"
import { type Items, type Source, sourceOf } from "./source.ts"
import { type Log, makeLog, makeProgress, type Progress } from "./told.ts"
import { type ItemJob, makeWatch, type Returned, Worker } from "./worker.ts"

/**
 * Describes how the items of a batch are run. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<in I> {
  /** The number of items that run at once. Default: 8. */
  readonly concurrency?: number | undefined
  /** The name that the caller knows an item by. Default: the item, if it is a text, else its index. */
  readonly key?: ((item: I, index: number) => string) | undefined
  /** The time that one item may take, all its attempts together. Default: as long as the deadline allows. */
  readonly timeout?: Duration.Input | undefined
  /** A policy for each item's transient errors. Default: none. */
  readonly retry?: RetryPolicy | undefined
  /** Declares how often an item may take effect. Default: as often as the tool that is called, else `"once"`. */
  readonly safety?: Safety | undefined
  /** The number of failures after which no more items are begun. Default: never. */
  readonly stopAfter?: number | undefined
  /** The part of the time before the `Deadline` that is kept for answering. Default: 500 ms. */
  readonly reserve?: Duration.Input | undefined
  /** Counts values and does not keep them: any number of items needs the memory of a few. Default: `false`. */
  readonly discard?: boolean | undefined
  /** The number of failures, and of items not attempted, that are kept: the first ones; all are counted. Default: 1,000. */
  readonly maxKept?: number | undefined
  /** Tells a client that listens how many items are done, at most ten times a second. Default: `true`. */
  readonly tellsProgress?: boolean | undefined
  /**
   * The schema that each value goes over the wire by. A value that does not encode fails its item as `internal_error` when
   * the item ends, so that `stopAfter` and the progress count it. Default: none; values are encoded when the report is
   * written.
   */
  readonly output?: Schema.Codec<unknown, unknown> | undefined
}

/** Runs the items; see the documentation in `Batch`. */
export const forEach = <I, A, E extends ToolError.Any, R>(
  items: Items<I, R>,
  f: (item: I, call: ItemCall) => Returned<A, E, R>,
  options: Options<I>
): Effect.Effect<Batch<A, E | RunError>, never, R> =>
  Effect.contextWith((context: Context.Context<R>) => {
    const given = circumstances(context, options)
    const runner = makeRunner(f, options, given)
    return new Run<I, A, E, R>(sourceOf(items, options.key), runner, options, given).batch
  })

/** Describes where and when a batch runs. */
interface Circumstances<R> {
  /** Holds what the items run with: they have a little less time than the call. */
  readonly context: Context.Context<R>
  readonly clock: Clock.Clock
  readonly call: ToolCall["Service"] | undefined
  readonly safety: CallSafety
  readonly reserve: Reserve.Reserve
}

const circumstances = <R>(given: Context.Context<R>, options: Options<never>): Circumstances<R> => {
  const ambient = given as Context.Context<never>
  const call = Option.getOrUndefined(Context.getOption(given as Context.Context<ToolCall>, ToolCall))
  const clock = Context.get(ambient, Clock.Clock)
  const deadline = Context.get(ambient, Deadline.Deadline)
  const reserve = Reserve.make(deadline, nowUnsafe(clock), options.reserve)
  return {
    context: deadline === Number.POSITIVE_INFINITY ? given : Context.add(given, Deadline.Deadline, reserve.beginUntil),
    clock,
    call,
    safety: options.safety ?? call?.safety ?? "once",
    reserve
  }
}

/** Describes one run of a batch. */
class Run<I, A, E extends ToolError.Any, R> implements ItemJob<I, A, E | Errors.Timeout, R> {
  readonly source: Source<I, R>
  readonly run: ItemJob<I, A, E | Errors.Timeout, R>["run"]
  readonly context: Context.Context<R>
  readonly watch: ItemJob<I, A, E, R>["watch"]
  readonly contextOf: ItemJob<I, A, E, R>["contextOf"]
  readonly partOf: ItemJob<I, A, E, R>["partOf"]
  private readonly given: Circumstances<R>
  private readonly concurrency: number
  private readonly maxKept: number
  private readonly stopAfter: number
  private readonly encode: Encode | undefined
  private readonly collector: Collector<A, E | Errors.Timeout>
  private readonly log: Log
  private readonly progress: Progress | undefined
  private readonly workers: Array<Worker<I, A, E | Errors.Timeout, R>> = []
  private isStopped = false
  private isAnswered = false
  private isBroken = false

  constructor(
    source: Source<I, R>,
    runner: ItemJob<I, A, E | Errors.Timeout, R>["run"],
    options: Options<I>,
    given: Circumstances<R>
  ) {
    const { call, clock, context, safety } = given
    const ambient = context as Context.Context<never>
    this.given = given
    this.source = source
    this.run = runner
    this.context = context
    this.concurrency = wholeNumber("concurrency", options.concurrency ?? 8, 1)
    this.maxKept = wholeNumber("maxKept", options.maxKept ?? 1000, 0)
    this.stopAfter = wholeNumber("stopAfter", options.stopAfter ?? Number.MAX_SAFE_INTEGER, 1)
    this.watch = makeWatch(clock)
    const partOf = makePartOf(given)
    this.partOf = partOf
    this.contextOf = makeContextOf(given, partOf)
    this.encode = options.output === undefined ? undefined : encoder(options.output)
    this.collector = makeCollector({ keepsValues: options.discard !== true, maxKept: this.maxKept, safety })
    this.log = makeLog(ambient)
    this.progress = call === undefined || options.tellsProgress === false
      ? undefined
      : makeProgress({ call, clock, context: ambient, total: source.size, done: this.collector.finished })
  }

  get batch(): Effect.Effect<Batch<A, E | RunError>, never, R> {
    const { concurrency, context, given: { reserve }, source } = this
    const crew: Crew.Crew<R> = {
      context,
      reserve,
      size: Math.min(concurrency, source.size ?? concurrency),
      work: (worker) => (this.workers[worker] ??= new Worker(this)).work,
      isIdle: () => source.isDone() || this.isOver(),
      onLost: (worker, exit, wasStopped) => this.lost(this.workers[worker]!.place, exit, wasStopped),
      onTimeUp: () => true,
      onStop: () => {
        this.isStopped = true
      },
      close: source.close
    }
    return Effect.map(Crew.run(crew), () => this.answer())
  }

  isOver(): boolean {
    return this.isStopped || this.watch.now() >= this.given.reserve.beginUntil ||
      this.collector.failures() >= this.stopAfter
  }

  onSuccess(item: Place<I>, value: A): void {
    if (this.isAnswered) return
    const encoded = this.encode?.(value)
    if (encoded !== undefined && Result.isFailure(encoded)) {
      return this.onFailure(item, misfit(item.key, encoded.failure))
    }
    this.collector.succeeded(item, value)
    this.progress?.item()
  }

  onFailure(item: Place<I>, cause: Cause.Cause<E | Errors.Timeout>): void {
    const reason = item.broken === undefined && item.part !== undefined ? endedOpen(cause) : undefined
    if (reason !== undefined) item.part?.markOpen(reason)
    item.part?.seal()
    if (this.isAnswered) return
    const untold = this.collector.failed(item, cause)
    if (untold !== "nothing") this.log[untold](item, cause)
    this.progress?.item()
  }

  private lost(place: Place<I>, { cause }: Exit.Failure<void, never>, wasStopped: boolean): void {
    const isBusy = place.state === "begun"
    place.abort()
    if (wasStopped) return Cause.hasDies(cause) ? this.log.defect(isBusy ? place : undefined, cause) : undefined
    if (isBusy) {
      this.onFailure(place, cause)
      return place.free()
    }
    this.isStopped = this.isBroken = true // whatever gives the items brought its reader down
    this.log.defect(undefined, cause)
  }

  private answer(): Batch<A, E | RunError> {
    this.isAnswered = true
    for (const { place } of this.workers) {
      if (place.state === "begun") {
        place.part?.markOpen("interrupted")
        this.collector.interrupted(place)
      }
      if (place.state === "taken") this.collector.notAttempted(place)
    }
    this.log.end()
    this.progress?.end()
    const rest = this.source.rest(this.maxKept)
    return this.collector.build(this.isBroken ? { ...rest, isTruncated: true } : rest)
  }
}

const wholeNumber = (name: string, value: number, least: number): number => {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`Batch: ${name} must be a whole number from ${least} on`)
}

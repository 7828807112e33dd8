import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Deadline } from "../../call/Deadline.ts"
import { ToolCall } from "../../call/ToolCall.ts"
import type { CallSafety } from "../../errors/Advice.ts"
import type * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Batch, ItemCall, Items, Options, Returned, RunError } from "../Batch.ts"
import { makeCollector } from "./collector.ts"
import { makeContextOf, makeRunner } from "./item.ts"
import { runCrew } from "./pool.ts"
import { type Source, sourceOf } from "./source.ts"
import { makeLog, makeProgress } from "./told.ts"
import { makeWatch } from "./watch.ts"
import { type Job, Worker } from "./worker.ts"

/** Runs the items; see the documentation in `Batch`. */
export const forEach = <I, A, E extends ToolError.Any, R>(
  items: Items<I, R>,
  f: (item: I, call: ItemCall) => Returned<A, E, R>,
  options: Options<I>
): Effect.Effect<Batch<A, E | RunError>, never, R> =>
  Effect.contextWith((context: Context.Context<R>) => {
    const given = circumstances(context, options)
    return run(sourceOf(items, options.key), makeRunner(f, options, given.safety), options, given)
  })

/** Where and when a batch runs. */
interface Circumstances<R> {
  /** What the items run with: they have a little less time than the call. */
  readonly context: Context.Context<R>
  readonly clock: Clock.Clock
  readonly call: ToolCall["Service"] | undefined
  readonly safety: CallSafety
  /** Until when items are begun, when they are stopped, and when those are left behind that cannot be. */
  readonly beginUntil: number
  readonly stopAt: number
  readonly leaveAt: number
}

const circumstances = <R>(given: Context.Context<R>, options: Options<never>): Circumstances<R> => {
  const ambient = given as Context.Context<never>
  const call = Option.getOrUndefined(Context.getOption(given as Context.Context<ToolCall>, ToolCall))
  const clock = Context.get(ambient, Clock.Clock)
  const startedAt = clock.currentTimeMillisUnsafe()
  const common = { clock, call, safety: options.safety ?? call?.safety ?? "once" }
  const deadline = Context.get(ambient, Deadline)
  if (deadline === Number.POSITIVE_INFINITY) {
    return { ...common, context: given, beginUntil: deadline, stopAt: deadline, leaveAt: deadline }
  }
  const reserve = Duration.toMillis(Duration.fromInputUnsafe(options.reserve ?? "500 millis"))
  const left = Math.max(0, deadline - startedAt)
  const time = Math.max(left - reserve, left / 2) // of a very short time half is kept, rather than all of it
  const stopAt = startedAt + time
  const beginUntil = stopAt - Math.min(reserve, time) / 10 // what keeps to it ends before it is stopped
  return {
    ...common,
    context: Context.add(given, Deadline, beginUntil),
    beginUntil,
    stopAt,
    leaveAt: stopAt + (left - time) / 2
  }
}

const run = <I, A, E extends ToolError.Any, R>(
  source: Source<I, R>,
  runner: Job<I, A, E | Errors.Timeout, R>["run"],
  options: Options<I>,
  { beginUntil, call, clock, context, leaveAt, safety, stopAt }: Circumstances<R>
): Effect.Effect<Batch<A, E | RunError>, never, R> => {
  const concurrency = wholeNumber("concurrency", options.concurrency ?? 8, 1)
  const maxKept = wholeNumber("maxKept", options.maxKept ?? 1000, 0)
  const stopAfter = options.stopAfter === undefined
    ? Number.POSITIVE_INFINITY
    : wholeNumber("stopAfter", options.stopAfter, 1)
  const ambient = context as Context.Context<never>
  const collector = makeCollector<A, E | Errors.Timeout>({ keepsValues: options.discard !== true, maxKept, safety })
  const log = makeLog(ambient)
  const progress = call === undefined || options.tellsProgress === false
    ? undefined
    : makeProgress({ call, clock, context: ambient, total: source.size, done: collector.finished })
  let isStopped = false
  let isAnswered = false
  let isBroken = false

  const job: Job<I, A, E | Errors.Timeout, R> = {
    source,
    context,
    watch: makeWatch(clock),
    contextOf: makeContextOf(context, { call, safety }),
    run: runner,
    isOver: () => isStopped || job.watch.now() >= beginUntil || collector.failures() >= stopAfter,
    onSuccess: (item, value) => {
      if (isAnswered) return
      collector.succeeded(item, value)
      progress?.item()
    },
    onFailure: (item, cause) => {
      if (isAnswered) return
      const untold = collector.failed(item, cause)
      if (untold !== "nothing") log[untold](item, cause)
      progress?.item()
    }
  }
  const workers: Array<Worker<I, A, E | Errors.Timeout, R>> = []
  const crew = runCrew<R>({
    context,
    clock,
    size: Math.min(concurrency, source.size ?? concurrency),
    work: (i) => (workers[i] ??= new Worker(job)).work,
    isIdle: () => source.isDone() || job.isOver(),
    onLost: (i, { cause }, wasStopped) => {
      const { place } = workers[i]!
      const isBusy = place.state === "begun"
      place.abort()
      if (wasStopped) return Cause.hasDies(cause) ? log.defect(isBusy ? place : undefined, cause) : undefined
      if (isBusy) {
        job.onFailure(place, cause)
        return place.free()
      }
      isStopped = isBroken = true // whatever gives the items brought its reader down
      log.defect(undefined, cause)
    },
    onStop: () => {
      isStopped = true
    },
    close: source.close,
    stopAt,
    leaveAt
  })
  return Effect.map(crew, () => {
    isAnswered = true
    for (const { place } of workers) {
      if (place.state === "begun") collector.interrupted(place)
      if (place.state === "taken") collector.notAttempted(place)
    }
    log.end()
    progress?.end()
    const rest = source.rest(maxKept)
    return collector.build(isBroken ? { ...rest, isTruncated: true } : rest)
  })
}

const wholeNumber = (name: string, value: number, least: number): number => {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`Batch: ${name} must be a whole number from ${least} on`)
}

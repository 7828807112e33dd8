import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Result from "effect/Result"
import { within } from "../../call/Deadline.ts"
import { tracedItem, TracesParts } from "../../call/internal/tracing.ts"
import { type Retry, type State, ToolCall } from "../../call/ToolCall.ts"
import { CurrentPart, makeState } from "../../call/toolCall/state.ts"
import type { CallSafety } from "../../errors/Advice.ts"
import type * as Errors from "../../errors/Errors.ts"
import { isRepeatable } from "../../errors/internal/advice.ts"
import * as wording from "../../errors/internal/wording.ts"
import * as ToolError from "../../errors/ToolError.ts"
import * as RetryPolicy from "../../resilience/RetryPolicy.ts"
import { CallInPlace, type ItemCall, type Place } from "./place.ts"
import { isPromise, noResult, type Returned } from "./worker.ts"

type ItemFunction<I, A, E, R> = (item: I, call: ItemCall) => Returned<A, E, R>

interface Settings {
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  readonly timeout?: Duration.Input | undefined
}

/** Returns how one item is run: with the attempts and the time that the options give it. */
export const makeRunner = <I, A, E extends ToolError.Any, R>(
  f: ItemFunction<I, A, E, R>,
  settings: Settings,
  surroundings: Surroundings<R>
): (place: Place<I>) => Returned<A, E | Errors.Timeout, R> => {
  const run = plainRunner(f, settings, surroundings)
  return Context.get(surroundings.context as Context.Context<never>, TracesParts)
    ? (place) => tracedItem(asEffect(run(place)), place)
    : run
}

const plainRunner = <I, A, E extends ToolError.Any, R>(
  f: ItemFunction<I, A, E, R>,
  { retry, timeout }: Settings,
  { call, safety }: Pick<Surroundings<R>, "call" | "safety">
): (place: Place<I>) => Returned<A, E | Errors.Timeout, R> => {
  if (retry === undefined && timeout === undefined) {
    return (place) => place.broken ?? f(place.item as I, new CallInPlace(place))
  }
  // inside a call that may take effect once it cannot be told, unless effects are marked, that an attempt had none
  const isUncertain = !isRepeatable(safety) && call !== undefined && !call.marksEffects
  const policyOf = retry === undefined || isUncertain ? undefined : policyFor(retry, safety)
  return (place) => {
    if (place.broken !== undefined) return place.broken
    const tried = policyOf === undefined
      ? attempt(f, place, 1)
      : RetryPolicy.retry(policyOf(place))(attempts(f, place))
    return timeout === undefined ? tried : within(tried, timeout, { operation: place.key })
  }
}

const attempts = <I, A, E extends ToolError.Any, R>(
  f: ItemFunction<I, A, E, R>,
  place: Place<I>
): Effect.Effect<A, E, R> => {
  let count = 0
  return Effect.suspend(() => {
    const number = ++count
    return Effect.annotateLogs(attempt(f, place, number), "attempt", number)
  })
}

/** Makes one attempt, which has a signal of its own. */
const attempt = <I, A, E extends ToolError.Any, R>(
  f: ItemFunction<I, A, E, R>,
  place: Place<I>,
  number: number
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    place.controller = undefined
    const returned = f(place.item as I, new CallInPlace(place, number))
    const effect = asEffect(returned)
    return Effect.onInterrupt(effect, () => Effect.sync(() => place.abort()))
  })

const asEffect = <A, E, R>(returned: Returned<A, E, R>): Effect.Effect<A, E, R> =>
  isPromise(returned) ? Effect.flatMap(Effect.promise(() => returned), fromResult) : returned

const fromResult = <A, E>(result: Result.Result<A, E>): Effect.Effect<A, E> =>
  Result.isResult(result) ? Effect.fromResult(result) : Effect.die(noResult())

/** Retries what may not be repeated only before its effect, and where the error says that nothing happened. */
const policyFor = (
  policy: RetryPolicy.RetryPolicy,
  safety: CallSafety
): (place: Place<unknown>) => RetryPolicy.RetryPolicy =>
  isRepeatable(safety)
    ? () => policy
    : (place) => ({
      ...policy,
      isRetryable: (error) => place.part?.begun === 0 && ToolError.type(error).harmless && policy.isRetryable(error)
    })

/** Describes what the items of a batch run with. */
export interface Surroundings<R> {
  readonly context: Context.Context<R>
  readonly call: Service | undefined
  readonly safety: CallSafety
}

/**
 * Makes the part of the call that an item is, where its state matters: an item that may take effect once has one that opens
 * when the item begins, or with its first marked effect.
 */
export const makePartOf = <R>(
  { call, context, safety }: Surroundings<R>
): ((place: Place<unknown>) => State) | undefined => {
  if (isRepeatable(safety)) return undefined
  const whole = Context.get(context as Context.Context<never>, CurrentPart) ?? call?.state
  const isMarked = call?.marksEffects === true
  return (place) => {
    if (place.part !== undefined) return place.part
    const part = makeState(whole, true)
    if (!isMarked && place.broken === undefined) part.markOpen("started")
    return place.part = part
  }
}

/**
 * Returns what an item runs with: its key in what it logs, and the call as the item sees it. Contexts that are captured, by what
 * an item forks, stay that item's.
 */
export const makeContextOf = <R>(
  { call, context, safety }: Surroundings<R>,
  partOf: ((place: Place<unknown>) => State) | undefined
): (place: Place<unknown>) => Context.Context<R> => {
  const annotations = Context.get(context as Context.Context<never>, References.CurrentLogAnnotations)
  return (place) => {
    const named = Context.add(context, References.CurrentLogAnnotations, {
      ...annotations,
      item: place.name ?? place.index
    })
    const part = partOf?.(place)
    const inPart = part === undefined ? named : Context.add(named, CurrentPart, part)
    return call === undefined
      ? inPart
      : Context.add(inPart, ToolCall, new ItemToolCall(call, place, safety, part)) as Context.Context<R>
  }
}

type Service = ToolCall["Service"]

/** Counts the attempts of an item: trying one again does not make the whole call another attempt. */
class ItemToolCall implements Service {
  private readonly call: Service
  private readonly item: CallInPlace
  private readonly part: State | undefined
  readonly safety: CallSafety
  attempt = 1

  constructor(call: Service, place: Place<unknown>, safety: CallSafety, part: State | undefined) {
    this.call = call
    this.item = new CallInPlace(place)
    this.part = part
    this.safety = safety
  }
  get state() {
    return this.part ?? this.call.state
  }
  get marksEffects() {
    return this.call.marksEffects
  }
  get tool() {
    return this.call.tool
  }
  get referenceId() {
    return this.call.referenceId
  }
  get principal() {
    return this.call.principal
  }
  get meta() {
    return this.call.meta
  }
  get traceId() {
    return this.call.traceId
  }
  get progress() {
    return this.call.progress
  }
  get attach() {
    return this.call.attach
  }
  get onRetry() {
    return (retry: Retry): Effect.Effect<void> =>
      Effect.suspend(() => {
        this.attempt = Math.max(this.attempt, retry.attempt)
        return this.call.progress({ progress: 0, message: `${this.item.key}: ${wording.nextAttempt(retry)}` })
      })
  }
}

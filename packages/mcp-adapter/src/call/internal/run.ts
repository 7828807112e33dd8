import { isRepeatable } from "@errata/core/internal/advice"
import { nowUnsafe } from "@errata/core/internal/clock"
import { fromRandomUnsafe } from "@errata/core/internal/referenceId"
import { makeState } from "@errata/core/internal/state"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { type Answer, cancelled, combined, finish } from "./answer.ts"
import { effectOf } from "./effectOf.ts"
import { heartbeat } from "./heartbeat.ts"
import { once } from "./keyed/load.ts"
import { keyedSafety, safetyWithin } from "./keyed/safety.ts"
import { answerOf } from "./loop.ts"
import type { Base, Bound, Call, CallOf, Job, Lists } from "./model.ts"
import { observed } from "./observed.ts"
import type { Request } from "./request.ts"
import { callContext, progressToken } from "./service.ts"
import { openSpan } from "./span.ts"
import { type Fork, onceAfter } from "./timer.ts"
import { traceIdOf } from "./traceparent.ts"

/** Describes how a call came in. */
export interface Arrival {
  readonly request: Request
  readonly lists: Lists | undefined
  /** Says how many milliseconds of its time are gone. */
  readonly waited: number
}

/** Decodes the arguments and runs the job. Never throws, never rejects. */
export const start = <Input>(
  bound: Bound<Input>,
  base: Base,
  input: Input,
  arrival: Arrival
): Answer | Promise<Answer> => {
  const { request } = arrival
  if (request.signal?.aborted === true) return cancelled
  const call = callOf(bound, base, input, arrival)
  if (base.observer !== undefined) call.observed = observed(call, request, base.observer)
  if (bound.settings.opensSpans ?? base.observer?.opensSpans === true) call.span = openSpan(call, request)
  const known = bound.settings.loops?.answers === true ? answerOf(call) : undefined
  if (known !== undefined) return finish(call, Exit.fail(known))
  let decoded: ReturnType<Job<Input>["decode"]>
  try {
    decoded = bound.job.decode(input)
  } catch (failure) {
    return finish(call, Exit.die(failure)) // a schema that throws, or arguments that cannot be read
  }
  if (Result.isFailure(decoded)) return finish(call, Exit.fail(decoded.failure))
  call.decoded = decoded.success
  return run(call, decoded.success.input, request)
}

const callOf = <Input>(
  bound: Bound<Input>,
  base: Base,
  input: Input,
  { lists, request, waited }: Arrival
): CallOf<Input> => {
  const startedAt = nowUnsafe(base.clock) - waited
  const { job } = bound
  const call: CallOf<Input> = {
    job,
    safety: job.keyed === undefined ? safetyOf(job, input) : () => keyedSafety(call),
    isKeyed: job.keyed !== undefined,
    key: undefined,
    settings: bound.settings,
    raises: bound.raises,
    input,
    request,
    referenceId: fromRandomUnsafe(base.random),
    base,
    startedAt,
    waited,
    traceId: traceIdOf(request.meta?.["traceparent"]),
    attached: undefined,
    attempt: 1,
    hasStarted: false,
    state: makeState(),
    progress: undefined,
    heardAt: startedAt,
    interruption: undefined,
    isAnswered: false,
    identical: undefined,
    isAnsweredByGuard: false,
    decoded: undefined,
    lists,
    leftOut: undefined,
    finalizers: undefined,
    timeout: timeoutOf(bound, request),
    retries: undefined,
    span: undefined,
    observed: undefined
  }
  return call
}

/** Says how often a call may take effect: most jobs know it before it begins. */
const safetyOf = <Input>({ safety, safetyOf }: Job<Input>, input: Input): Call["safety"] =>
  safetyOf === undefined ? () => safety : () => safetyOf(input)

/** Returns how long a call may take: longer if the client listens to its progress. */
export const timeoutOf = ({ settings }: Pick<Call, "settings">, request: Request): Duration.Duration =>
  progressToken(request) === undefined ? settings.timeout : settings.progressTimeout

const run = <Input>(call: CallOf<Input>, input: Input, request: Request): Answer | Promise<Answer> => {
  const scope = Scope.makeUnsafe()
  const context = callContext(call, scope, request)
  const fork = Effect.runForkWith(context)
  let fiber: Fiber.Fiber<unknown, ToolError.Any>
  try {
    fiber = fork(program(call, input, request))
  } catch (failure) { // effect itself gives up on what only looks like an effect
    return release(call, scope, Exit.die(failure), fork)
  }
  const exit = fiber.pollUnsafe()
  return exit === undefined ? pending(call, { fiber, fork, request, scope }) : release(call, scope, exit, fork)
}

const program = <Input>(call: CallOf<Input>, input: Input, request: Request): Effect.Effect<unknown, ToolError.Any> => {
  const { job } = call
  const attempt = Effect.suspend(() => {
    call.hasStarted = true
    if (job.effects !== "marked" && !isRepeatable(safetyWithin(call))) call.state.markOpen("started")
    return effectOf(job.run(input), job.name)
  }) as Effect.Effect<unknown, ToolError.Any, Scope.Scope>
  const whole = retried(call, attempt) as Effect.Effect<unknown, ToolError.Any>
  return job.keyed === undefined ? whole : once(call, job.keyed, whole, input, request)
}

/**
 * Tries again by the job's policy. A keyed call that marks no effects is open from its start: what is open is not repeated within
 * the call, unless it may run again.
 */
const retried = <A>(
  call: Call,
  attempt: Effect.Effect<A, ToolError.Any, Scope.Scope>
): Effect.Effect<A, ToolError.Any, Scope.Scope> => {
  const { effects, retry } = call.job
  if (retry === undefined) return attempt
  const policed = RetryPolicy.retry(scoped(call, attempt), retry)
  if (!call.isKeyed || effects === "marked") return policed
  return Effect.suspend(() => isRepeatable(safetyWithin(call)) ? policed : attempt)
}

/** Gives an attempt a scope of its own, so that it leaves nothing behind for the next. A finalizer that dies is told later. */
const scoped = <A, E>(call: Call, attempt: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const scope = Scope.makeUnsafe()
    return Effect.onExit(Effect.provideService(attempt, Scope.Scope, scope), (exit) => {
      const closing = Scope.closeUnsafe(scope, exit)
      return closing === undefined ? Effect.void : Effect.catchCause(closing, (cause) =>
        Effect.sync(() => {
          call.finalizers = combined(call.finalizers, cause)
        }))
    })
  })

interface Pending {
  readonly fiber: Fiber.Fiber<unknown, ToolError.Any>
  readonly fork: Fork
  readonly request: Request
  readonly scope: Scope.Closeable
}

const pending = <Input>(call: CallOf<Input>, started: Pending): Promise<Answer> =>
  new Promise((resolve) => watch(call, started, resolve))

/** Waits for a pending call, for its deadline and for the client's cancel, whichever comes first. */
const watch = <Input>(
  call: CallOf<Input>,
  { fiber, fork, request, scope }: Pending,
  resolve: (result: Answer | Promise<Answer>) => void
): void => {
  const { settings } = call
  const means = { clock: call.base.clock, fork }
  let isAnswered = false
  let stopGrace: (() => void) | undefined
  const answer = (result: Answer | Promise<Answer>) => {
    if (isAnswered) return
    isAnswered = true
    resolve(result)
  }
  const interrupt = (why: "client" | "deadline") => {
    if (call.interruption !== undefined) return
    call.interruption = why
    fiber.interruptUnsafe()
    if (isAnswered) return
    stopGrace = onceAfter(means, settings.grace, () => {
      if (!isAnswered) answer(finish(call, Exit.interrupt(), "its finalizers are still running"))
    })
  }
  const abort = () => interrupt("client")
  request.signal?.addEventListener("abort", abort, { once: true })
  if (request.signal?.aborted === true) abort() // the part that ran at once may have led to it
  const left = call.waited === 0 ? call.timeout : Duration.subtract(call.timeout, Duration.millis(call.waited))
  const stopDeadline = onceAfter(means, left, () => interrupt("deadline"))
  const beat = heartbeat(call, request)
  const beating = beat === undefined ? undefined : fork(beat)
  fiber.addObserver((exit) => {
    stopDeadline?.()
    beating?.interruptUnsafe()
    stopGrace?.()
    request.signal?.removeEventListener("abort", abort)
    if (isAnswered) void release(call, scope, exit, fork, "it ended after its reply")
    else answer(release(call, scope, exit, fork))
  })
}

/** Closes the call's scope, then answers. */
const release = <Input>(
  call: CallOf<Input>,
  scope: Scope.Closeable,
  exit: Exit.Exit<unknown, ToolError.Any>,
  fork: Fork,
  note?: string
): Answer | Promise<Answer> => {
  const finalizers = Scope.closeUnsafe(scope, exit)
  if (finalizers === undefined) return finish(call, exit, note)
  const closing = fork(Effect.exit(Effect.uninterruptible(finalizers)))
  const closed = closing.pollUnsafe()
  if (closed !== undefined) return finish(call, exit, note, finalizersCause(closed))
  return new Promise((resolve) => {
    let isLate = false
    const stopGrace = onceAfter({ clock: call.base.clock, fork }, call.settings.grace, () => {
      isLate = true
      resolve(finish(call, exit, "its finalizers are still running"))
    })
    closing.addObserver((closed) => {
      stopGrace?.()
      resolve(finish(call, exit, isLate ? "its finalizers ended after its reply" : note, finalizersCause(closed)))
    })
  })
}

const finalizersCause = (closed: Exit.Exit<Exit.Exit<void>>): Cause.Cause<unknown> | undefined => {
  const inner = Exit.isSuccess(closed) ? closed.value : closed
  return Exit.isFailure(inner) ? inner.cause : undefined
}

import { nowUnsafe } from "@errata/core/internal/clock"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Fold from "../../fold/Fold.ts"
import { type Answer, cancelled, timeoutError } from "./answer.ts"
import { guarded } from "./guard.ts"
import { load } from "./keyed/load.ts"
import { assertStore, builtOf } from "./keyed/store.ts"
import { type Base, baseOf, type Bound, type Call, type Job, type Lists } from "./model.ts"
import { settingsOf } from "./options.ts"
import type { Request } from "./request.ts"
import { type Arrival, start, timeoutOf } from "./run.ts"
import * as RuntimeSource from "./runtime.ts"
import { toolJob } from "./toolJob.ts"
import type { Options } from "./toolOptions.ts"

/** Describes what a job is bound to. */
export interface Given extends Options {
  readonly runtime?: RuntimeSource.Runtime<never> | undefined
  /** Is true if the host can turn what asks for elicitation into a throw; without it such a thing is a defect. */
  readonly raises?: boolean | undefined
  /** The tools that stand beside it: one of them may be asked whether a call took effect. */
  readonly beside?: ReadonlyArray<Tool.Handled<unknown>> | undefined
}

/** Describes a job as a function. Never throws, never rejects. */
export interface Run<in Input = unknown> {
  (input: Input, request?: Request, lists?: Lists): Answer | Promise<Answer>
}

/** Makes a function of a job. */
export const bind = <Input>(makeJob: (format: Fold.Format) => Job<Input>, given: Given): Run<Input> => {
  const settings = settingsOf(given)
  const job = makeJob(settings.format)
  const own = job.timeout === undefined ? {} : ownTimeout(Duration.fromInputUnsafe(job.timeout))
  const bound: Bound<Input> = { job, settings: { ...settings, ...own }, raises: given.raises ?? false }
  if (job.keyed !== undefined) {
    assertStore(job, builtOf(given.runtime))
    void load().catch(() => undefined) // the first call says why
  }
  const source = RuntimeSource.source(given.runtime, (context) => {
    assertStore(job, context)
    return prepare(context, bound)
  })
  return (input, request = {}, lists) => {
    if (request.signal?.aborted === true) return cancelled
    const base = source.current()
    const arrival = { request, lists, waited: 0 }
    return base === undefined ? waitFor(source, bound, input, arrival) : start(bound, base, input, arrival)
  }
}

/** Makes a function of a tool with its handler. The caller's types say that the runtime brings what the handler needs. */
export const bindTool = (handled: Tool.Handled<unknown>, given: Given): Run =>
  bind<unknown>(
    (format) => toolJob(handled as Tool.Handled, format, given, given.beside as ReadonlyArray<Tool.Handled>),
    given
  )

const ownTimeout = (timeout: Duration.Duration) => ({ timeout, progressTimeout: timeout })

/** Waits for the services no longer than the call may take; what is left of that time is for the handler. */
const waitFor = async <Input>(
  source: RuntimeSource.Source<Base>,
  bound: Bound<Input>,
  input: Input,
  arrival: Arrival
): Promise<Answer> => {
  const without = prepare(Context.empty(), bound)
  const limit = timeoutOf(bound, arrival.request)
  const since = nowUnsafe(without.clock)
  const loading = Effect.tryPromise({ try: () => source.load(), catch: (failure) => failed(bound, failure) })
  const orElse = () => Effect.fail(late(bound, limit))
  const inTime = Duration.isFinite(limit) ? Effect.timeoutOrElse(loading, { duration: limit, orElse }) : loading
  const loaded = await Effect.runPromise(Effect.result(inTime))
  const waited = nowUnsafe(without.clock) - since
  return Result.isFailure(loaded)
    ? start(loaded.failure, without, input, { ...arrival, waited })
    : start(bound, loaded.success, input, { ...arrival, waited })
}

/** Lets no call begin after a runtime that took too long. */
const late = <Input>(bound: Bound<Input>, limit: Duration.Duration): Bound<Input> => ({
  ...bound,
  job: { ...bound.job, decode: () => Result.fail(timeoutError(bound.job.name, limit)) }
})

/** Makes every call a defect after a runtime that cannot start. */
const failed = <Input>(bound: Bound<Input>, failure: unknown): Bound<Input> => ({
  ...bound,
  job: { ...bound.job, run: () => Effect.die(failure), keyed: undefined }
})

const prepare = (context: Context.Context<never>, { settings }: Pick<Call, "settings">): Base => {
  const safe = guarded(context, settings.format)
  return baseOf(settings.isDebugging ? Context.add(safe, ToolError.CaptureStacks, true) : safe)
}

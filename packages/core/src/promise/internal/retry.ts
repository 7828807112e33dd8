import * as Effect from "effect/Effect"
import type { Border } from "../../call/internal/border.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Engine from "../../resilience/RetryPolicy.ts"
import { attempt, type Reading, readingOf } from "./attempt.ts"
import { callOf } from "./call.ts"
import type { RetryOptions, Work } from "./model.ts"
import { engineOf, type RetryPolicy } from "./policy.ts"
import { run } from "./run.ts"

/** Runs work under a policy; see the documentation in `promise`. */
export const retry = async <A>(
  work: Work<A>,
  policy: RetryPolicy,
  options: RetryOptions = {}
): Promise<Awaited<A>> => {
  const engine = engineOf(policy)
  if ((options.safety as string | undefined) === "once") throw new TypeError("What may happen once is not tried again")
  return run(Engine.retry(attempts(work, readingOf(options, false)), engine), options)
}

/** Makes one attempt after the other, each of which knows its number. */
export const attempts = <A>(work: Work<A>, reading: Reading): Effect.Effect<Awaited<A>, ToolError.Any> => {
  mustBeFunction(work)
  let count = 0
  return Effect.suspend(() => {
    const number = ++count
    return attempt((signal, border: Border) => work(signal, { attempt: number, call: callOf(border) }), reading)
  })
}

export const mustBeFunction = (work: unknown): void => {
  if (typeof work !== "function") throw new TypeError("No function was given: pass what is to be done, not its promise")
}

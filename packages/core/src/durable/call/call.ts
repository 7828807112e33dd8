import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import * as Errors from "../../errors/Errors.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type * as Tool from "../../tool/Tool.ts"
import { type Failure, raise } from "../definition/failure.ts"
import type { Any, Needs } from "../definition/model.ts"
import { named, type Rest } from "../run/rest.ts"
import { join, type Joined, titleOf } from "./begin.ts"
import { orUnavailable } from "./engine.ts"
import { callHere } from "./key.ts"
import { type End, mayRunAgain } from "./state.ts"
import { patienceOf, wait } from "./wait.ts"

type ErrorsOf<T extends Any> = Tool.ErrorOf<T>

/**
 * Returns the handler of a durable tool: it begins the run of the call's key, or joins it, and answers as the run ends. It says
 * `in_progress` if the run goes on when the call's time ends. A call that is cancelled leaves its run alone.
 *
 * @stability unstable
 * @category handlers
 * @since 0.1.0
 */
export const handler = <T extends Any>(
  tool: T
): (input: T["input"]["Type"]) => Effect.Effect<T["output"]["Type"], ErrorsOf<T>, Needs<T["name"]>> =>
(input) => answer(tool, input) as Effect.Effect<never, never, never>

/**
 * Pairs a durable tool with its handler, to be registered as any other tool.
 *
 * @stability unstable
 * @category handlers
 * @since 0.1.0
 */
export const handle = <T extends Any>(tool: T): Tool.Handled<Needs<T["name"]>, T> => ({ tool, handler: handler(tool) })

const answer = (tool: Any, input: unknown): Effect.Effect<unknown, ToolError.Any, WorkflowEngine> =>
  orUnavailable(Effect.gen(function*() {
    const joined = yield* join(tool, input)
    const end = joined.end ?? (yield* wait(joined, input, yield* patienceOf(tool.durable.waitsFor)))
    if (end === undefined) return yield* stillRunning(tool, input)
    yield* noteReplay(joined)
    return yield* told(tool, end)
  }))

/** Tells the reply and the log whose outcome it is, where another call began the run. */
const noteReplay = ({ replayOf }: Joined): Effect.Effect<void> =>
  replayOf === undefined ? Effect.void : Effect.map(callHere, (call) => {
    if (call !== undefined) call.state.replayOf = replayOf
  })

/** Tells how a run ended, in the words of a call. */
export const told = (tool: Any, end: End): Effect.Effect<unknown, ToolError.Any> => {
  switch (end._tag) {
    case "Succeeded":
      return Effect.succeed(end.output)
    case "Failed":
      return raise(mayRunAgain(end) ? end.failure : final(tool, end.failure))
    case "Cancelled":
      return Effect.fail(cancelled(tool, end.rest))
    case "Died":
      return Effect.failCause(end.cause)
  }
}

/** Says, beside a failure, what its run has done and not undone. */
const final = (tool: Any, failure: Failure): Failure => {
  const { end, error, guidance } = failure
  const rest = named(end)
  if (!ToolError.isTransient(error)) {
    return rest === undefined
      ? failure
      : { ...failure, guidance: withRest(failure, rest) }
  }
  // another run does not follow: to call again changes nothing
  const suggestion = rest === undefined
    ? guidance?.suggestion
    : `${rest}. Take a new key only if that may be done again`
  return {
    ...end === undefined ? {} : { end },
    error: new Errors.ProcessingError({
      operation: titleOf(tool),
      reason: guidance?.message ?? error.message,
      cause: error
    }),
    guidance: suggestion === undefined ? {} : { suggestion }
  }
}

const withRest = ({ guidance = {} }: Failure, rest: string): Failure["guidance"] & object => ({
  ...guidance,
  suggestion: [...guidance.suggestion === undefined ? [] : [guidance.suggestion.replace(/\.$/, "")], rest, tellTheUser]
    .join(". ")
})

const tellTheUser = "Tell the user"

/** Says that a run was cancelled, and what it has done and not undone. */
export const cancelled = (tool: Any, rest?: Rest): Errors.InvalidState => {
  const left = named(rest)
  return ToolError.withGuidance(new Errors.InvalidState({ resource: titleOf(tool), state: "cancelled" }), {
    message: `${titleOf(tool)} was cancelled`,
    ...left === undefined ? {} : { suggestion: `${left}. ${tellTheUser}` }
  })
}

/**
 * Says that a run failed for the moment, to who asks how far it is: asking again changes nothing, calling its tool does.
 */
export const failedForNow = (tool: Any, { error, guidance }: Failure): Errors.InvalidState => {
  const millis = guidance?.retryAfterMillis
  return ToolError.withGuidance(
    new Errors.InvalidState({ resource: titleOf(tool), state: "failed", cause: error }),
    {
      message: `${titleOf(tool)} failed, and nothing of it is left: ${guidance?.message ?? error.message}`,
      steps: [{
        action: millis === undefined ? "Call it again" : `Call it again in ${Math.ceil(millis / 1000)} s`,
        tool: tool.name
      }]
    }
  )
}

/** Says that a run died, and what it has done and not undone, to who asks how far it is. */
export const diedWith = (tool: Any, rest: string, cause: unknown): Errors.ProcessingError =>
  ToolError.withGuidance(new Errors.ProcessingError({ operation: titleOf(tool), cause }), {
    message: `${titleOf(tool)} failed unexpectedly`,
    suggestion: `${rest}. ${tellTheUser}`
  })

/** Says that a run goes on, and when to ask for it. */
export const stillRunning = (tool: Any, input: unknown): Errors.InProgress => {
  const { askAgainAfter, field, pollTool } = tool.durable
  const error = new Errors.InProgress({
    operation: titleOf(tool),
    retry_after_seconds: Math.ceil(Duration.toSeconds(askAgainAfter))
  })
  return ToolError.withGuidance(error, {
    message: `${titleOf(tool)} is still running`,
    ...pollTool === undefined || field === undefined ? {} : {
      steps: [{
        action: "Ask how far it is",
        tool: pollTool,
        parameters: { [field]: (input as { readonly [name: string]: unknown })[field] }
      }]
    }
  })
}

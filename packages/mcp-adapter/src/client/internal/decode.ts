import * as Advice from "@errata/core/Advice"
import * as Errors from "@errata/core/Errors"
import { answersSuccess } from "@errata/core/internal/answers"
import { saysOpen } from "@errata/core/internal/problem"
import type * as Problem from "@errata/core/Problem"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Result from "effect/Result"
import { returnedFailure } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { type RemoteError, RemotePermanent, RemoteTransient, RemoteValidation } from "./errors.ts"
import { foreignError, hintOf } from "./foreign.ts"
import type { DecodedError, DecodeOptions, KeyedError, ResultLike } from "./model.ts"
import { outputIn } from "./output.ts"
import { madeOf, problemBeside, problemIn, problemOf, resultOf } from "./problem.ts"

type Decoded<T extends Tool.Any> = Result.Result<T["output"]["Type"], DecodedError<T>>

/** Decodes a result. Nothing may be thrown from here, whatever came. */
export const decodeResult = <T extends Tool.Any>(
  result: ResultLike,
  tool: T,
  options: DecodeOptions | undefined
): Decoded<T> => {
  try {
    if (!isRecord(result)) return unfit(tool, "it is not a result")
    const problem = problemIn(result, options) ??
      (tool.errors.some(answersSuccess) ? missIn(result, tool) : undefined)
    if (problem !== undefined) return Result.fail(errorOf(tool, problem, result))
    if (result.isError === true) return Result.fail(foreignError(result))
    const output = outputIn(result, tool)
    if (returnedFailure(result) !== undefined && !saysSuccess(output?.value)) return Result.fail(foreignError(result))
    return output === undefined
      ? unfit(tool, "its output does not fit")
      : Result.succeed(output.value as T["output"]["Type"])
  } catch {
    return unfit(tool, "it cannot be read")
  }
}

/** Returns the problem of a miss that was answered as a success, where a proxy stripped `_meta`. */
const missIn = (result: ResultLike, tool: Tool.Any): Problem.Problem | undefined => {
  const problem = problemBeside(result)
  return problem !== undefined &&
      tool.errors.some((Class) =>
        answersSuccess(Class) && (problem.error === "Error" || problem.error === Class.identifier)
      )
    ? problem
    : undefined
}

/** Returns the report of a batch of which nothing succeeded. */
export const reportOf = <T extends Tool.Any>(error: ToolError.Any, tool: T): T["output"]["Type"] | undefined => {
  const result = resultOf(error)
  if (result === undefined || problemOf(error)?.type !== "batch_failed") return undefined
  try {
    return outputIn({ structuredContent: result.structuredContent }, tool)?.value as T["output"]["Type"] | undefined
  } catch {
    return undefined
  }
}

const unfit = <T extends Tool.Any>(tool: T, reason: string): Decoded<T> =>
  Result.fail(new Errors.MalformedResponse({ service: tool.name, reason }))

/** Tests whether the tool's own output tells of success and failure: then `success: false` is an answer. */
const saysSuccess = (value: unknown): boolean => isRecord(value) && Object.hasOwn(value, "success")

/** The error of a problem, with what the server said beside it. */
export const errorOf = <T extends Tool.Any>(
  tool: T,
  problem: Problem.Problem,
  result?: ResultLike
): DecodedError<T> => {
  const declared = Tool.decodeError(tool, problem) ??
    ToolError.fromDetails([Errors.InvalidArguments], problem.error, { issues: problem.issues ?? [] }) ??
    ofKey(tool, problem)
  const { recovery_steps, retry, similar_matches, suggestion } = problem
  const error = declared ?? remoteOf(problem)
  if (saysOpen(problem)) Advice.markOpen(error, problem.type)
  return madeOf(
    ToolError.withGuidance(error, {
      suggestion,
      similarMatches: similar_matches,
      steps: recovery_steps,
      ...retry.retry_after_seconds === undefined ? {} : { retryAfter: hintOf(retry.retry_after_seconds) }
    }),
    problem,
    result
  )
}

/** Returns the error that a key led to. */
const ofKey = <T extends Tool.Any>({ safety }: T, { details, error }: Problem.Problem): KeyedError<T> | undefined =>
  safety === "keyed" ? ToolError.fromDetails(ofKeys, error, details) as KeyedError<T> | undefined : undefined

const ofKeys = [Errors.InProgress, Errors.OutcomeUnknown, Errors.IdempotencyConflict]

const remoteOf = (problem: Problem.Problem): RemoteError => {
  const { category, error, message, reference_id, type } = problem
  const fields = { error, type, reason: message, reference_id }
  switch (category) {
    case "transient":
      return new RemoteTransient(fields)
    case "permanent":
      return new RemotePermanent(fields)
    case "validation":
      return new RemoteValidation(fields)
  }
}

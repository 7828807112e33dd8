import * as Classifier from "@errata/core/Classifier"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { jsonIn, reasonIn } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { RemotePermanent } from "./errors.ts"
import { hintsIn } from "./foreign.ts"
import { fromJsonRpc } from "./jsonRpc.ts"
import type { Failure, Origin } from "./model.ts"

/** Describes an answer that is no success, as far as a client shows it. */
export interface HttpFailure {
  readonly status: number
  readonly body?: string | undefined
  readonly retryAfter?: string | undefined
}

/** Lists the statuses where a JSON-RPC error in the body says more. */
const badRequest: ReadonlySet<number> = new Set([400, 404, 422])

/** Lists codes that mean nothing except to the server that sent them. */
const isVague = (code: number): boolean => code <= -32000 && code >= -32019

/** Returns the error of an HTTP status. */
export const fromHttp = <T extends Tool.Any>(
  { body, retryAfter, status }: HttpFailure,
  origin: Origin<T>,
  cause: unknown
): Failure<T> => {
  const { now, service } = origin
  const json = jsonIn(body ?? "")
  const told = isRecord(json) && isRecord(json["error"]) ? json["error"] : undefined
  const code = told?.["code"]
  if (typeof code === "number" && (badRequest.has(status) && !isVague(code) || hasProblem(told?.["data"]))) {
    return fromJsonRpc({ code, message: String(told?.["message"]), data: told?.["data"] }, origin, cause)
  }
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter }
  const error = Classifier.httpStatus({ service })({ status, headers }, { now })
  const reason = `${service} answered with status ${status}`
  const said = reasonIn(json)
  if (!ToolError.isTransient(error)) {
    return new RemotePermanent({
      error: "HttpError",
      type: error === undefined ? "upstream_error" : permanentType(error),
      reason: said === undefined ? reason : `${reason}: ${said}`,
      cause
    })
  }
  const hint = hintsIn([json, told?.["data"]]).retryAfter
  return withCause(
    (hint === undefined || ToolError.retryAfter(error) !== undefined
      ? error
      : ToolError.withGuidance(error, { retryAfter: hint })) as Failure<T>,
    cause
  )
}

const hasProblem = (data: unknown): boolean =>
  isRecord(data) && Object.keys(data).some((key) => key.endsWith("/problem"))

/** Returns the type of a request that the server did not accept: that says nothing of the tool's arguments. */
const permanentType = (error: ToolError.Any): string =>
  ToolError.isValidation(error) ? "upstream_error" : ToolError.type(error).name

export const withCause = <E extends object>(error: E, cause: unknown): E =>
  Object.defineProperty(error, "cause", { value: cause, enumerable: false, configurable: true })

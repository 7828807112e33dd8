/**
 * Says what a failed request to the weather service means.
 *
 * The table is the default one of `Classifier`; where an error of ours can say more than the stock one, it takes its place.
 */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Suggestion from "@errata/core/Suggestion"
import * as ToolError from "@errata/core/ToolError"
import type * as Effect from "effect/Effect"
import { knownPaths } from "./endpoint.ts"
import * as Api from "./errors.ts"

/** Holds what the service is called in messages. */
export const service = "Weather API"

const options: Classifier.Options = { service }
const status = Classifier.httpStatus(options)
const failure = Classifier.unknown(options)

/** Describes what is known of a response, as far as it matters here. */
interface Response {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
}

/** Returns what a response means that is no success; nothing for a success. */
export const ofResponse = (response: Response, endpoint: string, now: number): Api.ApiError | undefined => {
  const { status: status_code } = response
  if (status_code < 300) return undefined
  const error = status(response, { now })
  return error === undefined
    ? new Errors.UpstreamRejected({ service, status_code, reason: "it redirects, which is not followed" })
    : specific(error, endpoint, status_code)
}

/** Classifies whatever else goes wrong: the connection, the body, its schema. What is unknown is a defect. */
export const orDie =
  (endpoint: string, status_code?: number) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, Api.ApiError | Extract<E, ToolError.Any>, R> =>
    Classifier.orDie(self, (cause) => {
      const error = failure(cause)
      return error === undefined ? undefined : specific(error, endpoint, status_code)
    })

const specific = (error: Classifier.FromUnknown, endpoint: string, status?: number): Api.ApiError | undefined => {
  const cause = error.cause === undefined ? {} : { cause: error.cause } // for the log
  const optional = status === undefined ? {} : { status_code: status }
  switch (error._tag) {
    case "Timeout":
      return new Api.ApiTimedOut({ service, ...optional, ...cause })
    case "MalformedResponse":
      return new Api.ApiAnswerMalformed({ service, ...optional, ...reasonOf(error), ...cause })
    case "ArgumentsRejected":
    case "ConnectionFailed":
    case "Overloaded":
    case "Unavailable":
    case "UpstreamError":
      return error
    case "UpstreamRejected":
      return error.status_code === undefined ? new Api.ApiUnreachable({ service, ...reasonOf(error), ...cause }) : error
  }
  return status === undefined ? undefined : ofStatus(error, endpoint, status)
}

const ofStatus = (error: Classifier.FromUnknown, endpoint: string, status_code: number): Api.ApiError | undefined => {
  switch (error._tag) {
    case "RateLimited": {
      const { retry_after_seconds } = error
      return new Api.ApiRateLimited({
        service,
        status_code,
        ...retry_after_seconds === undefined ? {} : { retry_after_seconds }
      })
    }
    case "Unauthenticated":
      return new Api.ApiKeyRejected({ service, status_code })
    case "PermissionDenied":
      return new Api.ApiAccessDenied({ service, status_code, endpoint })
    case "NotFound":
      return notFound(endpoint, status_code)
    case "Conflict":
      return new Api.ApiConflict({ service, status_code, endpoint })
    case "TooLarge":
      return new Api.RequestTooLarge({ service, status_code })
    default:
      return undefined
  }
}

const notFound = (endpoint: string, status_code: number): Api.EndpointNotFound => {
  const path = endpoint.split("?", 1)[0]!
  const query = endpoint.slice(path.length)
  const error = new Api.EndpointNotFound({ service, status_code, endpoint })
  return (knownPaths as ReadonlyArray<string>).includes(path)
    ? error
    : ToolError.withGuidance(error, {
      similarMatches: Suggestion.similar(path, knownPaths).map((known) => `${known}${query}`)
    })
}

const reasonOf = ({ reason }: { readonly reason?: string }): { readonly reason?: string } =>
  reason === undefined ? {} : { reason }

import * as Errors from "../../errors/Errors.ts"
import { asked } from "./asked.ts"
import { items, property } from "./read.ts"
import { retryAfterSeconds } from "./retryAfter.ts"

export interface HttpResponseLike {
  readonly status: number
  readonly headers?:
    | { readonly get: (name: string) => string | null }
    | { readonly [name: string]: unknown }
    | undefined
}

export interface HttpOptions {
  readonly service: string
  readonly resource?: string | undefined
  readonly id?: string | undefined
  readonly action?: string | undefined
}

export type HttpError =
  | Errors.ArgumentsRejected
  | Errors.Conflict
  | Errors.NotFound
  | Errors.PermissionDenied
  | Errors.RateLimited
  | Errors.Timeout
  | Errors.TooLarge
  | Errors.Unauthenticated
  | Errors.Unavailable
  | Errors.UpstreamError
  | Errors.UpstreamRejected

/** Classifies a status; `cause` is what carried it, for the log. */
export const classifyHttpStatus = (
  response: HttpResponseLike,
  options: HttpOptions,
  now: number | undefined,
  cause?: unknown
): HttpError | undefined => {
  const error = fromStatus(response, options, now)
  if (error !== undefined && cause !== undefined) {
    Object.defineProperty(error, "cause", { value: cause, enumerable: false, configurable: true })
  }
  return error
}

const fromStatus = (
  response: HttpResponseLike,
  options: HttpOptions,
  now: number | undefined
): HttpError | undefined => {
  const status_code = property(response, "status")
  if (typeof status_code !== "number" || !(status_code >= 400)) return undefined
  const { action = "use", id, service } = options
  const resource = options.resource ?? service
  const hint = hintOf(response, now)
  switch (status_code) {
    case 400:
    case 422:
      return new Errors.ArgumentsRejected({ service, status_code })
    case 401:
      return new Errors.Unauthenticated({ service })
    case 403:
      return new Errors.PermissionDenied({ action, resource })
    case 404:
    case 410:
      return new Errors.NotFound({ resource: asked(options), ...id === undefined ? {} : { id } })
    case 408:
    case 504:
      return new Errors.Timeout({ operation: service })
    case 409:
      return new Errors.Conflict({ resource })
    case 413:
      return new Errors.TooLarge({ resource: `The request to ${service}` })
    case 429:
      return new Errors.RateLimited({ service, ...hint })
    case 425:
    case 503:
      return new Errors.Unavailable({ service, status_code, ...hint })
    case 501:
      return new Errors.UpstreamRejected({ service, status_code })
    default:
      return status_code >= 500 && status_code <= 599
        ? new Errors.UpstreamError({ service, status_code, ...hint })
        : new Errors.UpstreamRejected({ service, status_code })
  }
}

const hintOf = (response: HttpResponseLike, now: number | undefined): { readonly retry_after_seconds?: number } => {
  const seconds = retryAfterSeconds(header(property(response, "headers"), "retry-after"), now)
  return seconds === undefined ? {} : { retry_after_seconds: seconds }
}

const header = (headers: unknown, name: string): string | undefined => {
  const value = typeof property(headers, "get") === "function"
    ? fromGet(headers as { readonly get: (name: string) => unknown }, name)
    : property(headers, name) ?? property(headers, "Retry-After")
  const first = items(value, 1)[0] ?? value
  return typeof first === "string" || typeof first === "number" ? String(first) : undefined
}

const fromGet = (headers: { readonly get: (name: string) => unknown }, name: string): unknown => {
  try {
    return headers.get(name)
  } catch {
    return undefined
  }
}

/**
 * Calls the weather service: with its key, within a time limit, again where that helps, and not at all while it is down.
 *
 * **Details**
 *
 * | what | default |
 * |---|---|
 * | an attempt | 10 s |
 * | attempts | 4: the waits between them are anything up to 0.5, 1 and 2 s, or what `Retry-After` asks for if that is longer |
 * | retries of all calls together | a fifth of the calls: see `RetryBudget` |
 * | all attempts and waits | 45 s, or what is left of the call's time: a wait that would go beyond it is not begun |
 * | the same for what a caller can do without | 15 s |
 * | the breaker of each host | opens after 5 attempts in a row that failed, for 30 s; then one call tries it |
 * | the largest body | 100 kB: a reply of more than 25,000 tokens helps no reader |
 *
 * The key goes out as a header and nowhere else: headers are kept off the spans, and a body that repeats the key is masked.
 */
import * as Backoff from "@errata/core/Backoff"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import type * as Errors from "@errata/core/Errors"
import * as Policy from "@errata/core/Policy"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type { Json } from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Classify from "./classify.ts"
import { resolve } from "./endpoint.ts"
import { ApiAnswerMalformed, type ApiError, ApiTimedOut } from "./errors.ts"
import { type Scrubber, scrubber } from "./scrub.ts"
import { Source } from "./Source.ts"

/** Describes what came, and how often it was asked for. */
export interface Answer {
  readonly status_code: number
  readonly body: Json
  readonly attempts: number
}

/** A way to ask the service. */
export type Get = (endpoint: string) => Effect.Effect<Answer, ApiError>

/** The weather service. */
export class Upstream extends Context.Service<Upstream, {
  /** Asks for an endpoint: a path with its query. */
  readonly get: Get
  /**
   * Makes the same for what its callers can do without: with less time, and with a breaker and a budget of its own, so
   * that its trouble costs no other.
   */
  readonly aside: (name: string) => Effect.Effect<Get>
}>()("@errata/examples/weather/Upstream") {}

const { service } = Classify

const maxBodySize = ByteSize.kilobytes(100)

const limit = "100 kB"

const partsAdvice =
  "Ask for less, or for one part after the other by the parameters that the endpoint has for it, say limit and offset"

/** Tests whether a body was not read to its end since it has more bytes than it may. */
const isTooLarge = ({ reason }: HttpClientError): boolean =>
  "cause" in reason && reason.cause instanceof Error && reason.cause.message === "maxBytes exceeded"

const asideTimeout = "15 seconds"

/** Provides the weather service. What it remembers of its health lives as long as the layer. */
export const layer: Layer.Layer<Upstream, never, Source | HttpClient.HttpClient> = Layer.effect(
  Upstream,
  Effect.gen(function*() {
    const source = yield* Source
    const request = requester(source, yield* HttpClient.HttpClient)
    const breaker = yield* watchedBreaker(source)
    const getter = Effect.fnUntraced(function*(circuit: string, timeout?: Duration.Input): Effect.fn.Return<Get> {
      const policy = yield* Policy.forDependency({
        service,
        timeout,
        attemptTimeout: source.attemptTimeout,
        retry: RetryPolicy.make(Schedule.exponential(source.retryDelay).pipe(Backoff.fullJitter), { maxRetries: 3 }),
        breaker: breaker(circuit)
      })
      return (endpoint) =>
        Effect.suspend(() => {
          let attempts = 0
          const attempt = Effect.suspend(() => {
            attempts++
            return request(endpoint)
          })
          return policy(attempt).pipe(
            Effect.mapError(named),
            Effect.map((answer) => ({ ...answer, attempts }))
          )
        })
    })
    return Upstream.of({
      get: yield* getter(source.url.host),
      aside: (name) => getter(`${source.url.host} ${name}`, asideTimeout)
    })
  })
)

/** A breaker that tells the log of failed attempts and of its own changes. */
const watchedBreaker = Effect.fnUntraced(function*({ openTime }: Source["Service"]) {
  const breaker = yield* CircuitBreaker.make({ service, openDuration: openTime })
  yield* Effect.forkScoped(
    Stream.runForEach(
      breaker.transitions,
      ({ from, to }) => Effect.logWarning("a circuit changed", { service, from, to })
    )
  )
  return (circuit: string): Policy.Policy<Errors.CircuitOpen> => {
    const policy = breaker.forKey(circuit)
    return (self) => policy(Effect.tapError(self, noteFailure))
  }
})

const noteFailure = (error: ToolError.Any): Effect.Effect<void> =>
  ToolError.isTransient(error)
    ? Effect.logWarning("an attempt failed", { service, error: ToolError.type(error).name })
    : Effect.void

/** Makes one request, from the endpoint to its classified outcome. The connection is let go whatever happens. */
const requester = ({ apiKey, url }: Source["Service"], httpClient: HttpClient.HttpClient) => {
  const client = HttpClient.withScope(httpClient)
  const scrub = scrubber(apiKey)
  return Effect.fnUntraced(
    function*(endpoint: string): Effect.fn.Return<Omit<Answer, "attempts">, ApiError, Scope.Scope> {
      const request = HttpClientRequest.get(resolve(url, endpoint).href).pipe(
        HttpClientRequest.acceptJson,
        HttpClientRequest.bearerToken(apiKey)
      )
      const response = yield* Classify.orDie(endpoint)(client.execute(request))
      const error = Classify.ofResponse(response, endpoint, yield* Clock.currentTimeMillis)
      if (error !== undefined) return yield* error
      const body = yield* bodyOf(response, scrub).pipe(Classify.orDie(endpoint, response.status))
      return { status_code: response.status, body }
    },
    Effect.scoped,
    Effect.provideService(HttpIncomingMessage.MaxBodySize, maxBodySize),
    Effect.provideService(HttpClient.TracerHeaderFilter, () => false)
  )
}

/** Turns a policy's error into one of ours. What it did stays with the cause. */
const named = (error: ApiError | Errors.Timeout): ApiError =>
  error._tag === "Timeout" ? new ApiTimedOut({ service, timeout_seconds: error.timeout_seconds ?? 0 }) : error

/**
 * The body as JSON without the key. It is read as it came, so that no key can garble it, and what leaves is masked: every
 * string of it, and what a parser quotes of it.
 */
const bodyOf = Effect.fnUntraced(function*(response: HttpClientResponse, scrub: Scrubber) {
  const { status: status_code } = response
  if (status_code === 204) return null
  const malformed = (reason: string, cause?: unknown) => new ApiAnswerMalformed({ service, status_code, reason, cause })
  const text = yield* Effect.catchIf(response.text, isTooLarge, (cause) =>
    Effect.fail(
      ToolError.withGuidance(malformed(`its body has more than ${limit}`, cause), { suggestion: partsAdvice })
    ))
  if (text.trim() === "") return yield* malformed("its body is empty")
  const json = parse(text)
  if (Result.isFailure(json)) {
    return yield* malformed(
      "it is not JSON",
      Result.match(parse(scrub.text(text)), {
        onFailure: (cause) => cause,
        onSuccess: () => undefined
      })
    )
  }
  return yield* Effect.try({
    try: () => scrub.json(json.success),
    catch: (cause) => malformed("it is nested too deeply", cause)
  })
})

const parse = (text: string): Result.Result<Json, unknown> =>
  Result.try({ try: () => JSON.parse(text) as Json, catch: (cause) => cause })

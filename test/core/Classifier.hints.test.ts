import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"

const now = Date.parse("2026-11-21T10:00:00Z")
const epoch = (seconds: number) => String(now / 1000 + seconds)
const classify = Classifier.unknown({ service: "Billing" })
const told = (failure: object, context: Classifier.Context = { now }) => {
  const error = classify(failure, context)
  const hint = error === undefined ? undefined : ToolError.retryAfter(error)
  return [error?._tag, hint === undefined ? undefined : Duration.toSeconds(hint)]
}
const limited = (headers: object, context?: Classifier.Context) => told({ status: 429, headers }, context)[1]

describe("the headers that say when to try again", () => {
  it.each<[header: string, value: string, seconds: number | undefined]>([
    ["retry-after", "30", 30],
    ["retry-after", "1.5", 2],
    ["retry-after", "10, 20", 20],
    ["retry-after", "20, 10", 20],
    ["retry-after", "30s", 30],
    ["retry-after", "1m30s", 90],
    ["retry-after", "90 seconds", 90],
    ["retry-after", epoch(40), 40],
    ["retry-after", String(now + 40_000), 40],
    ["retry-after", epoch(-40), 0],
    ["retry-after", "999999999999", undefined],
    ["retry-after", "Sat, 21 Nov 2026 10:00:20 GMT", 20],
    ["retry-after", "Saturday, 21-Nov-26 10:00:20 GMT", 20],
    ["retry-after", "2026-11-21T10:00:20Z", 20],
    ["retry-after", "2026-11-21T11:00:20+01:00", 20],
    ["retry-after", "172800", 86_400],
    ["retry-after", "soon", undefined],
    ["retry-after-ms", "1500", 2],
    ["retry-after-ms", "90", 1],
    ["x-ms-retry-after-ms", "2500", 3],
    ["x-ratelimit-reset", epoch(45), 45],
    ["x-ratelimit-reset", "45", 45],
    ["x-rate-limit-reset", epoch(45), 45],
    ["ratelimit-reset", "12", 12],
    ["x-ratelimit-reset-after", "0.75", 1],
    ["ratelimit", "\"default\";r=0;t=30", 30],
    ["ratelimit", "\"burst\";r=5;t=3, \"day\";r=0;t=600", 600],
    ["ratelimit", "\"default\";r=5;t=30", undefined],
    ["ratelimit", "limit=100, remaining=0, reset=25", 25],
    ["x-ratelimit-reset-requests", "1s", 1],
    ["x-ratelimit-reset-tokens", "6m0s", 360],
    ["anthropic-ratelimit-requests-reset", "2026-11-21T10:00:50Z", 50],
    ["anthropic-ratelimit-input-tokens-reset", "2026-11-21T10:00:07Z", 7],
    ["grpc-retry-pushback-ms", "2000", 2]
  ])("%s: %s is %s s", (header, value, seconds) => expect(limited({ [header]: value })).toBe(seconds))

  it("are read from a Map, however they are written", () => {
    expect(limited(new Map([["Retry-After", "7"]]))).toBe(7)
    expect(limited(new Map<unknown, unknown>([[1, 2], ["retry-after", ["8"]]]))).toBe(8)
  })

  it("count by what they say of now, before what they say of a window", () => {
    expect(limited({ "retry-after-ms": "4000", "retry-after": "60", "x-ratelimit-reset": epoch(900) })).toBe(4)
    expect(limited({ "retry-after": "6", "x-ratelimit-reset": epoch(900) })).toBe(6)
  })

  it("tell of the window that is used up, not of one that is not", () => {
    expect(limited({
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-remaining-tokens": "900",
      "x-ratelimit-reset-tokens": "6m0s"
    })).toBe(1)
    expect(limited({ "x-ratelimit-remaining": "57", "x-ratelimit-reset": epoch(900) })).toBeUndefined()
  })

  it("tell of windows with every answer: they count only where a limit was met", () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": epoch(45) }
    expect(told({ status: 503, headers })).toEqual(["Unavailable", undefined])
    expect(told({ status: 403, headers })).toEqual(["RateLimited", 45])
    expect(told({ status: 404, headers })).toEqual(["NotFound", undefined])
  })

  it("are read against the response's own Date, or else the clock, or else not", () => {
    const headers = { "retry-after": "Sat, 21 Nov 2026 10:00:20 GMT" }
    expect(limited({ ...headers, date: "Sat, 21 Nov 2026 10:00:05 GMT" })).toBe(15)
    expect(limited({ ...headers, date: "Sat, 21 Nov 2026 10:00:05 GMT" }, {})).toBe(15)
    expect(limited({ ...headers, date: "nonsense" })).toBe(20)
    expect(limited(headers, {})).toBeUndefined()
    expect(limited({ "x-ratelimit-reset": epoch(20) }, {})).toBeUndefined()
  })

  it.each([
    ["a Headers", new Headers({ "Retry-After": "9" })],
    ["a Map", new Map([["retry-after", "9"]])],
    ["a record in any case", { "ReTry-AfTer": "9" }],
    ["pairs", [["Content-Type", "x"], ["Retry-After", "9"]]],
    ["a flat list", ["Content-Type", "x", "Retry-After", "9"]],
    ["a list of values", { "retry-after": ["9"] }],
    ["a number", { "retry-after": 9 }]
  ])("are read from %s", (_, headers) => expect(limited(headers)).toBe(9))

  it.each([
    ["headers", { status: 429, headers: { "retry-after": "9" } }],
    ["response.headers", { response: { status: 429, headers: { "retry-after": "9" } } }],
    ["responseHeaders", { statusCode: 429, responseHeaders: { "retry-after": "9" } }],
    ["$response.headers", { $metadata: { httpStatusCode: 429 }, $response: { headers: { "retry-after": "9" } } }],
    ["output.headers", { output: { statusCode: 429, headers: { "retry-after": "9" } } }],
    ["meta.headers", { meta: { statusCode: 429, headers: { "retry-after": "9" } } }],
    ["the headers of a cause", new Error("no", { cause: { status: 429, headers: { "retry-after": "9" } } })]
  ])("are found in %s", (_, failure) => expect(told(failure)).toEqual(["RateLimited", 9]))
})

describe("what else says when to try again", () => {
  it.each<[string, object, number]>([
    ["seconds of its own", { status: 429, retryAfter: 9 }, 9],
    ["milliseconds of its own", { status: 429, retryAfterMs: 9_000 }, 9],
    ["a Duration of its own", { status: 429, retryAfter: Duration.seconds(9) }, 9],
    ["a Date of its own", { status: 429, retryAfter: new Date(now + 9_000) }, 9],
    ["text of its own", { status: 503, retryAfter: "9 seconds" }, 9],
    ["a body", { response: { status: 429, data: { retry_after: 9 } } }, 9],
    ["a body as text", { statusCode: 429, body: "{\"retry_after\":9}" }, 9],
    ["Google's RetryInfo", { status: 429, response: { data: { error: { details: [{ retryDelay: "9s" }] } } } }, 9],
    ["Telegram's parameters", { error_code: 429, parameters: { retry_after: 9 } }, 9]
  ])("%s", (_, failure, seconds) => expect(told(failure)[1]).toBe(seconds))

  it("is nothing where waiting does not help", () => {
    expect(told({ status: 404, retryAfter: 9, headers: { "retry-after": "9" } })).toEqual(["NotFound", undefined])
  })

  it("goes beside an error whose class has no field for it", () => {
    expect(told({ status: 504, headers: { "retry-after": "9" } })).toEqual(["Timeout", 9])
  })

  it("does not say that a spent quota passes", () => {
    const body = { error: { code: "insufficient_quota" } }
    expect(told({ status: 429, error: body.error, headers: { "retry-after": "9" } })).toEqual([
      "QuotaExhausted",
      undefined
    ])
  })
})

import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"

const options = { service: "Billing", resource: "Invoice", id: "7", action: "read" }
const byStatus = Classifier.httpStatus(options)
const classify = Classifier.unknown(options)
const tag = (error: ToolError.Any | undefined) =>
  error === undefined ? undefined : `${error._tag} (${ToolError.family(error)})`
const seconds = (error: ToolError.Any | undefined) => {
  const hint = error === undefined ? undefined : ToolError.retryAfter(error)
  return hint === undefined ? undefined : Duration.toSeconds(hint)
}

const expected = (status: number): string => {
  switch (status) {
    case 400:
    case 422:
      return "ArgumentsRejected (validation)"
    case 401:
      return "Unauthenticated (permanent)"
    case 403:
      return "PermissionDenied (permanent)"
    case 404:
    case 410:
      return "NotFound (permanent)"
    case 408:
    case 504:
      return "Timeout (transient)"
    case 409:
    case 412:
      return "Conflict (permanent)"
    case 413:
      return "TooLarge (permanent)"
    case 423:
    case 425:
    case 503:
      return "Unavailable (transient)"
    case 429:
      return "RateLimited (transient)"
    case 501:
      return "UpstreamRejected (permanent)"
    default:
      return status >= 500 ? "UpstreamError (transient)" : "UpstreamRejected (permanent)"
  }
}

const statuses = Array.from({ length: 200 }, (_, i) => 400 + i)
const request = HttpClientRequest.get("https://billing.example.com/invoices/7")
const response = (status: number, headers?: Record<string, string>) =>
  HttpClientResponse.fromWeb(request, new Response(null, { status, ...headers === undefined ? {} : { headers } }))

describe("a status", () => {
  it.each(statuses)("%i", (status) => {
    expect(tag(byStatus({ status }))).toBe(expected(status))
    expect(tag(classify({ status }))).toBe(expected(status))
    expect(tag(classify(Object.assign(new Error("raw"), { statusCode: status })))).toBe(expected(status))
    expect(tag(classify(Object.assign(new Error("raw"), { response: { status, headers: {} } })))).toBe(expected(status))
  })

  it.each([100, 200, 204, 301, 304, 399, 0, -1, NaN, Infinity, undefined, null, "404", {}])(
    "%s is no failure",
    (status) => {
      const error = byStatus({ status: status as number })
      expect(error === undefined || status === Infinity).toBe(true)
      expect(tag(classify({ status }))).toBe(status === "404" ? "NotFound (permanent)" : undefined)
    }
  )

  it("says the status where it helps", () => {
    expect(ToolError.details(byStatus({ status: 502 })!)).toEqual({ service: "Billing", status_code: 502 })
    expect(ToolError.details(byStatus({ status: 404 })!)).toEqual({ resource: "Invoice", id: "7" })
    expect(Classifier.httpStatus({ service: "Billing" })({ status: 404 })?.message).toBe(
      "The item requested from Billing was not found"
    )
  })

  it("of a mistake of the programmer is no status", () => {
    expect(classify(Object.assign(new TypeError("x"), { status: 500 }))).toBeUndefined()
  })
})

describe("Retry-After", () => {
  const now = Date.parse("2026-11-21T10:00:00Z")
  const day = 24 * 3600

  it.each<[string, number | undefined]>([
    ["30", 30],
    ["0", 0],
    [" 7 ", 7],
    ["120", 120],
    ["99999999999999999999", day],
    ["1e9", undefined],
    ["-5", undefined],
    ["1.5", 2],
    ["soon", undefined],
    ["", undefined],
    ["Sat, 21 Nov 2026 10:01:30 GMT", 90],
    ["Sat, 21 Nov 2026 10:00:00 GMT", 0],
    ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", day],
    ["Sat, 32 Nov 2026 10:01:30 GMT", undefined],
    ["2026-11-21T10:01:30Z", 90],
    ["30, 60", 60]
  ])("%j is %s s", (header, wait) => {
    for (const status of [429, 503, 500, 502, 425]) {
      expect(seconds(byStatus({ status, headers: { "retry-after": header } }, { now }))).toBe(wait)
    }
  })

  it("is read from a Headers object, a record in either case, a list, a number", () => {
    for (
      const headers of [new Headers({ "Retry-After": "9" }), { "retry-after": "9" }, { "Retry-After": "9" }, {
        "retry-after": ["8", "9"]
      }, { "retry-after": 9 }]
    ) {
      expect(seconds(byStatus({ status: 429, headers }))).toBe(9)
    }
  })

  it("a date counts only where the time is known; half a second is waited for", () => {
    const headers = { "retry-after": "Sat, 21 Nov 2026 10:00:01 GMT" }
    expect(seconds(byStatus({ status: 429, headers }))).toBeUndefined()
    expect(seconds(byStatus({ status: 429, headers }, { now: now + 500 }))).toBe(1)
  })

  it("does not help where trying again does not", () => {
    for (const status of [400, 401, 404, 409, 501]) {
      expect(seconds(byStatus({ status, headers: { "retry-after": "5" } }))).toBeUndefined()
    }
  })

  it("that cannot be read is none", () => {
    const throws = () => {
      throw new Error("hostile")
    }
    const hostile: ReadonlyArray<unknown> = [null, 1, "x", { get: throws }, { get: () => ({}) }, {
      get "retry-after"() {
        return throws()
      }
    }, new Proxy({}, { get: throws })]
    for (const headers of hostile) {
      expect(tag(byStatus({ status: 429, headers: headers as never }))).toBe("RateLimited (transient)")
    }
  })
})

describe("effect's HttpClientError", () => {
  const failure = (reason: HttpClientError.HttpClientErrorReason) => new HttpClientError.HttpClientError({ reason })

  it.each(statuses)("with status %i", (status) => {
    expect(tag(classify(failure(new HttpClientError.StatusCodeError({ request, response: response(status) }))))).toBe(
      expected(status)
    )
  })

  it("with a Retry-After", () => {
    const error = classify(
      failure(new HttpClientError.StatusCodeError({ request, response: response(429, { "retry-after": "12" }) }))
    )
    expect(seconds(error)).toBe(12)
  })

  it.each<[string, HttpClientError.HttpClientErrorReason, string]>([
    ["the connection failed", new HttpClientError.TransportError({ request }), "Unavailable (transient)"],
    [
      "the connection was refused",
      new HttpClientError.TransportError({
        request,
        cause: new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) })
      }),
      "ConnectionFailed (transient)"
    ],
    [
      "it took too long",
      new HttpClientError.TransportError({ request, cause: new DOMException("x", "TimeoutError") }),
      "Timeout (transient)"
    ],
    [
      "the body is no JSON",
      new HttpClientError.DecodeError({
        request,
        response: response(200),
        cause: new SyntaxError("Unexpected token < in JSON at position 0")
      }),
      "MalformedResponse (permanent)"
    ],
    [
      "the body cannot be read",
      new HttpClientError.DecodeError({ request, response: response(200), cause: new Error("x") }),
      "MalformedResponse (permanent)"
    ],
    [
      "the connection broke while the body came",
      new HttpClientError.DecodeError({
        request,
        response: response(200),
        cause: Object.assign(new Error("x"), { code: "ECONNRESET" })
      }),
      "Unavailable (transient)"
    ],
    [
      "there is no body",
      new HttpClientError.EmptyBodyError({ request, response: response(200) }),
      "MalformedResponse (permanent)"
    ],
    [
      "the request has no form",
      new HttpClientError.EncodeError({ request, cause: new Error("x") }),
      "UpstreamRejected (permanent)"
    ],
    [
      "the URL is none",
      new HttpClientError.InvalidUrlError({ request, cause: new Error("x") }),
      "UpstreamRejected (permanent)"
    ]
  ])("%s", (_, reason, expected) => {
    const error = classify(failure(reason))
    expect(tag(error)).toBe(expected)
    expect(JSON.stringify([error?.message, ToolError.details(error!)])).not.toContain("example.com")
  })
})

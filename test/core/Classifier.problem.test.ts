/** Problem bodies of RFC 9457, wherever clients keep them, and the well-known names of classes. */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import { describe, expect, expectTypeOf, it } from "vitest"

const body = {
  type: "https://shop.example/probs/no-such-order",
  title: "No such order",
  status: 404,
  detail: "Order 7 is not in the archive",
  instance: "/orders/7"
}

const options = { service: "The shop", resource: "Order", id: "7" }
const silent = Classifier.problem(options)
const quoting = Classifier.problem({ ...options, quotes: true })
const messageOf = (error: ToolError.Any | undefined) => error && (ToolError.guidance(error).message ?? error.message)
const secondsOf = (error: ToolError.Any | undefined) => {
  const hint = error && ToolError.retryAfter(error)
  return hint && Duration.toSeconds(hint)
}

describe("a problem body is found", () => {
  const text = JSON.stringify(body)
  it.each<[string, unknown]>([
    ["as response.data", Object.assign(new Error("Request failed"), { response: { data: body } })],
    ["as response.data with the status of the response", {
      response: { status: 404, data: { ...body, status: undefined } }
    }],
    ["as data", Object.assign(new Error("failed"), { data: body })],
    ["as body", { body }],
    ["as a body that is text", Object.assign(new Error("failed"), { body: text })],
    ["as problem", Object.assign(new Error("failed"), { problem: body })],
    ["as a message that is JSON", new Error(text)],
    ["as a text that was thrown", text],
    ["as what was thrown", body],
    ["in a cause", new Error("could not look", { cause: Object.assign(new Error("x"), { response: { data: body } }) })],
    ["by its content type", {
      status: 404,
      headers: { "content-type": "application/problem+json; charset=utf-8" },
      data: { detail: body.detail }
    }]
  ])("%s", (_, failure) => {
    expect(silent(failure)).toBeInstanceOf(Errors.NotFound)
    expect(messageOf(silent(failure))).toBe("Order 7 not found")
    expect(messageOf(quoting(failure))).toBe("Order 7 is not in the archive")
  })

  it.each<[string, unknown]>([
    ["an error", new Error("something went wrong")],
    ["a status alone", { status: 404 }],
    ["another body with a type", { response: { status: 400, data: { type: "invalid_request_error", message: "no" } } }],
    ["an article", { type: "article", title: "The law", detail: "No other" }],
    ["an error with a title", Object.assign(new Error("x"), { title: "x", status: 404 })],
    ["a programmer's mistake", new TypeError("x is not a function")],
    ["a text", "status 404"],
    ["nothing", undefined]
  ])("not in %s", (_, failure) => {
    expect(quoting(failure)).toBeUndefined()
  })
})

describe("a problem's class", () => {
  const tag = (problem: object, response: object = {}) => silent({ response: { ...response, data: problem } })?._tag

  it("comes from the status of the response, then from the body's own", () => {
    expect(tag({ title: "x", status: 409 })).toBe("Conflict")
    expect(tag({ title: "x", status: 409 }, { status: 503 })).toBe("Unavailable")
  })

  it.each([
    ["https://iana.org/assignments/http-problem-types#temporary-reduced-capacity", "Unavailable"],
    ["https://iana.org/assignments/http-problem-types#abnormal-usage-detected", "RateLimited"],
    ["urn:problem:validation-error", "ArgumentsRejected"],
    ["/problems/not-found/", "NotFound"],
    ["https://bank.example/probs/out-of-credit", "QuotaExhausted"],
    ["https://example.com/probs/strange", "UpstreamRejected"],
    ["about:blank", "UpstreamRejected"]
  ])("comes from the type %s where no status is known", (type, expected) => {
    expect(tag({ type, title: "x" })).toBe(expected)
  })

  it("says more by its type than by its status", () => {
    const type = "https://example.com/probs/insufficient-quota"
    expect(tag({ type, title: "x", status: 429 })).toBe("QuotaExhausted")
    expect(tag({ type: "https://example.com/probs/already-exists", title: "x", status: 409 })).toBe("AlreadyExists")
  })

  it("is known to the default table, but for a type that says nothing", () => {
    const unknown = Classifier.unknown(options)
    expect(unknown(Object.assign(new Error("failed"), { problem: body }))?._tag).toBe("NotFound")
    expect(unknown({ problem: { type: "https://example.com/probs/strange", title: "x" } })).toBeUndefined()
    expect(Classifier.explain({ problem: { type: "urn:problem:not-found", title: "x" } }).sentence)
      .toBe("NotFound by problem: type not_found, read from type")
  })

  it("comes from the author's own table first, by the URI or its last part", () => {
    const own = Classifier.problem({
      ...options,
      quotes: true,
      types: {
        "no-such-order": (problem) => new Errors.Corrupted({ resource: String(problem.instance) }),
        "https://shop.example/probs/closed": () => new Errors.InvalidState({ resource: "The shop", state: "closed" }),
        "left-alone": () => undefined
      }
    })
    const error = own({ problem: body })
    expect(error).toMatchObject({ _tag: "Corrupted", resource: "/orders/7" })
    expect(messageOf(error)).toBe("Order 7 is not in the archive")
    expect(own({ problem: { type: "https://shop.example/probs/closed", title: "x", status: 409 } })?._tag).toBe(
      "InvalidState"
    )
    expect(own({ problem: { ...body, type: "https://shop.example/probs/left-alone" } })?._tag).toBe("NotFound")
  })
})

describe("a problem's hint", () => {
  it.each<[string, object, number]>([
    ["an extension retry-after", { problem: { title: "x", status: 429, "retry-after": 30 } }, 30],
    ["an extension retryAfterSeconds", { problem: { title: "x", status: 503, retryAfterSeconds: 4 } }, 4],
    ["an extension retry_after of the body that was thrown", { title: "x", status: 503, retry_after: 5 }, 5],
    ["the header first", {
      response: { status: 429, headers: { "retry-after": "7" }, data: { title: "x", status: 429, "retry-after": 30 } }
    }, 7]
  ])("is %s", (_, failure, seconds) => {
    expect(secondsOf(silent(failure))).toBe(seconds)
  })

  it("may be a date, read against the time that is passed", () => {
    const failure = { problem: { title: "x", status: 503, "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" } }
    expect(secondsOf(silent(failure, { now: Date.parse("Wed, 21 Oct 2026 07:27:45 GMT") }))).toBe(15)
  })
})

describe("a problem's words", () => {
  const said = (problem: object) =>
    messageOf(quoting({ problem: { title: "Your request is not valid.", status: 422, ...problem } }))

  it("name what is wrong with which part, in the forms that are in use", () => {
    const parts = "Your request is not valid: #/age: must be positive; #/color: must be green"
    const age = "must be positive"
    const color = "must be green"
    expect(said({ errors: [{ detail: age, pointer: "#/age" }, { detail: color, pointer: "#/color" }] })).toBe(parts)
    expect(said({ "invalid-params": [{ name: "#/age", reason: age }, { name: "#/color", reason: color }] })).toBe(parts)
    expect(said({ errors: { "#/age": [age, "too small"], "#/color": color } })).toBe(parts)
  })

  it("name five parts at most", () => {
    const errors = Array.from({ length: 9 }, (_, i) => ({ pointer: `#/${i}`, detail: "no" }))
    expect(said({ errors })).toBe("Your request is not valid: #/0: no; #/1: no; #/2: no; #/3: no; #/4: no")
  })

  it("are the title where there is no detail, and nobody's where there is neither", () => {
    expect(said({})).toBe("Your request is not valid.")
    expect(said({ title: " ", type: "urn:problem:bad-request" })).toBe("The shop did not accept the arguments")
  })

  it("never throw", () => {
    const hostile = {
      title: "x",
      status: 422,
      errors: {
        a: null,
        b: 1,
        get c(): string {
          throw new Error("no")
        }
      }
    }
    expect(quoting({ problem: hostile })?._tag).toBe("ArgumentsRejected")
  })
})

describe("the well-known names of classes", () => {
  const named = Classifier.named(options)
  const of = (name: string) => {
    const Class = { [name]: class extends Error {} }[name]!
    return new Class("raw")
  }

  it.each([
    ["NotFoundError", "NotFound"],
    ["EntityNotFoundException", "NotFound"],
    ["UserError", "ArgumentsRejected"],
    ["DuplicateError", "AlreadyExists"],
    ["AuthenticationError", "Unauthenticated"],
    ["AccessDeniedException", "PermissionDenied"],
    ["RateLimitError", "RateLimited"],
    ["ThrottledError", "RateLimited"],
    ["QuotaExceededError", "QuotaExhausted"],
    ["InvalidArgumentException", "ArgumentsRejected"],
    ["InvalidStateError", "InvalidState"],
    ["PayloadTooLargeError", "TooLarge"],
    ["ServiceUnavailableException", "Unavailable"],
    ["NotImplementedError", "Unsupported"],
    ["TimeoutError", "Timeout"]
  ])("%s is %s", (name, tag) => {
    expect(named(of(name))?._tag).toBe(tag)
    expect(named(Object.assign(new Error("raw"), { name }))?._tag).toBe(tag)
  })

  it("are no part of the default table, and do not excuse a mistake", () => {
    expect(Classifier.unknown(options)(of("NotFoundError"))).toBeUndefined()
    expect(named(new TypeError("x is not a function"))).toBeUndefined()
    expect(named(of("OrderError"))).toBeUndefined()
  })
})

it("gives the errors of the author's own table and those of a status", () => {
  const classify = Classifier.problem({ ...options, types: { closed: () => new Errors.Corrupted({ resource: "x" }) } })
  expectTypeOf(classify).returns.toEqualTypeOf<Classifier.FromHttp | Errors.Corrupted | undefined>()
  expectTypeOf(silent).returns.toEqualTypeOf<Classifier.FromHttp | undefined>()
})

import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import { runInNewContext } from "node:vm"

const classify = Classifier.unknown({ service: "The store", resource: "Order", id: "7" })
const tag = (failure: unknown, context?: Classifier.Context) => classify(failure, context)?._tag
const withCode = (code: unknown, more: object = {}) => Object.assign(new Error("raw"), { code, ...more })

describe("a status", () => {
  it.each([
    "status",
    "statusCode",
    "code",
    "response.status",
    "response.statusCode",
    "output.statusCode",
    "$metadata.httpStatusCode",
    "$response.statusCode",
    "meta.statusCode",
    "data.httpStatus",
    "extensions.http.status",
    "httpStatus",
    "status_code",
    "error_code"
  ])("is found as %s, a number or text", (path) => {
    for (const status of [404, "404"]) {
      const failure = path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), status) as object
      expect(tag(Object.assign(new Error("raw"), failure))).toBe("NotFound")
    }
  })

  it("is written where the response is not kept", () => {
    expect(tag(new Error("HTTP error! status: 404"))).toBe("NotFound")
    expect(tag(new Error("Request failed with status code 503"))).toBe("Unavailable")
    expect(tag(new Error("Unexpected server response: 401"))).toBe("Unauthenticated")
    expect(tag(new Error("I saw HTTP error! status: 404 on my way"))).toBeUndefined()
    expect(tag(new Error("Page 404 is missing"))).toBeUndefined()
  })

  it("that a client invented does not hide the cause", () => {
    const failure = Object.assign(new Error("x", { cause: withCode("ECONNREFUSED") }), {
      name: "HttpError",
      status: 500
    })
    expect(tag(failure)).toBe("ConnectionFailed")
    expect(tag(Object.assign(failure, { response: { status: 500 } }))).toBe("UpstreamError")
  })
})

describe("403, 400 and 429 with more to say", () => {
  it.each<[string, object, string]>([
    ["no requests remain", { status: 403, headers: { "x-ratelimit-remaining": "0" } }, "RateLimited"],
    ["a Retry-After", { status: 403, headers: { "retry-after": "5" } }, "RateLimited"],
    ["Google's reason", { code: 403, errors: [{ reason: "userRateLimitExceeded" }] }, "RateLimited"],
    ["words", Object.assign(new Error("API rate limit exceeded for x"), { status: 403 }), "RateLimited"],
    ["some requests remain", { status: 403, headers: { "x-ratelimit-remaining": "12" } }, "PermissionDenied"],
    ["insufficient_quota", { status: 429, error: { code: "insufficient_quota" } }, "QuotaExhausted"],
    ["quota_exceeded without a hint", { status: 429, error: { code: "quota_exceeded" } }, "QuotaExhausted"],
    ["quota_exceeded with a hint", { status: 429, error: { code: "quota_exceeded" }, retryAfter: 3 }, "RateLimited"],
    ["invalid_grant", { status: 400, response: { status: 400, data: { error: "invalid_grant" } } }, "Unauthenticated"],
    ["FAILED_PRECONDITION", { status: 400, error: { status: "FAILED_PRECONDITION" } }, "InvalidState"],
    ["a spent credit", Object.assign(new Error("Your credit balance is too low"), { status: 400 }), "QuotaExhausted"]
  ])("%s", (_, failure, expected) => expect(tag(failure)).toBe(expected))
})

describe("causes", () => {
  const nest = (failure: unknown, levels: number): unknown =>
    levels === 0 ? failure : new Error("could not save", { cause: nest(failure, levels - 1) })

  it.each([0, 1, 2, 3, 4, 5])("are looked into %i levels deep", (levels) => {
    expect(tag(nest({ status: 404 }, levels))).toBe("NotFound")
    expect(tag(nest(withCode("23505", { severity: "ERROR" }), levels))).toBe("AlreadyExists")
    expect(tag(nest(new DOMException("x", "TimeoutError"), levels))).toBe("Timeout")
  })

  it("are not looked into six levels deep", () => expect(tag(nest({ status: 404 }, 6))).toBeUndefined())

  it("give way to the outermost that says something", () => {
    expect(tag(Object.assign(new Error("x", { cause: { status: 503 } }), { status: 404 }))).toBe("NotFound")
  })

  it.each(["original", "parent", "originalError", "driverError", "nativeError", "lastError", "networkError", "inner"])(
    "are found as %s",
    (name) => expect(tag(Object.assign(new Error("x"), { [name]: withCode("ECONNRESET") }))).toBe("Unavailable")
  )

  it("that are a mistake stay one, whatever the outermost is called", () => {
    class APIConnectionError extends Error {}
    expect(tag(new APIConnectionError("x", { cause: new TypeError("x is not a function") }))).toBeUndefined()
    expect(tag(new APIConnectionError("x"))).toBe("Unavailable")
  })

  it("of several that agree or are all transient are told; of several that do not, nothing", () => {
    const all = (...errors: ReadonlyArray<unknown>) => tag(new AggregateError(errors))
    expect(all(withCode("ECONNREFUSED"), withCode("EHOSTUNREACH"))).toBe("ConnectionFailed")
    expect(all(withCode("ECONNREFUSED"), withCode("ETIMEDOUT"))).toBe("Timeout")
    expect(all(withCode("ECONNREFUSED"), Object.assign(new Error("x"), { status: 404 }))).toBeUndefined()
    expect(all(withCode("ECONNREFUSED"), new TypeError("x is not a function"))).toBeUndefined()
    expect(
      Classifier.explain(
        new AggregateError([{ name: "a", message: "b", status: 404 }, { name: "a", message: "b", status: 503 }])
      ).rule
    )
      .toBe("its errors say different things")
  })

  it("without end, or in a circle, are bounded", () => {
    const wide = (depth: number): object =>
      depth === 0 ? { status: 404 } : new AggregateError(Array.from({ length: 8 }, () => wide(depth - 1)))
    expect(() => tag(wide(4))).not.toThrow()
    const circle = new Error("x") as Error & { cause: unknown }
    circle.cause = new Error("y", { cause: circle })
    expect(tag(circle)).toBeUndefined()
  })
})

describe("names and codes", () => {
  it.each(["TimeoutError", "ConnectTimeout", "PoolTimeoutError", "QueryTimeoutException", "TimedOutError"])(
    "%s took too long",
    (name) => {
      expect(tag(Object.assign(new Error("x"), { name }))).toBe("Timeout")
      const Class = { [name]: class extends Error {} }[name]!
      expect(tag(new Class("x"))).toBe("Timeout")
    }
  )

  it.each(["TimeoutManager", "setTimeoutError2", "NoTimeouts"])("%s did not", (name) => {
    expect(tag(Object.assign(new Error("x"), { name }))).toBeUndefined()
  })

  it("a code means what its own table says, only where it is from there", () => {
    expect(tag(withCode(5))).toBeUndefined()
    expect(tag(withCode(5, { details: "no", metadata: {} }))).toBe("NotFound")
    expect(tag(withCode("23505"))).toBeUndefined()
    expect(tag(withCode("23505", { severity: "ERROR" }))).toBe("AlreadyExists")
    expect(tag(withCode("P2025"))).toBeUndefined()
    expect(tag(withCode("P2025", { clientVersion: "7" }))).toBe("NotFound")
    expect(tag(withCode(11000))).toBeUndefined()
    expect(tag(Object.assign(withCode(11000), { name: "MongoServerError" }))).toBe("AlreadyExists")
    expect(tag(withCode(405, { classId: 50 }))).toBe("Unavailable")
    expect(tag(withCode("EAUTH"))).toBeUndefined()
    expect(tag(withCode("EAUTH", { command: "AUTH PLAIN" }))).toBe("Unauthenticated")
    expect(tag(withCode(1, { cmd: "false" }))).toBeUndefined()
  })
})

describe("errors of another realm", () => {
  it.each<[string, string | undefined]>([
    ["JSON.parse('<html>')", "MalformedResponse"],
    ["null.x", undefined],
    ["throw new RangeError('x')", undefined],
    [
      "throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) })",
      "ConnectionFailed"
    ],
    ["throw Object.assign(new Error('x'), { statusCode: 404 })", "NotFound"],
    ["throw new AggregateError([Object.assign(new Error('x'), { code: 'ECONNRESET' })])", "Unavailable"]
  ])("%s", (code, expected) => {
    let failure: unknown
    try {
      runInNewContext(code)
    } catch (thrown) {
      failure = thrown
    }
    expect(failure).not.toBeInstanceOf(Error)
    expect(tag(failure)).toBe(expected)
  })
})

describe("what a whole handler met", () => {
  const handler = { arguments: { path: "notes/a.txt", deep: [{ to: "/srv/b.txt" }] } }
  const file = (code: string, path: string, syscall = "open") => withCode(code, { path, syscall })
  const say = (failure: unknown) => {
    const error = classify(failure, { handler })
    return error === undefined ? undefined : `${error._tag}: ${error.message}`
  }

  it.each<[string, unknown, string | undefined]>([
    ["its caller's file is missing", file("ENOENT", "notes/a.txt"), "NotFound: File notes/a.txt not found"],
    [
      "its caller's file below a root is missing",
      file("ENOENT", "/data/notes/a.txt"),
      "NotFound: File notes/a.txt not found"
    ],
    [
      "its caller's folder is missing",
      file("ENOENT", "/srv/b.txt", "scandir"),
      "NotFound: Directory /srv/b.txt not found"
    ],
    [
      "its caller's file may not be written",
      file("EACCES", "/srv/b.txt"),
      "PermissionDenied: No permission to open /srv/b.txt"
    ],
    [
      "its caller named a directory",
      file("EISDIR", "/srv/b.txt", "read"),
      "Unsupported: Using the directory /srv/b.txt as a file is not supported"
    ],
    ["its own file is missing", file("ENOENT", "/app/templates/mail.html"), undefined],
    ["a file without a path", withCode("ENOENT"), undefined],
    [
      "its own program is missing",
      withCode("ENOENT", { syscall: "spawn git", path: "git", cmd: "git log" }),
      undefined
    ],
    ["it parsed something", new SyntaxError("Unexpected token '<', \"<html>\" is not valid JSON"), undefined],
    [
      "a connection is refused all the same",
      withCode("ECONNREFUSED", { syscall: "connect" }),
      "ConnectionFailed: No connection to the store: refused"
    ]
  ])("%s", (_, failure, expected) => expect(say(failure)).toBe(expected))

  it("is told as the service's answer where one call failed", () => {
    expect(classify(file("ENOENT", "/app/templates/mail.html"))?._tag).toBe("NotFound")
  })

  it("never throws on hostile arguments", () => {
    const hostile = new Proxy({}, {
      ownKeys: () => {
        throw new Error("hostile")
      }
    })
    expect(classify(file("ENOENT", "/a"), { handler: { arguments: [hostile, null, 1n] } })).toBeUndefined()
  })
})

describe("well-known names of classes", () => {
  const named = Classifier.named({ service: "The store" })
  it.each([
    ["NotFoundError", "NotFound"],
    ["RateLimitError", "RateLimited"],
    ["AuthenticationError", "Unauthenticated"],
    ["ForbiddenError", "PermissionDenied"],
    ["ConflictError", "Conflict"],
    ["ValidationError", "ArgumentsRejected"]
  ])("%s is %s, for who asks", (name, expected) => {
    const failure = Object.assign(new Error("x"), { name })
    expect(named(failure)?._tag).toBe(expected)
    expect(tag(failure)).toBeUndefined()
  })
})

describe("explain", () => {
  it("says family, rule, what was read, how deep, and the hint", () => {
    const failure = new Error("could not save", { cause: withCode("40001", { severity: "ERROR" }) })
    expect(Classifier.explain(failure)).toEqual({
      error: "Unavailable",
      family: "sql",
      rule: "SQLSTATE 40001",
      read: "code",
      depth: 1,
      retryAfter: undefined,
      sentence: "Unavailable by sql: SQLSTATE 40001, read from code, 1 cause deep"
    })
    expect(Classifier.explain({ status: 429, headers: { "retry-after": "3" } }).retryAfter).toEqual({
      seconds: 3,
      read: "retry-after"
    })
  })

  it("says why something stays a defect", () => {
    expect(Classifier.explain(new TypeError("x")).rule).toBe("TypeError is a mistake of a programmer")
    expect(Classifier.explain("x").rule).toBe("it is not an object")
    expect(Classifier.explain(new Error("x")).rule).toBe("no rule fits it")
  })

  it("agrees with the classifier", () => {
    for (const failure of [{ status: 404 }, withCode("EPIPE"), new Error("x"), withCode("EPIPE", { status: 404 })]) {
      expect(Classifier.explain(failure).error).toBe(tag(failure))
    }
  })
})

describe("ToolErrors on the way", () => {
  it("are nobody's to classify", () => {
    const error = classify({ status: 503 })!
    expect(ToolError.is(error)).toBe(true)
    expect(tag(error)).toBeUndefined()
  })
})

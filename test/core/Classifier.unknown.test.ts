import { describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as AiError from "effect/ai/AiError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as TestClock from "effect/testing/TestClock"
import { anyHostile, everyHostile, runs } from "./support/arbitraries.ts"

const options = { service: "Weather" }
const classify = Classifier.unknown(options)
const tag = (error: ToolError.Any | undefined) =>
  error === undefined ? undefined : `${error._tag} (${ToolError.family(error)})`

const thrown = (run: () => unknown): unknown => {
  try {
    run()
  } catch (failure) {
    return failure
  }
  throw new Error("nothing was thrown")
}

describe("other failures that are known", () => {
  it("a response that does not fit its schema", () => {
    const failure = thrown(() => Schema.decodeUnknownSync(Schema.Struct({ a: Schema.String }))({ a: 1 }))
    const schemaError = Effect.runSync(
      Effect.flip(
        SchemaParser.decodeUnknownEffect(Schema.String)(1).pipe(
          Effect.mapError((issue) => new Schema.SchemaError(issue))
        )
      )
    )
    expect(tag(classify(schemaError))).toBe("MalformedResponse (permanent)")
    expect(classify(schemaError)?.message).toBe("Weather returned an unexpected response: it does not fit its schema")
    expect([undefined, "MalformedResponse (permanent)"]).toContain(tag(classify(failure)))
  })

  it("a response that is no JSON, however the engine says it", () => {
    for (const text of ["<html>", "", "{\"a\":", "{'a':1}", "{\"a\":1,}", "nul", "\"a", "01", "[1 2]", "\u0000"]) {
      expect(tag(classify(thrown(() => JSON.parse(text))))).toBe("MalformedResponse (permanent)")
    }
  })

  it("a timeout of effect", () => {
    expect(tag(classify(new Cause.TimeoutError("x")))).toBe("Timeout (transient)")
  })

  it("what Effect.tryPromise wraps", () => {
    const rejected = Object.assign(new Error("x"), { code: "ECONNREFUSED" })
    const failure = Effect.runPromise(Effect.flip(Effect.tryPromise(() => Promise.reject(rejected))))
    return failure.then((failure) => {
      expect(tag(classify(failure))).toBe("ConnectionFailed (transient)")
      expect(classify(new Cause.UnknownError(new TypeError("x")))).toBeUndefined()
    })
  })

  it.each<[PlatformError.SystemErrorTag, string | undefined]>([
    ["NotFound", "NotFound (permanent)"],
    ["AlreadyExists", "AlreadyExists (permanent)"],
    ["PermissionDenied", "PermissionDenied (permanent)"],
    ["TimedOut", "Timeout (transient)"],
    ["Busy", "Unavailable (transient)"],
    ["WouldBlock", "Unavailable (transient)"],
    ["InvalidData", undefined]
  ])("effect's PlatformError: %s", (_tag, expected) => {
    const failure = PlatformError.systemError({
      _tag,
      module: "FileSystem",
      method: "readFile",
      pathOrDescriptor: "/secret/place"
    })
    const error = classify(failure)
    expect(tag(error)).toBe(expected)
    expect(error?.message ?? "").not.toContain("secret")
  })

  it.each<[string, AiError.AiErrorReason, string]>([
    ["a limit of the rate", new AiError.RateLimitError({ retryAfter: Duration.seconds(7) }), "RateLimited (transient)"],
    [
      "an error of the provider",
      new AiError.InternalProviderError({ description: "raw" }),
      "UpstreamError (transient)"
    ],
    ["no quota", new AiError.QuotaExhaustedError({}), "QuotaExhausted (permanent)"],
    ["no authentication", new AiError.AuthenticationError({ kind: "InvalidKey" }), "Unauthenticated (permanent)"]
  ])("effect's AiError: %s", (_, reason, expected) => {
    const error = classify(AiError.make({ module: "OpenAi", method: "chat", reason }))
    expect(tag(error)).toBe(expected)
    expect(error?.message).not.toContain("raw")
    if (reason._tag === "RateLimitError") expect(ToolError.retryAfter(error!)).toEqual(Duration.seconds(7))
  })

  it("whatever says itself whether it can be tried again", () => {
    expect(tag(classify({ isRetryable: true }))).toBe("Unavailable (transient)")
    expect(tag(classify({ isRetryable: false }))).toBe("UpstreamRejected (permanent)")
    expect(classify({ isRetryable: "yes" })).toBeUndefined()
    expect(ToolError.retryAfter(classify({ isRetryable: true, reason: { retryAfter: "3 seconds" } })!)).toEqual(
      Duration.seconds(3)
    )
    expect(ToolError.retryAfter(classify({ isRetryable: true, retryAfter: { nonsense: true } })!) ?? Duration.zero)
      .toEqual(Duration.zero)
  })
})

describe("a mistake of the programmer stays one", () => {
  it.each([
    thrown(() => (undefined as unknown as { readonly x: number }).x),
    thrown(() => (1 as unknown as () => void)()),
    thrown(() => "x".repeat(-1)),
    thrown(() => decodeURIComponent("%")),
    thrown(() => (globalThis as unknown as Record<string, () => void>)["missing"]!()),
    new ReferenceError("x is not defined"),
    new RangeError("Maximum call stack size exceeded"),
    new SyntaxError("Unexpected token"),
    new Error("something"),
    "a string",
    0,
    null,
    undefined,
    Symbol("x"),
    {},
    [],
    () => 1,
    Object.assign(new TypeError("x"), { isRetryable: true }),
    Object.assign(new RangeError("x"), { status: 503 })
  ])("%s", (failure) => expect(classify(failure)).toBeUndefined())
})

describe("every classifier is total", () => {
  const classifiers: ReadonlyArray<(failure: never) => unknown> = [
    classify,
    Classifier.explain,
    Classifier.errno(options),
    Classifier.sql(options),
    Classifier.http(options),
    Classifier.httpStatus(options),
    Classifier.grpc(options),
    Classifier.aws(options),
    Classifier.mongo(options),
    Classifier.redis(options),
    Classifier.named(options),
    Classifier.problem({ ...options, quotes: true }),
    Classifier.firstOf(Classifier.errno(options), classify)
  ]

  it("on everything hostile", () => {
    for (const value of everyHostile) {
      for (const classifier of classifiers) {
        for (
          const failure of [value, { cause: value }, { errors: [value] }, { response: value }, {
            headers: value,
            status: 429
          }, { reason: value, _tag: "HttpClientError" }]
        ) {
          expect(() => classifier(failure as never)).not.toThrow()
        }
      }
    }
  })

  it.prop("on anything", [anyHostile], ([value]) => {
    for (const classifier of classifiers) expect(() => classifier(value as never)).not.toThrow()
  }, runs(300))
})

describe("firstOf", () => {
  it("asks one after the other, and gives nothing if nobody knows", () => {
    const one: Classifier.Classifier<Errors.NotFound> = (failure) =>
      failure === 1 ? new Errors.NotFound({ resource: "one" }) : undefined
    const two: Classifier.Classifier<Errors.Timeout> = (failure) =>
      failure === 1 || failure === 2 ? new Errors.Timeout({ operation: "two" }) : undefined
    const both = Classifier.firstOf(one, two)
    expect([both(1)?._tag, both(2)?._tag, both(3)?._tag]).toEqual(["NotFound", "Timeout", undefined])
    expect(Classifier.firstOf()(1)).toBeUndefined()
  })
})

describe("orDie", () => {
  const classifier = Classifier.unknown(options)

  it.effect("fails with what is known", () =>
    Effect.gen(function*() {
      const error = yield* Effect.fail({ status: 404 }).pipe(Classifier.orDie(classifier), Effect.flip)
      expect(error._tag).toBe("NotFound")
    }))

  it.effect("dies of what is not", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.fail("nonsense").pipe(Classifier.orDie(classifier)))
      expect(exit).toEqual(yield* Effect.exit(Effect.die("nonsense")))
    }))

  it.effect("leaves what is classified already, successes and defects alone", () =>
    Effect.gen(function*() {
      const own = new Errors.Conflict({ resource: "x" })
      expect(yield* Effect.fail(own).pipe(Classifier.orDie(classifier), Effect.flip)).toBe(own)
      expect(yield* Effect.succeed(1).pipe(Classifier.orDie(classifier))).toBe(1)
      const exit = yield* Effect.exit(Effect.die({ status: 404 }).pipe(Classifier.orDie(classifier)))
      expect(exit._tag === "Failure" && Cause.hasDies(exit.cause)).toBe(true)
    }))

  it.effect("reads dates by the clock of the context", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-21T10:00:00Z"))
      const failure = { status: 429, headers: { "retry-after": "Sat, 21 Nov 2026 10:00:42 GMT" } }
      const error = yield* Effect.fail(failure).pipe(Classifier.orDie(classifier), Effect.flip)
      expect(ToolError.retryAfter(error)).toEqual(Duration.seconds(42))
    }))
})

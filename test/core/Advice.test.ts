import { describe, expect, it } from "@effect/vitest"
import * as Advice from "@errata/core/Advice"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import { source, stockMakers, stockNames } from "./support/arbitraries.ts"

const safeties = ["read", "idempotent", "keyed", "once"] as const
const stops = [undefined, "exhausted", "budget", "deadline"] as const
const starts = [true, false] as const

/** Types of the families of one's own, one that says that nothing happened and one that does not. */
const own = [true, false].map((harmless) => {
  const type = ErrorType.make("own_type", { title: "Own", advice: "Own advice.", harmless })
  class Own extends ToolError.Transient<Own>()("Own", { wait: Schema.optionalKey(Schema.Finite) }, {
    type,
    message: () => "own",
    retryAfter: (e) => e.wait === undefined ? undefined : e.wait * 1000
  }) {}
  return new Own({ wait: 3 })
})

const errors: ReadonlyArray<ToolError.Any> = [
  ...stockNames.map((name) => stockMakers[name](source(5)) as ToolError.Any),
  ...own
]

const everywhere = errors.flatMap((error) =>
  safeties.flatMap((safety) =>
    starts.flatMap((started) =>
      stops.flatMap((stopped) =>
        [undefined, false, true].map((hadOpenOutcome) => ({ error, safety, started, stopped, hadOpenOutcome }))
      )
    )
  )
)

const tellsToRepeat = /retry after|retry later|call again/i

describe("nobody is told to repeat a call that may have taken effect and is not safe to repeat", () => {
  it("for every error, safety, start and stop", () => {
    for (const { error, ...circumstances } of everywhere) {
      const advice = Advice.of(error, circumstances)
      const isTransient = ToolError.family(error) === "transient"
      const isBlind = circumstances.safety === "once" && circumstances.started
      const mayHaveTakenEffect = isBlind &&
        (circumstances.hadOpenOutcome === true || isTransient && !ToolError.type(error).harmless)
      if (mayHaveTakenEffect) {
        expect(advice.sentence).toBe("Do not retry: the call may have taken effect. Check first.")
        expect(advice.retry).toMatchObject({ should_retry: false, reason: "not_safe_to_repeat" })
        expect(advice.retry).not.toHaveProperty("retry_after_seconds")
        expect([advice.type.name, advice.family]).toEqual(
          isTransient ? ["outcome_unknown", "permanent"] : [ToolError.type(error).name, ToolError.family(error)]
        )
      } else if (isTransient) {
        expect(advice.retry.should_retry).toBe(true)
        expect(advice.sentence).toMatch(tellsToRepeat)
        expect(advice.type).toBe(ToolError.type(error))
      } else {
        expect(advice.retry.should_retry).toBe(false)
        expect(advice.retry).not.toHaveProperty("retry_after_seconds")
        if (ToolError.family(error) === "permanent") expect(advice.sentence).toBe(ToolError.type(error).advice)
      }
    }
  })

  it("should_retry says what the sentence says", () => {
    for (const { error, ...circumstances } of everywhere) {
      const { retry, sentence } = Advice.of(error, circumstances)
      if (retry.should_retry) expect(sentence).toMatch(/Retry (?:after \d+ s|later)\.$/)
      else expect(sentence).not.toMatch(/retry after|retry later/i)
    }
  })
})

describe("the sentences", () => {
  const say = (error: ToolError.Any, more?: Partial<Advice.Circumstances>) =>
    Advice.of(error, { safety: "read", started: true, ...more }).sentence

  it.each<[string, ToolError.Any, string]>([
    ["a hint", new Errors.RateLimited({ service: "x", retry_after_seconds: 30 }), "Retry after 30 s."],
    [
      "a hint that is rounded up",
      new Errors.RateLimited({ service: "x", retry_after_seconds: 1.2 }),
      "Retry after 2 s."
    ],
    ["a hint of nothing", new Errors.RateLimited({ service: "x", retry_after_seconds: 0 }), "Retry after 0 s."],
    ["no hint", new Errors.RateLimited({ service: "x" }), "Retry later."],
    ["a hint that is none", new Errors.RateLimited({ service: "x", retry_after_seconds: NaN }), "Retry later."],
    ["a hint of for ever", new Errors.RateLimited({ service: "x", retry_after_seconds: Infinity }), "Retry later."],
    ["wrong arguments", new Errors.InvalidArguments({ issues: [] }), "Correct the arguments and call again."],
    ["a permanent error by argument", new Errors.NotFound({ resource: "x" }), "Do not retry with the same arguments."],
    [
      "a permanent error by state",
      new Errors.PermissionDenied({ action: "a", resource: "r" }),
      "Retry only after this is resolved."
    ],
    [
      "a key used twice",
      new Errors.IdempotencyConflict({ operation: "x" }),
      "Use the original arguments or a new key."
    ],
    ["an unknown outcome", new Errors.OutcomeUnknown({ operation: "x" }), "Check the state before calling again."],
    ["a defect", new Errors.InternalError(), "Do not retry. Report the reference."]
  ])("%s", (_, error, sentence) => expect(say(error)).toBe(sentence))

  it.each([
    [
      new Errors.AlreadyExists({ resource: "x" }),
      new Errors.Corrupted({ resource: "x" }),
      new Errors.TooLarge({ resource: "x" }),
      new Errors.Unsupported({ feature: "x" })
    ]
  ])("not with the same arguments: %s", (...errors) => {
    for (const error of errors) expect(say(error)).toBe("Do not retry with the same arguments.")
  })

  it.each([
    [
      new Errors.Unauthenticated({ service: "x" }),
      new Errors.Conflict({ resource: "x" }),
      new Errors.InvalidState({ resource: "x", state: "y" })
    ]
  ])("only after this is resolved: %s", (...errors) => {
    for (const error of errors) expect(say(error)).toBe("Retry only after this is resolved.")
  })

  it("after a policy gave up, how often it was tried stands before", () => {
    const timeout = new Errors.Timeout({ operation: "x" })
    expect(say(timeout, { stopped: "exhausted", attempts: 4 })).toBe("Already tried 4 times. Retry later.")
    expect(say(timeout, { stopped: "budget", attempts: 1 })).toBe("Already tried 1 time. Retry later.")
    const limited = new Errors.RateLimited({ service: "x", retry_after_seconds: 5 })
    expect(say(limited, { stopped: "deadline", attempts: 2 })).toBe("Already tried 2 times. Retry after 5 s.")
  })
})

describe("what a program is told", () => {
  const timeout = new Errors.Timeout({ operation: "x" })

  it("the attempts made: none before the handler ran, else one, unless somebody counted", () => {
    expect(Advice.of(timeout, { safety: "read", started: false }).retry).toEqual({
      should_retry: true,
      attempts_made: 0
    })
    expect(Advice.of(timeout, { safety: "read", started: true }).retry).toEqual({
      should_retry: true,
      attempts_made: 1
    })
    expect(Advice.of(timeout, { safety: "read", started: true, attempts: 3, maxAttempts: 4, stopped: "budget" }).retry)
      .toEqual({
        should_retry: true,
        attempts_made: 3,
        max_attempts: 4,
        reason: "budget"
      })
  })

  it("the hint in whole seconds, rounded up", () => {
    const limited = new Errors.RateLimited({ service: "x", retry_after_seconds: 0.1 })
    expect(Advice.of(limited, { safety: "once", started: true }).retry).toEqual({
      should_retry: true,
      retry_after_seconds: 1,
      attempts_made: 1
    })
  })
})

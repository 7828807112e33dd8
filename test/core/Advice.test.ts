import { describe, expect, it } from "@effect/vitest"
import * as Advice from "@errata/core/Advice"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import { unclassified } from "@errata/core/internal/errorType"
import * as Limits from "@errata/core/Limits"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import { source, stockMakers, stockNames } from "./support/arbitraries.ts"

const safeties = ["read", "idempotent", "keyed", "once", "undeclared"] as const
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
        [undefined, false, true].map((isOpen) => ({ error, safety, started, stopped, isOpen }))
      )
    )
  )
)

const tellsToRepeat = /retry after|retry later|call again|use .* key/i
const checks = /^(?:Check that it did not take effect\. |Do not retry: the call may have taken effect)/

describe("nobody is told to repeat a call that may have taken effect and is not safe to repeat", () => {
  const open = everywhere.filter(({ isOpen, safety, started }) =>
    (safety === "once" || safety === "undeclared") && (isOpen ?? started)
  )
  const others = everywhere.filter((one) => !open.includes(one))

  it("whatever the error is, once a call of a tool that may not be repeated is open", () => {
    for (const { error, ...circumstances } of open.filter(({ safety }) => safety === "once")) {
      const { family, retry, sentence, type } = Advice.of(error, circumstances)
      expect(retry.should_retry).toBe(false)
      expect(retry).not.toHaveProperty("retry_after_seconds")
      if (ToolError.family(error) === "transient") {
        expect([type.name, family, retry.reason]).toEqual(["outcome_unknown", "permanent", "not_safe_to_repeat"])
        expect(sentence).toBe("Do not retry: the call may have taken effect. Check first.")
      } else {
        expect([type, family]).toEqual([ToolError.type(error), ToolError.family(error)])
        const isSilent = sentence === "Check the state before calling again."
        if (tellsToRepeat.test(sentence) && !isSilent) expect(sentence).toMatch(checks)
        if (checks.test(sentence)) expect(retry.reason).toBe("not_safe_to_repeat")
      }
    }
  })

  it("nor where nobody declared whether it may be repeated: the type stays", () => {
    for (const { error, ...circumstances } of open.filter(({ safety }) => safety === "undeclared")) {
      const { family, retry, sentence, type } = Advice.of(error, circumstances)
      expect(retry.should_retry).toBe(false)
      expect(retry).not.toHaveProperty("retry_after_seconds")
      expect([type, family]).toEqual([ToolError.type(error), ToolError.family(error)])
      if (family === "transient") {
        expect([sentence, retry.reason]).toEqual([
          "Check whether it took effect before calling again.",
          "undeclared_safety"
        ])
      } else {
        const permanent = [
          "",
          "Do not retry with the same arguments.",
          "Check the state before calling again.",
          "Do not retry. Report the reference."
        ]
        expect(family === "validation" ? [""] : permanent).toContain(sentence)
      }
    }
  })

  it("and any other call is told what its error says", () => {
    for (const { error, ...circumstances } of others) {
      const { retry, sentence, type } = Advice.of(error, circumstances)
      const isTransient = ToolError.family(error) === "transient"
      expect(type).toBe(ToolError.type(error))
      expect(retry.should_retry).toBe(isTransient)
      expect(sentence).not.toMatch(checks)
      if (isTransient) expect(sentence).toMatch(/Retry (?:after \d+ s|later)\.$/)
      else expect(retry).not.toHaveProperty("retry_after_seconds")
    }
  })

  it("should_retry says what the sentence says", () => {
    for (const { error, ...circumstances } of everywhere) {
      const { retry, sentence } = Advice.of(error, circumstances)
      if (retry.should_retry) expect(sentence).toMatch(/Retry (?:after \d+ s|later)\.$/)
      else expect(sentence).not.toMatch(/retry after|retry later/i)
    }
  })

  it("an error that carries the mark of an open call opens it, its cause's too", () => {
    const limited = Advice.markOpen(new Errors.RateLimited({ service: "x" }), "charge")
    const behind = new Errors.Unavailable({ service: "x", cause: limited })
    for (const error of [limited, behind]) {
      const sentence = (safety: Advice.CallSafety) =>
        Advice.of(error, { safety, started: true, isOpen: false }).sentence
      expect(sentence("once")).toBe("Do not retry: the call may have taken effect. Check first.")
      expect(sentence("undeclared")).toBe("Check whether it took effect before calling again.")
      expect(sentence("idempotent")).toBe("Retry later.")
    }
  })

  it.each<[string, ToolError.Any, string]>([
    ["arguments", new Errors.InvalidArguments({ issues: [] }), "Correct the arguments and call again."],
    ["a state", new Errors.Conflict({ resource: "x" }), "Retry only after this is resolved."],
    [
      "a user's",
      new Errors.PermissionDenied({ action: "a", resource: "r" }),
      "Retry only after the user has resolved this."
    ],
    ["a key", new Errors.IdempotencyConflict({ operation: "x" }), "Use the original arguments or a new key."],
    ["an operator's", new Errors.QuotaExhausted({ service: "x" }), "Retry only after an operator has resolved this."]
  ])("a check comes before what could be read as a call to repeat it: %s", (_, error, sentence) => {
    const open = Advice.of(error, { safety: "once", started: true, isOpen: true })
    expect(open.sentence).toBe(`Check that it did not take effect. ${sentence}`)
    expect(Advice.of(error, { safety: "once", started: true, isOpen: false }).sentence).toBe(sentence)
    expect(Advice.of(error, { safety: "read", started: true, isOpen: true }).sentence).toBe(sentence)
  })
})

describe("who can resolve it", () => {
  const by = (error: ToolError.Any) => Advice.of(error, { safety: "read", started: true }).resolvedBy

  it("is who the class names, else the family and the type say", () => {
    class MissingKey extends ToolError.Permanent<MissingKey>()("MissingKey", {}, {
      type: "not_found",
      message: () => "No key is configured",
      resolvedBy: "operator"
    }) {}
    expect(by(new MissingKey())).toBe("operator")
    expect(Advice.of(new MissingKey(), { safety: "read", started: true }).sentence).toBe(
      "Retry only after an operator has resolved this."
    )
    expect(by(new Errors.RateLimited({ service: "x" }))).toBe("wait")
    expect(by(new Errors.InvalidArguments({ issues: [] }))).toBe("model")
    expect(by(new Errors.NotFound({ resource: "x" }))).toBe("model")
    expect(by(new Errors.Unauthenticated({ service: "x" }))).toBe("user")
    expect(by(new Errors.QuotaExhausted({ service: "x" }))).toBe("operator")
    expect(by(new Errors.InternalError())).toBe("operator")
    expect(Advice.of(new Errors.RateLimited({ service: "x" }), { safety: "once", started: true }).resolvedBy).toBe(
      "model"
    )
  })

  it("is nobody known, and nothing is said, of what nobody classified", () => {
    class Own extends ToolError.Permanent<Own>()("Own", {}, { type: unclassified, message: () => "x" }) {}
    const { resolvedBy, sentence, type } = Advice.of(new Own(), { safety: "once", started: true })
    expect([sentence, resolvedBy, type.name]).toEqual(["", undefined, "processing_error"])
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
      "Retry only after the user has resolved this."
    ],
    [
      "a quota that is used up",
      new Errors.QuotaExhausted({ service: "x" }),
      "Retry only after an operator has resolved this."
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
    expect(Advice.of(timeout, { safety: "read", started: true }).retry).toEqual({ should_retry: true })
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
    expect(Advice.of(limited, { safety: "read", started: true }).retry).toEqual({
      should_retry: true,
      retry_after_seconds: 1
    })
  })

  it("to wait no longer than a day, unless the limits say otherwise", () => {
    const error = new Errors.RateLimited({ service: "x", retry_after_seconds: 250_000_000_000 })
    const told = Advice.of(error, { safety: "read", started: true })
    expect([told.sentence, told.retry.retry_after_seconds]).toEqual(["Retry after 86400 s.", 86_400])
    const limits = Limits.make({ retryAfterSeconds: 60 })
    expect(Advice.of(error, { safety: "read", started: true, limits }).sentence).toBe("Retry after 60 s.")
  })
})

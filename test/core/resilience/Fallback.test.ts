import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ExecutionPlan from "effect/ExecutionPlan"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { down } from "./support/script.ts"

/** A source whose next answer can be set. */
const source = () => {
  let next: (key: string) => Effect.Effect<string, ToolError.Any> = (key) => Effect.succeed(`${key} 1`)
  return {
    ask: (key: string) => Effect.suspend(() => next(key)),
    answers: (version: number) => void (next = (key) => Effect.succeed(`${key} ${version}`)),
    fails: (cause: Cause.Cause<ToolError.Any>) => void (next = () => Effect.failCause(cause))
  }
}

const options = { key: (key: string) => key, maxAge: "10 minutes" } as const

describe("lastGood", () => {
  it.effect("answers fresh where it can", () =>
    Effect.gen(function*() {
      const weather = yield* Fallback.lastGood(source().ask, options)
      expect(yield* weather("Paris")).toEqual({ value: "Paris 1", staleFor: Option.none(), error: Option.none() })
    }))

  it.effect("answers the last good value with its age and the error, while the source fails for the moment", () =>
    Effect.gen(function*() {
      const { answers, ask, fails } = source()
      const weather = yield* Fallback.lastGood(ask, options)
      yield* weather("Paris")
      yield* TestClock.adjust("1 minute")
      answers(2)
      yield* weather("Paris")
      yield* TestClock.adjust("3 minutes")
      const error = down()
      fails(Cause.fail(error))
      expect(yield* weather("Paris")).toEqual({
        value: "Paris 2",
        staleFor: Option.some(Duration.minutes(3)),
        error: Option.some(error)
      })
    }))

  it.effect("keeps keys apart, and raises the error where it knows nothing", () =>
    Effect.gen(function*() {
      const { ask, fails } = source()
      const weather = yield* Fallback.lastGood(ask, options)
      yield* weather("Paris")
      fails(Cause.fail(down()))
      expect((yield* weather("Paris")).value).toBe("Paris 1")
      expect((yield* Effect.flip(weather("London")))._tag).toBe("Unavailable")
    }))

  it.effect("does not answer what is too old", () =>
    Effect.gen(function*() {
      const { ask, fails } = source()
      const weather = yield* Fallback.lastGood(ask, options)
      yield* weather("Paris")
      fails(Cause.fail(down()))
      yield* TestClock.adjust("10 minutes")
      expect((yield* weather("Paris")).value).toBe("Paris 1")
      yield* TestClock.adjust(1)
      expect((yield* Effect.flip(weather("Paris")))._tag).toBe("Unavailable")
    }))

  it.effect.each([
    Cause.fail(new Errors.NotFound({ resource: "City" })),
    Cause.fail(new Errors.InvalidArguments({ issues: [] })),
    Cause.die("a bug"),
    Cause.interrupt(1)
  ])("does not stand in for %s", (cause) =>
    Effect.gen(function*() {
      const { ask, fails } = source()
      const weather = yield* Fallback.lastGood(ask, options)
      yield* weather("Paris")
      fails(cause)
      expect((yield* Effect.exit(weather("Paris")))._tag).toBe("Failure")
    }))

  it.effect("remembers the keys that were renewed last", () =>
    Effect.gen(function*() {
      const { ask, fails } = source()
      const weather = yield* Fallback.lastGood({ ...options, capacity: 2 })(ask)
      for (const city of ["Paris", "London", "Paris", "Rome"]) yield* weather(city)
      fails(Cause.fail(down()))
      const known = yield* Effect.forEach(["Paris", "London", "Rome"], (city) => Effect.exit(weather(city)))
      expect(known.map(Exit.isSuccess)).toEqual([true, false, true])
    }))

  it.effect("keeps the mark of a policy that gave up", () =>
    Effect.gen(function*() {
      const retried = () =>
        RetryPolicy.retry(Effect.fail(down()), RetryPolicy.make(Schedule.forever, { maxRetries: 1 }))
      const weather = yield* Fallback.lastGood(retried, { key: () => "all", maxAge: "1 hour" })
      const exit = yield* Effect.exit(weather())
      expect(Exit.isFailure(exit) && RetryPolicy.outcome(exit.cause.reasons[0]!)?.attempts).toBe(2)
    }))
})

class Geocoder extends Context.Service<Geocoder, {
  readonly lookup: (address: string) => Effect.Effect<string, Errors.Unavailable | Errors.NotFound>
}>()("test/Geocoder") {}

const provider = (lookup: Geocoder["Service"]["lookup"]) => Layer.succeed(Geocoder, { lookup })

const lookup = Effect.flatMap(Geocoder, (geocoder) => geocoder.lookup("Main St"))

describe("withProviders", () => {
  const second = provider((address) => Effect.succeed(`${address} (second)`))

  it.effect("goes on to the next provider after a transient error", () =>
    Effect.gen(function*() {
      const plan = ExecutionPlan.make({ provide: provider(() => Effect.fail(down())) }, { provide: second })
      expect(yield* Fallback.withProviders(lookup, plan)).toBe("Main St (second)")
    }))

  it.effect("does not go on after a defect", () =>
    Effect.gen(function*() {
      const plan = ExecutionPlan.make({ provide: provider(() => Effect.die("a bug")) }, { provide: second })
      expect(Exit.hasDies(yield* Effect.exit(Fallback.withProviders(lookup, plan)))).toBe(true)
    }))

  it.effect("takes a permanent error of the first for the answer", () =>
    Effect.gen(function*() {
      const missing = provider(() => Effect.fail(new Errors.NotFound({ resource: "Address" })))
      const plan = ExecutionPlan.make({ provide: missing }, { provide: second })
      expect(yield* Effect.flip(Fallback.withProviders(plan)(lookup))).toMatchObject({ _tag: "NotFound" })
    }))

  it.effect("fails as the last provider does, and keeps its mark", () =>
    Effect.gen(function*() {
      const once = RetryPolicy.make(Schedule.forever, { maxRetries: 1 })
      const plan = ExecutionPlan.make(
        { provide: provider(() => Effect.fail(down(1))) },
        { provide: provider(() => RetryPolicy.retry(Effect.fail(down(0)), once)) }
      )
      const exit = yield* Effect.exit(Fallback.withProviders(lookup, plan))
      expect(Option.getOrThrow(Exit.findErrorOption(exit))).toMatchObject({ retry_after_seconds: 0 })
      expect(Exit.isFailure(exit) && RetryPolicy.outcome(exit.cause.reasons[0]!)?.stopped).toBe("exhausted")
    }))
})

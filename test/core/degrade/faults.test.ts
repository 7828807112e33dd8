import { describe, expect, it } from "@effect/vitest"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { logged, quiet } from "./support/logged.ts"

const Weather = Degrade.parts({
  required: { current: Schema.String },
  optional: { forecast: Schema.String, alerts: Schema.String }
})
const current = Effect.succeed("21 degrees")
const impact = "No outlook"
const fine = { effect: Effect.succeed("rain"), impact }

const unavailable = new Errors.Unavailable({ service: "The forecast" })

describe("an optional part that breaks costs that part only, and is masked", () => {
  const boom = () => {
    throw new TypeError("boom: password=hunter2")
  }
  const thrown = Effect.promise(() => Promise.reject(new Error("boom")))
  const faults: ReadonlyArray<readonly [string, Effect.Effect<string>]> = [
    ["dies", Effect.die(new Error("boom"))],
    ["dies of an error that it might have failed with", Effect.die(unavailable)],
    ["throws synchronously", Effect.suspend(boom)],
    ["rejects", thrown],
    ["interrupts itself", Effect.interrupt],
    [
      "interrupts its own fiber",
      Effect.withFiber((fiber) => {
        fiber.interruptUnsafe()
        return Effect.never
      })
    ],
    ["fails with an error that nobody classified", Effect.fail("boom") as never],
    ["gives a value that does not fit", Effect.succeed(7 as never)],
    ["gives a value that cannot be read", Effect.succeed(new Proxy({}, { get: boom, getPrototypeOf: boom }) as never)],
    ["dies while it releases what it held", Effect.ensuring(Effect.succeed("x"), Effect.die(new Error("boom")))]
  ]

  it.effect.each(faults)("it %s", ([, effect]) => {
    const log = logged()
    return Effect.gen(function*() {
      const answer = yield* Weather.collect({ current, forecast: { effect, impact }, alerts: fine })
      expect(answer.data).toEqual({ current: "21 degrees", alerts: "rain" })
      expect(answer.warnings).toEqual([
        { component: "forecast", reason: "internal_error: forecast failed unexpectedly", impact }
      ])
      expect(log.lines[0]).toMatchObject({
        level: "Error",
        message: ["an optional part failed unexpectedly", { component: "forecast" }]
      })
      expect(log.lines[0]?.cause).not.toBe("")
    }).pipe(Effect.provide(log.layer))
  })

  it.effect("it fails, and dies while it releases what it held: the error is told, the defect is logged", () => {
    const log = logged()
    return Effect.gen(function*() {
      const effect = Effect.ensuring(Effect.fail(unavailable), Effect.die(new Error("boom")))
      const { warnings } = yield* Weather.collect({ current, forecast: { effect, impact } })
      expect(warnings[0]?.reason).toBe("unavailable: The forecast is unavailable")
      expect(log.lines.find(({ level }) => level === "Error")?.cause).toContain("boom")
    }).pipe(Effect.provide(log.layer))
  })
})

describe("what is logged", () => {
  it.effect("one line for each part that is missing, with the cause of its error", () => {
    const log = logged()
    const error = new Errors.Unavailable({ service: "The forecast", cause: new Error("ECONNRESET") })
    return Effect.gen(function*() {
      yield* Weather.collect({ current, forecast: { effect: Effect.fail(error), impact }, alerts: fine })
      expect(log.lines).toMatchObject([{
        level: "Warn",
        message: ["a part is missing", { component: "forecast", reason: "unavailable: The forecast is unavailable" }]
      }])
      expect(log.lines[0]?.cause).toContain("ECONNRESET")
    }).pipe(Effect.provide(log.layer))
  })

  it.effect("nothing of Errata's own if all is there; the lines of a part carry its name", () => {
    const log = logged()
    return Effect.gen(function*() {
      const { degraded } = yield* Weather.collect({
        current: Effect.as(Effect.logInfo("asked"), "x"),
        forecast: { effect: Effect.as(Effect.logInfo("asked"), "x"), impact }
      })
      expect(degraded).toBe(false)
      expect(log.lines).toMatchObject([
        { message: ["asked"], annotations: { component: "current" } },
        { message: ["asked"], annotations: { component: "forecast" } }
      ])
    }).pipe(Effect.provide(log.layer))
  })
})

describe("a required part that fails", () => {
  it.effect("makes the whole fail at once with its error; the others are interrupted and release what they hold", () =>
    Effect.gen(function*() {
      const released: Array<string> = []
      const held = (name: string) =>
        Effect.onInterrupt(
          Effect.never,
          () => Effect.andThen(Effect.sleep("1 second"), Effect.sync(() => released.push(name)))
        )
      const fiber = yield* Effect.forkChild(Effect.exit(Weather.collect({
        current: Effect.delay(Effect.fail(new Errors.NotFound({ resource: "Place" })), "1 second"),
        forecast: { effect: held("forecast"), impact },
        alerts: { effect: held("alerts"), impact }
      })))
      yield* TestClock.adjust("1 second")
      expect(fiber.pollUnsafe()).toBeUndefined() // finalizers take their time
      yield* TestClock.adjust("1 second")
      const exit = yield* Fiber.join(fiber)
      expect(exit).toMatchObject({
        _tag: "Failure",
        cause: { reasons: [{ _tag: "Fail", error: { _tag: "NotFound" } }] }
      })
      expect(released).toEqual(["forecast", "alerts"])
    }))

  it("begins nothing else if it fails synchronously", () => {
    let begun = 0
    const effect = Effect.sync(() => {
      begun++
      return "x"
    })
    const exit = Effect.runSyncExit(
      Weather.collect({ current: Effect.fail(unavailable), forecast: { effect, impact } })
    )
    expect(Exit.isFailure(exit)).toBe(true)
    expect(begun).toBe(0)
  })

  it.effect("wins over one that fails a moment later", () =>
    Effect.gen(function*() {
      const Both = Degrade.parts({ required: { a: Schema.String, b: Schema.String }, optional: {} })
      const soon = (resource: string) => Effect.andThen(Effect.yieldNow, Effect.fail(new Errors.Conflict({ resource })))
      const error = yield* Effect.flip(Both.collect({ a: soon("a"), b: soon("b") }))
      expect(error.resource).toBe("a")
    }))

  it.effect("keeps what a retry policy noted on its cause", () =>
    Effect.gen(function*() {
      const policy = RetryPolicy.quick
      const fiber = yield* Effect.forkChild(
        Effect.exit(Weather.collect({ current: RetryPolicy.retry(Effect.fail(unavailable), policy) }))
      )
      yield* TestClock.adjust("1 minute")
      const exit = yield* Fiber.join(fiber)
      const outcomes = exit._tag === "Failure" ? exit.cause.reasons.map(RetryPolicy.outcome) : []
      expect(outcomes).toMatchObject([{ attempts: policy.maxAttempts, stopped: "exhausted" }])
    }))

  it.effect("stays a defect if it was one, and an interruption if it interrupted itself", () =>
    Effect.gen(function*() {
      const died = yield* Effect.exit(Weather.collect({ current: Effect.die("boom") }))
      expect(Exit.hasDies(died)).toBe(true)
      const interrupted = yield* Effect.exit(Weather.collect({ current: Effect.interrupt }))
      expect(interrupted._tag === "Failure" && Cause.hasInterruptsOnly(interrupted.cause)).toBe(true)
    }))

  it.effect("hides no defect of the others while they are stopped", () => {
    const log = logged()
    return Effect.gen(function*() {
      const stubborn = Effect.onInterrupt(Effect.never, () => Effect.die(new Error("boom")))
      const failing = Effect.andThen(Effect.yieldNow, Effect.fail(unavailable))
      const exit = yield* Effect.exit(Weather.collect({ current: failing, forecast: { effect: stubborn, impact } }))
      expect(exit).toMatchObject({ cause: { reasons: [{ _tag: "Fail", error: unavailable }] } })
      expect(log.lines).toMatchObject([{
        level: "Error",
        message: ["a part failed while it was stopped", { component: "forecast" }]
      }])
      expect(log.lines[0]?.cause).toContain("boom")
    }).pipe(Effect.provide(log.layer))
  })
})

describe("a cancel", () => {
  it.effect("interrupts all parts, and waits for what they release", () =>
    Effect.gen(function*() {
      const released: Array<string> = []
      const begun = yield* Deferred.make<void>()
      const held = (name: string) =>
        Effect.onInterrupt(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never), () =>
          Effect.andThen(Effect.sleep("1 second"), Effect.sync(() => released.push(name))))
      const fiber = yield* Effect.forkChild(Weather.collect({
        current: held("current"),
        forecast: { effect: held("forecast"), impact },
        alerts: { effect: held("alerts"), impact }
      }))
      yield* Deferred.await(begun)
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(interrupting)
      expect(released.toSorted()).toEqual(["alerts", "current", "forecast"])
      expect(yield* Fiber.await(fiber)).toMatchObject({ cause: { reasons: [{ _tag: "Interrupt" }] } })
    }).pipe(Effect.provide(quiet)))

  it.effect("begins no part that was waiting for its turn", () =>
    Effect.gen(function*() {
      let begun = 0
      const effect = Effect.suspend(() => {
        begun++
        return Effect.never
      })
      const fiber = yield* Effect.forkChild(
        Weather.collect({ current: effect, forecast: { effect, impact }, alerts: { effect, impact } }, {
          concurrency: 1
        }),
        { startImmediately: true }
      )
      yield* Fiber.interrupt(fiber)
      expect(begun).toBe(1)
    }))
})

describe("concurrency", () => {
  const names = Array.from({ length: 12 }, (_, i) => `part${i}`)
  const declared = Degrade.parts({
    required: Object.fromEntries(names.slice(0, 4).map((name) => [name, Schema.String])),
    optional: Object.fromEntries(names.slice(4).map((name) => [name, Schema.String]))
  })

  it.effect.each([[1, 1], [3, 3], [0, 1], [100, 12], ["unbounded", 12], [undefined, 12]] as const)(
    "%s",
    ([concurrency, most]) =>
      Effect.gen(function*() {
        let running = 0
        let peak = 0
        const order: Array<string> = []
        const effect = (name: string) =>
          Effect.gen(function*() {
            order.push(name)
            peak = Math.max(peak, ++running)
            yield* Effect.sleep("1 second")
            running--
            return name
          })
        const given = Object.fromEntries(
          names.toReversed().map((
            name
          ) => [name, names.indexOf(name) < 4 ? effect(name) : { effect: effect(name), impact }])
        )
        const fiber = yield* Effect.forkChild(declared.collect(given as never, { concurrency }))
        yield* TestClock.adjust("1 minute")
        const answer = yield* Fiber.join(fiber)
        expect(peak).toBe(most)
        expect(order).toEqual(names) // the required ones first, in declared order
        expect(Object.keys(answer.data)).toEqual(names)
      })
  )
})

describe("what was not asked for", () => {
  it.effect("does not count and is not warned of", () =>
    Effect.gen(function*() {
      const answer = yield* Weather.collect({ current, alerts: undefined })
      expect(answer).toEqual({
        data: { current: "21 degrees" },
        degraded: false,
        warnings: [],
        metadata: { components_requested: 1, components_returned: 1, completeness: 1 }
      })
    }))

  it.effect("cannot be confused with what every object has", () =>
    Effect.gen(function*() {
      const declared = Degrade.parts({
        required: {},
        optional: { constructor: Schema.String, toString: Schema.String } as Degrade.Fields
      })
      const { data, metadata } = yield* declared.collect({})
      expect(data).toEqual({})
      expect(metadata).toEqual({ components_requested: 0, components_returned: 0, completeness: 1 })
    }))
})

describe("a synchronous answer", () => {
  it("needs no promise", () => {
    const answer = Effect.runSync(Weather.collect({ current, forecast: fine }))
    expect(answer.data).toEqual({ current: "21 degrees", forecast: "rain" })
  })
})

describe("a declaration", () => {
  it("refuses a part that is both, where the compiler was circumvented", () => {
    expect(() => Degrade.parts({ required: { a: Schema.String }, optional: { a: Schema.String } as {} }))
      .toThrow(new TypeError("Degrade: the part \"a\" is both required and optional"))
  })
})

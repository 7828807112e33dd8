/** What the client does with time: it is ours, whichever SDK makes the call. */
import { describe, expect, it } from "@effect/vitest"
import * as Backoff from "@errata/core/Backoff"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { type Progress, ToolCall } from "@errata/core/ToolCall"
import * as Client from "@errata/mcp-adapter/Client"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { vi } from "vitest"
import { generations, official } from "./support/generations.ts"

const errors = [Errors.RateLimited, Errors.Unavailable, Errors.NotFound]
const input = Schema.Struct({ n: Schema.Int, deep: Schema.optionalKey(Schema.Array(Schema.String)) })
const options = { description: "", input, output: Schema.String, errors }

const tools = {
  read: Tool.make("read", { ...options, safety: "read" }),
  keyed: Tool.make("keyed", { ...options, safety: "keyed", keyed: "auto", effects: "marked" }),
  once: Tool.make("once", options),
  marked: Tool.make("marked", { ...options, effects: "marked" }),
  tired: Tool.make("tired", {
    ...options,
    safety: "read",
    retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 1 })
  })
}

type Failing = Effect.Effect<string, Errors.RateLimited | Errors.Unavailable | Errors.NotFound, ToolCall>

/** A server whose calls do one after the other what they are told, and a client. */
const play = Effect.fnUntraced(function*(
  connect: (typeof generations)[number][1],
  script: ReadonlyArray<Failing>,
  options?: Client.Options
) {
  const calls: Array<unknown> = []
  const handler = (args: unknown) =>
    Effect.suspend(() => {
      calls.push(args)
      return script[calls.length - 1] ?? Effect.die("It was called too often")
    })
  const handled = Object.values(tools).map((tool) => Tool.handle(tool as typeof tools.read, handler))
  const { client } = yield* Effect.acquireRelease(
    Effect.promise(() => connect(handled)),
    ({ close }) => Effect.promise(close)
  )
  return { calls, methods: Client.make(client, Object.values(tools), options) }
})

/** Counts the waits between attempts, as a tool call around them would. */
const counting = () => {
  let waits = 0
  const around = {
    onRetry: () =>
      Effect.sync(() => {
        waits++
      })
  } as Partial<ToolCall["Service"]> as ToolCall["Service"]
  return {
    count: <A, E>(self: Effect.Effect<A, E>) => Effect.provideService(self, ToolCall, around),
    /** Waits until the client waits for the clock for the nth time. */
    waiting: (nth = 1) =>
      Effect.promise(async () => {
        do {
          await new Promise((resolve) => setImmediate(resolve))
        } while (waits < nth)
      })
  }
}

/** A call that hangs, and says when it has begun and when it was interrupted. */
const hanging = () => {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const call: Failing = Effect.suspend(() => {
    begun.resolve()
    return Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.resolve()))
  })
  return {
    call,
    begun: Effect.promise(() => begun.promise),
    ended: Effect.promise(() => ended.promise)
  }
}

const outcomeIn = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) ? RetryPolicy.outcome(exit.cause.reasons.find(Cause.isFailReason)!) : undefined

const four = RetryPolicy.make(Schedule.spaced("100 millis"), { maxRetries: 3 })
const unavailable: Failing = Effect.fail(new Errors.Unavailable({ service: "Till" }))
const limited = (retry_after_seconds: number): Failing =>
  Effect.fail(new Errors.RateLimited({ service: "Till", retry_after_seconds }))

describe.each(generations)("time on %s", (_, connect) => {
  it.effect("gives up a silent call after the timeout, and cancels it at the server", () =>
    Effect.gen(function*() {
      const { begun, call, ended } = hanging()
      const { methods } = yield* play(connect, [call], { timeout: "5 seconds" })
      const fiber = yield* Effect.forkChild(Effect.flip(methods.read({ n: 1 })))
      yield* begun
      yield* TestClock.adjust("4999 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", operation: "read", timeout_seconds: 5 })
      yield* ended
    }))

  it.effect("may have all the time there is", () =>
    Effect.gen(function*() {
      const { begun, call } = hanging()
      const { methods } = yield* play(connect, [call], { timeout: "Infinity", maxTimeout: "Infinity" })
      const fiber = yield* Effect.forkChild(methods.read({ n: 1 }))
      yield* begun
      yield* TestClock.adjust("1000 days")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("takes a call's own timeout over the client's", () =>
    Effect.gen(function*() {
      const { begun, call } = hanging()
      const { methods } = yield* play(connect, [call], { timeout: "5 seconds" })
      const fiber = yield* Effect.forkChild(Effect.flip(methods.read({ n: 1 }, { timeout: "1 second" })))
      yield* begun
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", timeout_seconds: 1 })
    }))

  it.effect("repeats a read that timed out, and gives up after maxTimeout, attempts and waits included", () =>
    Effect.gen(function*() {
      const hangs = [hanging(), hanging(), hanging(), hanging()]
      const { calls, methods } = yield* play(connect, hangs.map(({ call }) => call), {
        timeout: "5 seconds",
        maxTimeout: "12 seconds",
        retry: four
      })
      const { count, waiting } = counting()
      let waits = 0
      const fiber = yield* Effect.forkChild(count(Effect.exit(methods.read({ n: 1 }))))
      for (const { begun, ended } of hangs.slice(0, 2)) {
        yield* begun
        yield* TestClock.adjust("5 seconds")
        yield* ended
        yield* waiting(++waits)
        yield* TestClock.adjust("100 millis")
      }
      yield* hangs[2]!.begun
      yield* TestClock.adjust("1799 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      const exit = yield* Fiber.join(fiber)
      expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({ _tag: "Timeout", timeout_seconds: 12 })
      expect(outcomeIn(exit)).toEqual({ attempts: 3, maxAttempts: 4, stopped: "deadline" })
      yield* hangs[2]!.ended
      expect(calls).toHaveLength(3)
    }))

  it.effect("never repeats a call that timed out, if it may have taken effect", () =>
    Effect.gen(function*() {
      const { begun, call } = hanging()
      const { calls, methods } = yield* play(connect, [call], { timeout: "5 seconds", retry: four })
      // nor does a policy around it
      const fiber = yield* Effect.forkChild(Effect.exit(RetryPolicy.retry(methods.once({ n: 1 }), four)))
      yield* begun
      yield* TestClock.adjust("1 hour")
      const exit = yield* Fiber.join(fiber)
      expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({ _tag: "Timeout" })
      expect(outcomeIn(exit)?.stopped).toBe("exhausted")
      expect(calls).toHaveLength(1)
    }))

  it.effect("waits as long as the server asks, and no shorter", () =>
    Effect.gen(function*() {
      const { calls, methods } = yield* play(connect, [limited(3), Effect.succeed("done")], {
        retry: RetryPolicy.make(Schedule.spaced("1 millis").pipe(Backoff.fullJitter), { maxRetries: 1 })
      })
      const { count, waiting } = counting()
      const fiber = yield* Effect.forkChild(count(methods.read({ n: 1 })))
      yield* waiting()
      yield* TestClock.adjust("2999 millis")
      expect(calls).toHaveLength(1)
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(fiber)).toBe("done")
    }))

  it.effect.each(
    [
      ["maxTimeout", { maxTimeout: "20 seconds" }, undefined],
      ["the caller's deadline", {}, "20 seconds"]
    ] as const
  )(
    "fails at once, with its hint, where the server asks for more time than %s leaves",
    ([, own, deadline]) =>
      Effect.gen(function*() {
        const { calls, methods } = yield* play(connect, [limited(30)], { ...own, retry: four })
        const call = methods.read({ n: 1 })
        const exit = yield* Effect.exit(
          deadline === undefined ? call : Deadline.within(call, deadline, { operation: "All of it" })
        )
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({
          _tag: "RateLimited",
          retry_after_seconds: 30
        })
        expect(outcomeIn(exit)).toEqual({ attempts: 1, maxAttempts: 4, stopped: "deadline" })
        expect(calls).toHaveLength(1)
        expect(yield* Effect.clockWith((clock) => clock.currentTimeMillis)).toBe(0)
      })
  )

  it.effect("does not outlive the caller's deadline", () =>
    Effect.gen(function*() {
      const { begun, call, ended } = hanging()
      const { methods } = yield* play(connect, [call])
      const fiber = yield* Effect.forkChild(
        Effect.flip(Deadline.within(methods.read({ n: 1 }), "2 seconds", { operation: "All of it" }))
      )
      yield* begun
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout" })
      yield* ended
    }))

  it.effect("makes as many attempts as the policy has, and marks the error, so that nobody makes more", () =>
    Effect.gen(function*() {
      const { calls, methods } = yield* play(connect, [1, 2, 3, 4, 5].map(() => unavailable), { retry: four })
      const { count, waiting } = counting()
      const fiber = yield* Effect.forkChild(count(Effect.exit(RetryPolicy.retry(methods.read({ n: 1 }), four))))
      for (let attempt = 1; attempt < 4; attempt++) {
        yield* waiting(attempt)
        yield* TestClock.adjust("100 millis")
      }
      const exit = yield* Fiber.join(fiber)
      expect(outcomeIn(exit)).toEqual({ attempts: 4, maxAttempts: 4, stopped: "exhausted" })
      expect(calls).toHaveLength(4)
    }))

  it.effect("leaves retrying to the caller, where it has no policy", () =>
    Effect.gen(function*() {
      const { methods } = yield* play(connect, [unavailable, Effect.succeed("done")])
      const { count, waiting } = counting()
      const fiber = yield* Effect.forkChild(count(RetryPolicy.retry(methods.read({ n: 1 }), four)))
      yield* waiting()
      yield* TestClock.adjust("100 millis")
      expect(yield* Fiber.join(fiber)).toBe("done")
    }))

  it.effect("leaves alone what the server's policy has given up on, and so does whoever is around", () =>
    Effect.gen(function*() {
      const { calls, methods } = yield* play(connect, [unavailable, unavailable, unavailable], { retry: four })
      const exit = yield* Effect.exit(RetryPolicy.retry(methods.tired({ n: 1 }), four))
      expect(outcomeIn(exit)).toEqual({ attempts: 2, maxAttempts: 2, stopped: "exhausted" })
      expect(calls).toHaveLength(2)
    }))

  it.effect.each(
    [
      ["a permanent error", "read", Effect.fail(new Errors.NotFound({ resource: "Pen" })), "NotFound"],
      ["what may have taken effect", "once", unavailable, "Unavailable"]
    ] as const
  )("does not repeat %s", ([, tool, failing, tag]) =>
    Effect.gen(function*() {
      const { calls, methods } = yield* play(connect, [failing], { retry: four })
      const error = yield* Effect.flip(RetryPolicy.retry(methods[tool]({ n: 1 }), four))
      expect(error._tag).toBe(tag)
      expect(calls).toHaveLength(1)
    }))

  it.effect("repeats a keyed call with the same arguments", () =>
    Effect.gen(function*() {
      const { calls, methods } = yield* play(connect, [unavailable, unavailable, Effect.succeed("done")], {
        retry: four
      })
      const given = { n: 1, deep: ["a"] }
      const { count, waiting } = counting()
      const fiber = yield* Effect.forkChild(count(methods.keyed(given)))
      for (const attempt of [1, 2]) {
        yield* waiting(attempt)
        given.n++
        given.deep.push("b")
        yield* TestClock.adjust("100 millis")
      }
      yield* Fiber.join(fiber)
      expect(calls).toEqual([1, 2, 3].map(() => ({ n: 1, deep: ["a"] })))
    }))

  it.effect("cancels the call at the server when it is interrupted, and when it is while waiting calls no more", () =>
    Effect.gen(function*() {
      const { begun, call, ended } = hanging()
      const { calls, methods } = yield* play(connect, [call, limited(3)], { retry: four })
      const running = yield* Effect.forkChild(methods.read({ n: 1 }))
      yield* begun
      yield* Fiber.interrupt(running)
      yield* ended
      const { count, waiting } = counting()
      const waits = yield* Effect.forkChild(count(methods.read({ n: 1 })))
      yield* waiting()
      yield* Fiber.interrupt(waits)
      yield* TestClock.adjust("1 hour")
      expect(calls).toHaveLength(2)
    }))

  it.effect("does not call with an input that does not fit, and says what is wrong with it", () =>
    Effect.gen(function*() {
      const { calls, methods } = yield* play(connect, [])
      const error = yield* Effect.flip(methods.read({ n: 1.5, deep: [3] } as never))
      expect(error).toBeInstanceOf(Errors.InvalidArguments)
      expect((error as Errors.InvalidArguments).issues.map(({ path }) => path)).toEqual([["n"], ["deep", 0]])
      expect(calls).toEqual([])
    }))
})

describe.each(official)("progress on %s", (_, connect) => {
  it.effect("keeps a call alive beyond the timeout, but not beyond maxTimeout", () =>
    Effect.gen(function*() {
      const steps = [1, 2, 3, 4].map(() => Promise.withResolvers<void>())
      const heard = steps.map(() => Promise.withResolvers<Progress>())
      const ended = Promise.withResolvers<void>()
      const begun = Promise.withResolvers<void>()
      const call: Failing = Effect.gen(function*() {
        begun.resolve()
        const { progress } = yield* ToolCall
        for (const [i, step] of steps.entries()) {
          yield* Effect.promise(() => step.promise)
          yield* progress({ progress: i + 1, total: 9, message: `step ${i + 1}` })
        }
        return yield* Effect.never
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => ended.resolve())))
      const told: Array<Progress> = []
      const { methods } = yield* play(connect, [call], {
        timeout: "5 seconds",
        maxTimeout: "18 seconds",
        onProgress: (progress) => {
          heard[told.push(progress) - 1]!.resolve(progress)
        }
      })
      const fiber = yield* Effect.forkChild(Effect.flip(methods.read({ n: 1 })))
      yield* Effect.promise(() => begun.promise)
      for (const [i, step] of steps.entries()) { // at 4, 8, 12 and 16 s
        yield* TestClock.adjust("4 seconds")
        step.resolve()
        yield* Effect.promise(() => heard[i]!.promise)
      }
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1999 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", timeout_seconds: 18 })
      expect(told).toMatchObject([1, 2, 3, 4].map((n) => ({ progress: n, total: 9, message: `step ${n}` })))
      yield* Effect.promise(() => ended.promise)
    }))

  it.effect("that ends lets the timeout begin anew from there", () =>
    Effect.gen(function*() {
      const step = Promise.withResolvers<void>()
      const heard = Promise.withResolvers<void>()
      const begun = Promise.withResolvers<void>()
      const call: Failing = Effect.gen(function*() {
        begun.resolve()
        yield* Effect.promise(() => step.promise)
        yield* (yield* ToolCall).progress({ progress: 1 })
        return yield* Effect.never
      })
      const { methods } = yield* play(connect, [call], { timeout: "5 seconds" })
      const fiber = yield* Effect.forkChild(
        Effect.flip(methods.read({ n: 1 }, { onProgress: () => heard.resolve() }))
      )
      yield* Effect.promise(() => begun.promise)
      yield* TestClock.adjust("3 seconds")
      step.resolve()
      yield* Effect.promise(() => heard.promise)
      yield* TestClock.adjust("4999 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", timeout_seconds: 5 })
    }))

  it.live("is not needed by a call that has the time: the SDK's own timer does not end it", () =>
    Effect.gen(function*() {
      const { begun, call } = hanging()
      const { methods } = yield* play(connect, [call], { timeout: "2 hours", maxTimeout: "3 hours" })
      yield* Effect.acquireRelease(
        Effect.sync(() => vi.useFakeTimers({ toFake: ["setTimeout"] })),
        () => Effect.sync(() => vi.useRealTimers())
      )
      const fiber = yield* Effect.forkChild(methods.read({ n: 1 }))
      yield* begun
      yield* Effect.promise(() => vi.advanceTimersByTimeAsync(270_000))
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("survives a listener that throws", () =>
    Effect.gen(function*() {
      const call: Failing = Effect.gen(function*() {
        yield* (yield* ToolCall).progress({ progress: 1 })
        return "done"
      })
      const { methods } = yield* play(connect, [call])
      const result = yield* methods.read({ n: 1 }, {
        onProgress: () => {
          throw new Error("a listener")
        }
      })
      expect(result).toBe("done")
    }))
})

/** A client whose calls come to what they are told, and how many there were. */
const scripted = (...answers: ReadonlyArray<() => Promise<unknown>>) => {
  const seen: Array<string> = []
  const client = {
    callTool: ({ arguments: args }: { readonly arguments?: unknown }) => {
      seen.push(JSON.stringify(args))
      return (answers[seen.length - 1] ?? answers.at(-1)!)()
    }
  }
  return { client, seen }
}

const told = (problem: object, retry: object = {}) => () =>
  Promise.resolve({
    isError: true,
    content: [],
    _meta: {
      "errata/problem": {
        error: "Strange",
        type: "strange",
        category: "transient",
        is_transient: true,
        message: "Later",
        reference_id: "00000000",
        ...problem,
        retry: { should_retry: true, attempts_made: 1, ...retry }
      }
    }
  })

const soon = RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 2 })

describe("whatever the server says", () => {
  const limitedError = { error: "RateLimited", type: "rate_limited", details: { service: "Till" } }

  it.live.each(
    [
      ["an error that it does not declare", "once", told({}), 1],
      ["a name like those of limits", "once", told({ ...limitedError, error: "Unavailable" }), 1],
      ["a lost connection", "once", told({ error: "Unavailable", type: "unavailable", details: { service: "T" } }), 1],
      ["a limit", "once", told(limitedError), 1],
      ["a limit that it does not declare", "once", told({ type: "overloaded" }), 1],
      ["a limit, where effects are marked", "marked", told(limitedError), 3],
      ["a limit after a marked effect", "marked", told(limitedError, { should_retry: false }), 1],
      ["what was refused before it began", "once", told({}, { attempts_made: 0 }), 3],
      ["a time beyond all time", "read", told({}, { retry_after_seconds: 1e308 }), 1],
      ["permanent, but to be repeated", "read", told({ category: "permanent" }), 1],
      ["to be repeated, but not safe", "read", told({}, { reason: "not_safe_to_repeat" }), 1],
      ["what is safe", "read", told({}), 3]
    ] as const
  )("is repeated only if that is safe: %s", ([, tool, answer, calls]) =>
    Effect.gen(function*() {
      const { client, seen } = scripted(answer)
      const methods = Client.make(client, Object.values(tools), { retry: soon })
      yield* Effect.flip(
        RetryPolicy.retry(methods[tool]({ n: 1 }), soon.maxAttempts === calls ? RetryPolicy.none : soon)
      )
      expect(seen).toHaveLength(calls)
    }))
})

it.live("all attempts have the arguments that the call was made with, where a schema takes anything, too", () =>
  Effect.gen(function*() {
    const given = { any: { list: [1] } }
    const refused = () => {
      given.any.list.push(2)
      return Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))
    }
    const { client, seen } = scripted(refused)
    const open = Tool.make("open", { description: "", input: Schema.Struct({ any: Schema.Unknown }), safety: "read" })
    yield* Effect.flip(Client.make(client, [open], { retry: soon }).open(given))
    expect(seen).toEqual(["{\"any\":{\"list\":[1]}}", "{\"any\":{\"list\":[1]}}", "{\"any\":{\"list\":[1]}}"])
  }))

it.live("the timeout is kept where the clock is set back", () =>
  Effect.gen(function*() {
    const { client } = scripted(() => new Promise(() => {}))
    const options = { timeout: "50 millis", maxTimeout: "20 seconds" } as const
    const fiber = yield* Effect.forkChild(Effect.flip(Client.make(client, [tools.read], options).read({ n: 1 })))
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    const now = Date.now
    yield* Effect.acquireRelease(
      Effect.sync(() => vi.spyOn(Date, "now").mockImplementation(() => now() - 3_600_000)),
      (spy) => Effect.sync(() => spy.mockRestore())
    )
    expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", timeout_seconds: 0.05 })
  }))

it.live("a timeout that the policy does not repeat is not told as the end of the whole call", () =>
  Effect.gen(function*() {
    const { client } = scripted(() => new Promise(() => {}))
    const retry = RetryPolicy.make(Schedule.spaced("1 millis"), { isRetryable: ({ _tag }) => _tag !== "Timeout" })
    const exit = yield* Effect.exit(
      Client.make(client, [tools.read], { timeout: "5 millis", retry }).read({ n: 1 })
    )
    expect(Exit.isFailure(exit)).toBe(true)
    expect(outcomeIn(exit)).toBeUndefined()
  }))

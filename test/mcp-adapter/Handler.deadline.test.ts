import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { bind, expectLawful, problemOf, settled, textOf } from "./support/harness.ts"

const slow = (options?: { readonly safety?: Tool.Safety; readonly timeout?: Duration.Input }) =>
  Tool.handle(Tool.make("slow", { description: "d", ...options }), () => Effect.never)

const withToken: Handler.Request = { meta: { progressToken: 0 } }

/** When a call that never ends is answered. */
const answeredAt = (
  handled: Tool.Handled,
  options: Handler.Options | undefined,
  request: Handler.Request,
  at: Duration.Input
) =>
  Effect.gen(function*() {
    const call = yield* bind(handled, options)
    const pending = call({}, request)
    yield* TestClock.adjust(Duration.subtract(Duration.fromInputUnsafe(at), Duration.millis(1)))
    expect(yield* pending.poll).toBeUndefined()
    yield* TestClock.adjust("1 millis")
    const result = yield* pending.poll
    expect(result).toBeDefined()
    expectLawful(result!)
    return result!
  })

describe("the deadline", () => {
  it.effect("is 50 s, in the reply too", () =>
    Effect.gen(function*() {
      const result = yield* answeredAt(slow({ safety: "read" }), undefined, {}, "50 seconds")
      expect(textOf(result)).toMatch(
        /^slow took longer than 50 s\.\nError: timeout \(transient\)\. Retry later\.\nDetails: \{"operation":"slow","timeout_seconds":50\}\nReference: /
      )
    }))

  it.effect("is 280 s for a client that listens to progress", () =>
    answeredAt(slow(), undefined, withToken, "280 seconds"))

  it.effect.each<
    {
      readonly name: string
      readonly handled: Tool.Handled
      readonly options: Handler.Options
      readonly request: Handler.Request
      readonly at: Duration.Input
    }
  >([
    { name: "the server's", handled: slow(), options: { timeout: "2 seconds" }, request: {}, at: "2 seconds" },
    {
      name: "the server's for listeners",
      handled: slow(),
      options: { timeout: "2 seconds", progressTimeout: "7 seconds" },
      request: withToken,
      at: "7 seconds"
    },
    {
      name: "the tool's own",
      handled: slow({ timeout: "5 seconds" }),
      options: { timeout: "2 seconds" },
      request: {},
      at: "5 seconds"
    },
    {
      name: "the tool's own, for listeners too",
      handled: slow({ timeout: "5 seconds" }),
      options: { progressTimeout: "1 hour" },
      request: withToken,
      at: "5 seconds"
    },
    {
      name: "a token that is text",
      handled: slow(),
      options: { progressTimeout: "3 seconds" },
      request: { meta: { progressToken: "abc" } },
      at: "3 seconds"
    },
    {
      name: "no token at all",
      handled: slow(),
      options: { timeout: "3 seconds" },
      request: { meta: { progressToken: {} } },
      at: "3 seconds"
    }
  ])("is that of $name", ({ at, handled, options, request }) => answeredAt(handled, options, request, at))

  it.effect.each(
    [
      { safety: "read", type: "timeout", advice: "Retry later." },
      { safety: "idempotent", type: "timeout", advice: "Retry later." },
      { safety: "once", type: "outcome_unknown", advice: "Do not retry: the call may have taken effect. Check first." }
    ] as const
  )("of a tool that is $safety advises: $advice", ({ advice, safety, type }) =>
    Effect.gen(function*() {
      const result = yield* answeredAt(slow({ safety }), undefined, {}, "50 seconds")
      expect(problemOf(result)?.type).toBe(type)
      expect(textOf(result).split("\n")[1]).toMatch(new RegExp(`\\. ${advice}$`))
    }))

  it.effect("may be none", () =>
    Effect.gen(function*() {
      const call = yield* bind(slow(), { timeout: Duration.infinity })
      const pending = call({})
      yield* TestClock.adjust("1000 days")
      expect(yield* pending.poll).toBeUndefined()
    }))

  it.effect("does nothing to a call that ends in time", () =>
    Effect.gen(function*() {
      const tool = Tool.make("quick", { description: "d", output: Schema.Finite })
      const call = yield* bind(Tool.handle(tool, () => Effect.as(Effect.sleep("49 seconds"), 1)))
      const pending = call({})
      yield* TestClock.adjust("49 seconds")
      expect((yield* pending.reply).structuredContent).toEqual({ result: 1 })
      yield* TestClock.adjust("10 seconds")
      yield* settled
    }))

  it.effect("does not reach a call that catches interruption and goes on: the reply is a timeout all the same", () =>
    Effect.gen(function*() {
      const call = yield* bind(
        Tool.handle(
          Tool.make("stubborn", { description: "d", safety: "read" }),
          () => Effect.onInterrupt(Effect.never, () => Effect.sleep("1 second"))
        ),
        { timeout: "1 second" }
      )
      const pending = call({})
      yield* TestClock.adjust("1 second")
      expect(yield* pending.poll).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(problemOf((yield* pending.poll)!)?.type).toBe("timeout")
    }))
})

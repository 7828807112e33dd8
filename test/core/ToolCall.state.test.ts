import { describe, expect, it } from "@effect/vitest"
import * as Advice from "@errata/core/Advice"
import * as Errors from "@errata/core/Errors"
import { makeState } from "@errata/core/internal/state"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { inside, recorded } from "./batch/support/calls.ts"

describe("the state of a call", () => {
  it("opens once, and tells the first reasons", () => {
    const state = makeState()
    expect([state.isOpen, state.reasons, state.effects, state.begun]).toEqual([false, [], [], 0])
    for (let i = 0; i < 20; i++) state.markOpen(`reason ${i % 10}`)
    expect(state.isOpen).toBe(true)
    expect(state.reasons).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"].map((i) => `reason ${i}`))
  })

  it("a part opens the whole, and not the other parts", () => {
    const whole = makeState()
    const [one, other] = [makeState(whole), makeState(whole)]
    one.begin("charge")()
    expect([whole.isOpen, one.isOpen, other.isOpen]).toEqual([true, true, false])
    expect(whole.effects).toEqual([{ name: "charge", outcome: "done" }])
    other.markOpen("timeout")
    expect([whole.reasons, one.reasons]).toEqual([["timeout"], []])
  })

  it("counts all effects that began, and keeps the first twenty", () => {
    const state = makeState()
    for (let i = 0; i < 30; i++) state.begin(String(i))
    expect([state.begun, state.effects.length, state.effects.at(-1)]).toEqual([30, 20, {
      name: "19",
      outcome: "unknown"
    }])
  })
})

describe("ToolCall.irreversible", () => {
  it.effect("opens the call before the effect begins, and says what became of it", () =>
    Effect.gen(function*() {
      const { call } = recorded("once")
      let wasOpen = false
      const charge = Effect.sync(() => void (wasOpen = call.state.isOpen))
      yield* inside(call)(ToolCall.irreversible(charge, { name: "charge the card" }))
      yield* inside(call)(Effect.exit(ToolCall.irreversible(Effect.fail("declined"))))
      expect(wasOpen).toBe(true)
      expect(call.state.effects).toEqual([{ name: "charge the card", outcome: "done" }, {
        name: "convert",
        outcome: "unknown"
      }])
    }))

  it.effect("does not open a call whose effect was only described", () =>
    Effect.gen(function*() {
      const { call } = recorded("once")
      const described = yield* inside(call)(Effect.sync(() => [ToolCall.irreversible(Effect.void)]))
      expect(described).toHaveLength(1)
      expect(call.state.isOpen).toBe(false)
    }))

  it.effect("opens the part that it runs in, and the call", () =>
    Effect.gen(function*() {
      const { call } = recorded("once")
      const quiet = yield* inside(call)(ToolCall.withPart((part) => Effect.succeed(part)))
      const loud = yield* inside(call)(
        ToolCall.withPart((part) => Effect.as(ToolCall.irreversible()(Effect.void), part))
      )
      expect([quiet.isOpen, loud.isOpen, call.state.isOpen]).toEqual([false, true, true])
    }))

  it.effect("outside of a call the failure carries the mark", () =>
    Effect.gen(function*() {
      const error = new Errors.RateLimited({ service: "The bank" })
      yield* Effect.exit(ToolCall.irreversible(Effect.fail(error), { name: "charge the card" }))
      expect(Advice.openReason(error)).toBe("charge the card")
      expect(Advice.openReason(new Errors.UpstreamError({ service: "x", cause: error }))).toBe("charge the card")
      expect(Object.keys(error)).not.toContain("errata/open")
    }))
})

describe("marks on failures", () => {
  it("never throw", () => {
    const frozen = Object.freeze({})
    const hostile = new Proxy({}, {
      get: () => {
        throw new Error("get")
      },
      defineProperty: () => {
        throw new Error("define")
      }
    })
    for (const value of [undefined, null, 1, "x", frozen, hostile]) {
      expect(Advice.markOpen(value, "x")).toBe(value)
      expect(Advice.openReason(value)).toBe(undefined)
    }
  })

  it("are seen by another copy of this package", () => {
    expect(Advice.openReason({ cause: { [Symbol.for("errata/open")]: "charge" } })).toBe("charge")
  })
})

describe("ToolCall.endedOpen", () => {
  const refused = new Errors.ConnectionFailed({ service: "x" })
  it.each<[string, Cause.Cause<unknown>, string | undefined]>([
    ["an interruption", Cause.interrupt(1), "interrupted"],
    ["an interruption beside an answer", Cause.combine(Cause.fail(refused), Cause.interrupt(1)), "interrupted"],
    ["a defect", Cause.die(new Error("bug")), "defect"],
    ["a failure that is no tool error", Cause.fail("lost"), "failure"],
    ["a timeout", Cause.fail(new Errors.Timeout({ operation: "x" })), "timeout"],
    ["a lost connection", Cause.fail(new Errors.Unavailable({ service: "x" })), "unavailable"],
    ["an unknown outcome", Cause.fail(new Errors.OutcomeUnknown({ operation: "x" })), "outcome_unknown"],
    ["a mark", Cause.fail(Advice.markOpen(new Errors.NotFound({ resource: "x" }), "charge")), "charge"],
    ["a refused connection", Cause.fail(refused), undefined],
    ["an answer", Cause.fail(new Errors.NotFound({ resource: "x" })), undefined],
    ["arguments", Cause.fail(new Errors.InvalidArguments({ issues: [] })), undefined],
    ["nothing", Cause.empty, undefined]
  ])("%s", (_, cause, reason) => expect(ToolCall.endedOpen(cause)).toBe(reason))

  it.effect("ToolCall.notePart opens the call of such a part", () =>
    Effect.gen(function*() {
      const { call } = recorded("once")
      yield* inside(call)(ToolCall.notePart(Cause.fail(refused)))
      expect(call.state.isOpen).toBe(false)
      yield* inside(call)(ToolCall.notePart(Cause.interrupt(1)))
      expect(call.state.reasons).toEqual(["interrupted"])
      yield* ToolCall.notePart(Cause.interrupt(1)) // outside of a call there is nothing to open
    }))
})

describe("effects: \"marked\"", () => {
  it("is refused where a call may be repeated", () => {
    const options = { description: "Pays.", safety: "read", effects: "marked" } as never
    expect(() => Tool.make("pay", options)).toThrow("effects are marked only in a tool that may not be repeated")
    expect(Tool.make("pay", { description: "Pays.", effects: "marked" }).effects).toBe("marked")
    expect(Tool.make("pay", { description: "Pays." }).effects).toBe(undefined)
  })
})

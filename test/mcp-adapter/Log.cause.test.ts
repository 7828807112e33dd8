/** The shorter way to the text of a cause writes what effect writes. */
import { describe, expect, it } from "@effect/vitest"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Log from "@errata/mcp-adapter/Log"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { anyHostile, everyHostile, runs } from "../core/support/arbitraries.ts"

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

const same = (cause: Cause.Cause<unknown>): void => {
  const pretty = attempt(() => Cause.pretty(cause))
  const text = Log.causeText(cause)
  const limits = { ...Limits.defaults, string: Limits.defaults.logCause }
  expect(text).toBe(pretty === undefined ? String(text) : Redaction.strict(Redaction.standard).json(pretty, limits))
}

const errorOf = (changes: object): Error => Object.assign(new Error("boom"), changes)

const dieIn = (effect: Effect.Effect<unknown, unknown>): Cause.Cause<unknown> => {
  const exit = Effect.runSyncExit(effect)
  return Exit.isFailure(exit) ? exit.cause : Cause.empty
}

const stumble = () => {
  throw new TypeError("stumbled")
}

const causes: { readonly [name: string]: () => Cause.Cause<unknown> } = {
  "an error": () => Cause.die(new Error("boom")),
  "a failure": () => Cause.fail(new RangeError("boom")),
  "an error without words": () => Cause.die(new Error("")),
  "lines that look like frames": () => Cause.die(new Error("boom\n    at nowhere (x:1:1)\nmore")),
  "a name of its own": () => Cause.die(errorOf({ name: "Own" })),
  "a name that is none": () => Cause.die(errorOf({ name: 42 })),
  "a stack that is none": () => Cause.die(errorOf({ stack: 42 })),
  "an empty stack": () => Cause.die(errorOf({ stack: "" })),
  "another stack": () => Cause.die(errorOf({ stack: "Else: what\n    at there (x:1:1)" })),
  "a message that changed": () => Cause.die(errorOf({ message: "later" })),
  "a generator in between": () =>
    Cause.die(errorOf({ stack: "Error: boom\n    at a (x)\n    at Generator.next (<anonymous>)\n    at b" })),
  "an inner cause": () => Cause.die(new Error("boom", { cause: new Error("inner") })),
  "two errors": () => Cause.combine(Cause.die(new Error("a")), Cause.fail(new Error("b"))),
  "an interrupt": () => Cause.interrupt(1),
  nothing: () => Cause.empty,
  "what a fiber stumbled over": () => dieIn(Effect.sync(stumble)),
  "the same in a generator": () =>
    dieIn(Effect.gen(function*() {
      yield* Effect.void
      stumble()
    })),
  "the same in a span": () => dieIn(Effect.withSpan(Effect.sync(stumble), "here"))
}

describe("the text of a cause", () => {
  it.each(Object.keys(causes))("is what effect writes of %s", (name) => same(causes[name]!()))

  it("is what effect writes of whatever is thrown", () => {
    for (const hostile of everyHostile) {
      same(Cause.die(hostile))
      same(Cause.fail(hostile))
    }
  })

  it.prop("is what effect writes of any value, and of errors that hold it", [anyHostile], ([value]) => {
    same(Cause.die(value))
    for (const field of ["name", "message", "stack", "cause"]) {
      const made = attempt(() => errorOf({ [field]: value }))
      if (made !== undefined) same(Cause.die(made))
    }
  }, runs(200))
})

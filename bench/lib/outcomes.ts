/** What the tool of the benchmarks from end to end does: it succeeds, at once or later, refuses arguments, fails as declared, has a bug. */
import * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import { setImmediate } from "node:timers/promises"
import { add, failed, NegativeError, type Numbers, type Sum, sum, written } from "./tools.ts"

/** A number with which the tool stumbles, and one for which it waits until the next turn of the event loop. */
const [unlucky, patient] = [13, 7]

const stumble = (): never => {
  throw new TypeError("Cannot read properties of undefined (reading 'sum')")
}

/** What callers send, and whether it succeeds. No two calls are alike: one that fails again and again is answered otherwise. */
export const outcomes = {
  success: { argsOf: (i: number) => ({ a: i, b: 2 }), fails: false },
  asynchronous: { argsOf: (i: number) => ({ a: i, b: patient }), fails: false },
  validation: { argsOf: (i: number) => ({ a: i, b: "two" }), fails: true },
  typed: { argsOf: (i: number) => ({ a: i, b: -2 - i }), fails: true },
  masked: { argsOf: (i: number) => ({ a: i, b: unlucky }), fails: true }
} as const

export type OutcomeName = keyof typeof outcomes

/** What an author writes who knows nothing of errors as values, and who has read that a tool must not throw. */
export const carefully = async ({ a, b }: Numbers) => {
  try {
    return await plainly({ a, b })
  } catch (error) {
    return error instanceof NegativeError
      ? failed(error)
      : { isError: true, content: [{ type: "text" as const, text: "The tool failed unexpectedly" }] }
  }
}

/** The same without a word about errors: it throws, as code does that is adopted. */
export const plainly = async ({ a, b }: Numbers) => {
  if (b === patient) await setImmediate()
  if (b === unlucky) stumble()
  if (b < 0) throw new NegativeError(`The number ${b} is negative`)
  return written({ sum: a + b })
}

/** The same as a program. */
export const program = (numbers: Numbers): Effect.Effect<Sum, Effect.Error<ReturnType<typeof sum>>> => {
  if (numbers.b === patient) return Effect.andThen(Effect.promise(() => setImmediate()), sum(numbers))
  return numbers.b === unlucky ? Effect.sync(stumble) : sum(numbers)
}

export const handled = Tool.handle(add, program)

import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type * as ToolError from "../../errors/ToolError.ts"
import { explainSchedule, type Explanation, show } from "./explain.ts"

/** The key by which Node prints a value. */
export const inspectKey: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never

/** Lets a value say what it does, as text, on a console and as JSON. What is printed is asked for when it is. */
export const printed = <A extends object>(value: A, text: () => string, json: () => unknown = text): A => {
  const keys = [["toString", text], [inspectKey, text], ["toJSON", json]] as const
  for (const [key, write] of keys) {
    Object.defineProperty(value, key, { value: write, configurable: true, writable: true })
  }
  return value
}

/** Makes a schedule that says what it does. */
export const printedSchedule = <O, I, E, R>(
  schedule: Schedule.Schedule<O, I, E, R>
): Schedule.Schedule<O, I, E, R> => {
  const explained = () => explainedOf(explainSchedule(schedule as unknown as Schedule.Schedule<unknown, ToolError.Any>))
  return printed(schedule, () => textOf(explained()), () => jsonOf(explained()))
}

/** Returns what is explained; `undefined` for a schedule that waits before it decides, or fails. */
export const explainedOf = (explaining: Effect.Effect<Explanation>): Explanation | undefined => {
  const exit = Effect.runSyncExit(explaining)
  return exit._tag === "Success" ? exit.value : undefined
}

export const textOf = (explained: Explanation | undefined): string =>
  explained?.text ?? "A retry policy whose schedule waits before it decides."

/** Returns the waits in milliseconds, and the sentence. */
export const jsonOf = (explained: Explanation | undefined): unknown => ({
  ...explained === undefined ? {} : {
    max_attempts: explained.maxAttempts,
    waits_ms: explained.delays.map(({ max, min }) => ({ min: Duration.toMillis(min), max: Duration.toMillis(max) }))
  },
  text: textOf(explained)
})

/** Writes a duration in words. */
export const inWords = (duration: Duration.Duration): string => show(Duration.toMillis(duration))

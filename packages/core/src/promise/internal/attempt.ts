import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { within } from "../../call/internal/ambient.ts"
import { type Border, Describe, ofFiber } from "../../call/internal/border.ts"
import * as Classifier from "../../classify/Classifier.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { forget, turn } from "../../resilience/internal/outcome.ts"
import type { Understanding } from "./model.ts"

/** Describes how failures are classified: by the user, by the default table, in the words of whoever serves the call. */
export interface Reading {
  readonly classify: (failure: unknown, now: number) => ToolError.Any | undefined
  /** Is true if a failure without a class may become an error in its author's words. Else it stays what it is. */
  readonly namesUnknown: boolean
}

export const readingOf = ({ classify, service = "The service" }: Understanding, namesUnknown: boolean): Reading => {
  const table = Classifier.unknown({ service })
  return {
    classify: (failure, now) => {
      const own = classify === undefined ? undefined : quietly(() => classify(failure))
      return ToolError.is(own) ? own : table(failure, { now })
    },
    namesUnknown
  }
}

const quietly = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

/**
 * Runs what returns a promise, or throws, as an effect: a failure that can be classified is its error, any other a defect. When
 * it is interrupted the signal aborts, and what still comes is not heard.
 */
export const attempt = <A>(
  run: (signal: AbortSignal, border: Border) => A,
  reading: Reading
): Effect.Effect<Awaited<A>, ToolError.Any> =>
  Effect.withFiber((fiber) =>
    Effect.callback<Awaited<A>, ToolError.Any>((resume, signal) => {
      const since = turn()
      const border = ofFiber(fiber, () => signal)
      const fail = (failure: unknown): void => resume(Effect.failCause(causeOf(failure, { since, fiber, reading })))
      try {
        const returned = within(border, () => run(signal, border))
        Promise.resolve(returned).then((value) => resume(Effect.succeed(value)), fail)
      } catch (failure) {
        fail(failure)
      }
    })
  )

interface Circumstances {
  readonly since: number
  readonly fiber: Fiber.Fiber<unknown, unknown>
  readonly reading: Reading
}

/** Returns what a failure is. Total, whatever was thrown. */
const causeOf = (failure: unknown, { fiber, reading, since }: Circumstances): Cause.Cause<ToolError.Any> => {
  forget(failure, since)
  if (ToolError.is(failure)) return Cause.fail(failure)
  const classified = reading.classify(failure, fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())
  if (classified === undefined && !reading.namesUnknown) return Cause.die(failure)
  const described = quietly(() => fiber.getRef(Describe)?.(failure, classified))
  const error = ToolError.is(described) ? described : classified
  return error === undefined ? Cause.die(failure) : Cause.fail(error)
}

import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { EffectsStore } from "../../idempotency/effects/model.ts"
import type { IdempotencyStore } from "../../idempotency/store/model.ts"

/**
 * Reports a store that does not do what the contract says.
 *
 * @category errors
 * @since 0.1.0
 */
export class Violation extends Data.TaggedError("Violation")<{
  /** The rule, and what the store did instead. */
  readonly message: string
}> {}

/**
 * Provides what the cases need besides the stores.
 *
 * @category services
 * @since 0.1.0
 */
export class Contract extends Context.Service<Contract, {
  /**
   * Lets time pass for the stores. Where they tell the time by effect's `Clock`, moves the test clock; where they have a clock of their
   * own, moves the times of all that they hold into the past.
   */
  readonly advance: (duration: Duration.Duration) => Effect.Effect<void>
  /** Is true if the store removes by itself what is past its retention, so that `expire` may find nothing. Default false. */
  readonly removesByItself?: boolean | undefined
}>()("errata/testing/Contract") {}

/**
 * Describes one rule of the contract, and a program that fails where a store breaks it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Case {
  /** The rule, as one sentence. */
  readonly name: string
  /** The program. It uses keys of its own, and leaves them behind. */
  readonly run: Effect.Effect<void, unknown, IdempotencyStore | EffectsStore | Contract>
}

/** Makes a case. */
export const rule = (
  name: string,
  program: () => Generator<Effect.Effect<unknown, unknown, IdempotencyStore | EffectsStore | Contract>, void, never>
): Case => ({ name, run: Effect.gen(program) })

/** Writes a plain value, whatever the order of its fields. */
const write = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => {
    if (v === undefined) return "(undefined)"
    if (typeof v !== "object" || v === null || Array.isArray(v)) return v
    return Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1))
  })

/** Fails unless two plain values are equal. */
export const same = (what: string, actual: unknown, expected: unknown): Effect.Effect<void, Violation> =>
  write(actual) === write(expected)
    ? Effect.void
    : Effect.fail(new Violation({ message: `${what}: expected ${write(expected)}, got ${write(actual)}` }))

/** Fails unless something holds. */
export const holds = (what: string, isTrue: boolean, shown: unknown): Effect.Effect<void, Violation> =>
  isTrue ? Effect.void : Effect.fail(new Violation({ message: `${what}: got ${write(shown)}` }))

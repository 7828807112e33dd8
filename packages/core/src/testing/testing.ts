/**
 * Provides the rules that every store of idempotency keys keeps, as cases that any test runner can run.
 *
 * A {@link Case} is a sentence and a program over the store under test. Nothing here knows a test runner: a case fails with a
 * {@link Violation} where the store breaks its rule. All stores of this package pass; whoever writes a store of their own runs the same
 * cases.
 *
 * **Details**
 *
 * The cases use keys of their own, so that they can run at once, in any order, and in a database that holds other keys. None sleeps:
 * where time has to pass, a case calls {@link Contract}, which moves the test clock ({@link layerTestClock}), or ages what a shared store holds.
 * The stores are to be the same for all steps of a case; a fresh one for each case is as good as one for all.
 *
 * **Example** (Running the cases)
 *
 * ```ts import.meta.vitest
 * import * as IdempotencyStore from "@errata/core/IdempotencyStore"
 * import { cases, layerTestClock } from "@errata/core/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * // with vitest: it.each(cases)("$name", ({ run }) => Effect.runPromise(Effect.provide(run, mine)))
 * const mine = Layer.merge(IdempotencyStore.layerMemory(), layerTestClock)
 * await Effect.runPromise(Effect.provide(cases[0]!.run, mine)) // => undefined
 * ```
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { claims } from "./contract/claims.ts"
import { endings } from "./contract/endings.ts"
import { fences } from "./contract/fences.ts"
import { ledger } from "./contract/ledger.ts"
import { type Case, Contract } from "./contract/model.ts"

export { Contract, Violation } from "./contract/model.ts"
export type { Case } from "./contract/model.ts"

/**
 * Lists the rules of `IdempotencyStore`, then those of `EffectsStore`.
 *
 * @category cases
 * @since 0.1.0
 */
export const cases: ReadonlyArray<Case> = [...claims, ...fences, ...endings, ...ledger]

/**
 * Provides a test clock, and the {@link Contract} that moves it: for stores that tell the time by effect's `Clock`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTestClock: Layer.Layer<Contract> = Layer.merge(
  TestClock.layer(),
  Layer.succeed(Contract, { advance: (duration: Duration.Duration) => TestClock.adjust(duration) })
)

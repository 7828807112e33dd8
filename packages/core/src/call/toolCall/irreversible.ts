import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Advice from "../../errors/Advice.ts"
import { CurrentClaim } from "./claim.ts"
import { stateUnsafe } from "./part.ts"
import { currentUnsafe } from "./service.ts"
import type { State } from "./state.ts"

/**
 * Marks an effect that cannot be taken back: from its start on, the call is open.
 *
 * **Details**
 *
 * In a tool that is declared `effects: "marked"` nothing else opens the call, so that what fails before it may be tried
 * again. What such a failure told stays true: a marked effect that would begin after it, in a fiber that was left behind, is
 * interrupted and logged. The log line of the call, and `_meta["errata/call"]` of a reply about a failure, name the effects that
 * have begun. `name` defaults to the name of the tool. Outside of a call the failure carries the mark, so that whoever takes it
 * further knows.
 *
 * **Gotchas**
 *
 * Marked must be what really sends, not what returns a promise or an effect for later. Code that leaves Effect inside a
 * handler (`Effect.runPromise`) leaves the call: mark outside.
 *
 * **Example** (Marking a payment)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolCall from "@errata/core/ToolCall"
 * import * as Effect from "effect/Effect"
 *
 * const pay = Tool.make("pay", {
 *   description: "Pays the invoice.",
 *   errors: [Errors.RateLimited],
 *   safety: "once",
 *   effects: "marked"
 * })
 *
 * const lookUp = Effect.succeed("invoice 7")
 * const charge = (_invoice: string) => Effect.void
 *
 * const handled = Tool.handle(pay, () =>
 *   Effect.gen(function*() {
 *     const invoice = yield* lookUp // may fail and be tried again
 *     yield* ToolCall.irreversible(charge(invoice), { name: "charge the card" })
 *   }))
 * handled.tool.effects // => "marked"
 * ```
 *
 * @category state
 * @since 0.1.0
 */
export const irreversible: {
  /** Marks an effect that cannot be taken back; for `pipe`. */
  (options?: IrreversibleOptions): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Marks an effect that cannot be taken back. */
  <A, E, R>(self: Effect.Effect<A, E, R>, options?: IrreversibleOptions): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  (args) => Effect.isEffect(args[0]),
  <A, E, R>(self: Effect.Effect<A, E, R>, options?: IrreversibleOptions): Effect.Effect<A, E, R> =>
    Effect.withFiber((fiber) => {
      const state = stateUnsafe(fiber)
      const name = options?.name ?? currentUnsafe(fiber)?.tool ?? "an effect"
      if (state === undefined) return Effect.tapCause(self, (cause) => Effect.sync(() => markFailures(cause, name)))
      const claim = fiber.getRef(CurrentClaim)
      if (claim === undefined || state.isSealed) return begun(self, state, name)
      return Effect.flatMap(claim.begin, (isHeld) => isHeld ? begun(self, state, name) : refused(wasLost, name))
    })
)

/**
 * Configures how an effect is marked as irreversible.
 *
 * @category models
 * @since 0.1.0
 */
export interface IrreversibleOptions {
  /** The name of the effect in the log and in `_meta`, as an imperative: "charge the card". Default: the tool's name. */
  readonly name?: string | undefined
}

const begun = <A, E, R>(self: Effect.Effect<A, E, R>, state: State, name: string): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    if (state.isSealed) return refused(tooLate, name)
    const isDone = state.begin(name)
    return Effect.tap(self, () => {
      isDone()
      return Effect.void
    })
  })

const refused = (why: string, effect: string): Effect.Effect<never> =>
  Effect.andThen(Effect.logWarning(why, { effect }), Effect.interrupt)

const wasLost = "a marked effect did not begin: its call does not hold its idempotency key any more"

const tooLate = "a marked effect did not begin: its call, or its attempt, had ended as one that may be repeated"

const markFailures = (cause: Cause.Cause<unknown>, name: string): void => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason)) Advice.markOpen(reason.error, name)
  }
}

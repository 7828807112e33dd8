/**
 * Provides what a handler may know about the call it answers, and the one state on which its advice rests.
 *
 * A `ToolCall` is a service of the call, not of the runtime: the adapter makes one for each call, so that nothing crosses
 * between concurrent calls. Its {@link State} says whether *something may have happened*; {@link irreversible} marks the
 * effects of a tool that was declared with `effects: "marked"`.
 *
 * **Details**
 *
 * A call is **open** once something may have happened. The state is set before an effect can begin and never cleared; the
 * advice of a reply reads it, and never the last error. Who sets it:
 *
 * | who | when |
 * |---|---|
 * | the adapter | the handler of a tool starts that is `once` and not declared `effects: "marked"`, or of existing code |
 * | {@link irreversible} | before the effect begins |
 * | `RetryPolicy`, `Fallback`, `Batch`, `Degrade`, `Deadline` | a part ended open ({@link endedOpen}) |
 * | the adapter | an interruption stands beside a failure |
 * | you | {@link markOpen}, where something else may have had an effect |
 *
 * **Example** (Reporting progress)
 *
 * ```ts import.meta.vitest
 * import { ToolCall } from "@errata/core/ToolCall"
 * import * as Effect from "effect/Effect"
 *
 * const work = Effect.gen(function*() {
 *   const call = yield* ToolCall
 *   yield* call.progress({ progress: 1, total: 2, message: "halfway" })
 *   return call.attempt
 * })
 * typeof work // => "object"
 * ```
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { dual } from "effect/Function"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Advice from "../errors/Advice.ts"
import type { ReferenceId } from "../errors/ReferenceId.ts"
import * as ToolError from "../errors/ToolError.ts"

/**
 * Who calls, as the host's authentication says.
 *
 * @category models
 * @since 0.1.0
 */
export interface Principal {
  readonly clientId: string
  readonly scopes: ReadonlyArray<string>
  readonly token: Redacted.Redacted<string>
  /** Anything else that the host's verifier added. */
  readonly extra: { readonly [key: string]: unknown }
}

/**
 * Tells how far a call has come. `progress` must increase; `total` is unknown if absent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/**
 * A retry that is about to happen.
 *
 * @category models
 * @since 0.1.0
 */
export interface Retry {
  /** Which attempt comes next; the second is 2. */
  readonly attempt: number
  readonly maxAttempts: number
  readonly delay: Duration.Duration
  /** The error of the last attempt. */
  readonly error: ToolError.Any
}

/**
 * A block of content beside the structured output: MCP's image, audio, resource and text blocks.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentBlock = { readonly type: string; readonly [key: string]: unknown }

/**
 * An effect that was marked as irreversible and has begun.
 *
 * @category models
 * @since 0.1.0
 */
export interface BegunEffect {
  /** The name that the author gave it. */
  readonly name: string
  /** `done` if it succeeded. A failure leaves it `unknown`: an error says nothing of what was done before it. */
  readonly outcome: "done" | "unknown"
}

/**
 * Records that something may have happened in a call, or in a part of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  /** Is true once something may have happened, and stays true. */
  readonly isOpen: boolean
  /** Why, the first reasons first; at most eight, for the log. */
  readonly reasons: ReadonlyArray<string>
  /** The number of marked effects that have begun. */
  readonly begun: number
  /** The first twenty of them. */
  readonly effects: ReadonlyArray<BegunEffect>
  /** Opens it, and all that it is a part of. Never throws. */
  readonly markOpen: (reason: string) => void
  /** Notes that a marked effect begins, which opens it. Returns what to call when that effect has succeeded. */
  readonly begin: (name: string) => () => void
}

const maxReasons = 8
const maxEffects = 20

class OpenState implements State {
  isOpen = false
  begun = 0
  #reasons: Array<string> | undefined
  #effects: Array<{ readonly name: string; outcome: "done" | "unknown" }> | undefined
  readonly #parent: State | undefined

  constructor(parent: State | undefined) {
    this.#parent = parent
  }
  get reasons(): ReadonlyArray<string> {
    return this.#reasons ?? []
  }
  get effects(): ReadonlyArray<BegunEffect> {
    return this.#effects ?? []
  }
  markOpen(reason: string): void {
    this.isOpen = true
    const reasons = this.#reasons ??= []
    if (reasons.length < maxReasons && !reasons.includes(reason)) reasons.push(reason)
    this.#parent?.markOpen(reason)
  }
  begin(name: string): () => void {
    this.isOpen = true
    this.begun++
    const effect = { name, outcome: "unknown" as "done" | "unknown" }
    const effects = this.#effects ??= []
    if (effects.length < maxEffects) effects.push(effect)
    const isDone = this.#parent?.begin(name)
    return () => {
      effect.outcome = "done"
      isDone?.()
    }
  }
}

/**
 * Makes the state of a call that is not open yet, or of a part of one: opening a part opens the whole.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeState = (whole?: State): State => new OpenState(whole)

/**
 * The state of the part of a call that a fiber works on; `undefined` where it works on the whole.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentPart: Context.Reference<State | undefined> = Context.Reference<State | undefined>(
  "errata/ToolCall/CurrentPart",
  { defaultValue: () => undefined }
)

/**
 * The call that a handler answers.
 *
 * @category services
 * @since 0.1.0
 */
export class ToolCall extends Context.Service<ToolCall, {
  /** The tool's name. */
  readonly tool: string
  /** The safety of the tool: how often it may take effect. */
  readonly safety: Advice.CallSafety
  /** Is true if the tool marks its effects by {@link irreversible}: then nothing else it does is one. */
  readonly marksEffects: boolean
  /** Says whether something may have happened. */
  readonly state: State
  /** The id that joins the reply with the log. */
  readonly referenceId: ReferenceId
  /** Which attempt this is; the first is 1. */
  readonly attempt: number
  /** Who calls, where the host knows. */
  readonly principal: Option.Option<Principal>
  /** The request's `_meta`. */
  readonly meta: { readonly [key: string]: unknown }
  /** The trace id of the client's `traceparent`, if it sent one. */
  readonly traceId: Option.Option<string>
  /** Tells the client how far the call has come. Does nothing if the client did not ask, or has cancelled. Never fails. */
  readonly progress: (progress: Progress) => Effect.Effect<void>
  /**
   * Notes that something inside the call is about to be tried again after a delay, and tells a client that listens to
   * progress. Called by retry policies.
   */
  readonly onRetry: (retry: Retry) => Effect.Effect<void>
  /** Adds a block of content to the reply, after the text. */
  readonly attach: (block: ContentBlock) => Effect.Effect<void>
}>()("errata/ToolCall") {}

/**
 * Returns the call that a fiber answers; `undefined` outside of calls.
 *
 * @category accessors
 * @since 0.1.0
 */
export const currentUnsafe = (fiber: Fiber.Fiber<unknown, unknown>): ToolCall["Service"] | undefined =>
  fiber.context.mapUnsafe.get(ToolCall.key) as ToolCall["Service"] | undefined

/**
 * Returns the state of the part, or else of the call, that a fiber works on; `undefined` outside of both.
 *
 * @category accessors
 * @since 0.1.0
 */
export const stateUnsafe = (fiber: Fiber.Fiber<unknown, unknown>): State | undefined =>
  fiber.getRef(CurrentPart) ?? currentUnsafe(fiber)?.state

/**
 * Opens the call: something may have happened. Does nothing outside of a call. Never fails.
 *
 * **Details**
 *
 * For what neither {@link irreversible} nor a combinator of ours can see, before it begins. `reason` is for the log.
 *
 * @category state
 * @since 0.1.0
 */
export const markOpen = (reason: string): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    stateUnsafe(fiber)?.markOpen(reason)
    return Effect.void
  })

/**
 * Gives a part of a call a state of its own: it opens with the part alone, and opens the call with it.
 *
 * **Details**
 *
 * For combinators that must know what happened in a part: whether an attempt may be repeated, whether another provider may
 * step in. Outside of a call the part has a state too.
 *
 * @category state
 * @since 0.1.0
 */
export const withPart = <A, E, R>(f: (part: State) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const part = makeState(stateUnsafe(fiber))
    return Effect.provideService(f(part), CurrentPart, part)
  })

/**
 * Says why a part that ended with this cause may have had an effect; `undefined` if nothing says so.
 *
 * **Details**
 *
 * What may have had one: a part that was interrupted, one that died, one that failed with a value that is no tool error, with
 * an error that carries the mark of an open call, with a type that says so itself (`outcome_unknown`), or with a transient
 * error whose type is not `harmless`. A permanent error, and one about the arguments, is an answer.
 *
 * **Gotchas**
 *
 * An answer says nothing about what happened before it: look at the {@link State} of the part as well.
 *
 * @category state
 * @since 0.1.0
 */
export const endedOpen = (cause: Cause.Cause<unknown>): string | undefined => {
  for (const reason of cause.reasons) {
    if (reason._tag === "Interrupt") return "interrupted"
    if (reason._tag === "Die") return "defect"
    const { error } = reason
    const marked = Advice.openReason(error)
    if (marked !== undefined) return marked
    if (!ToolError.is(error)) return "failure"
    const { harmless, name } = ToolError.type(error)
    if (name === "outcome_unknown" || ToolError.isTransient(error) && !harmless) return name
  }
  return undefined
}

/**
 * Opens the call if a part that ended with this cause may have had an effect. Combinators call it before they go on.
 *
 * @category state
 * @since 0.1.0
 */
export const notePart = (cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const reason = endedOpen(cause)
    return reason === undefined ? Effect.void : markOpen(reason)
  })

/**
 * Marks an effect that cannot be taken back: from its start on, the call is open.
 *
 * **Details**
 *
 * In a tool that is declared `effects: "marked"` nothing else opens the call, so that what fails before it may be tried
 * again. The log line of the call, and `_meta["errata/call"]` of a reply about a failure, name the effects that have begun.
 * `name` defaults to the name of the tool. Outside of a call the failure carries the mark, so that whoever takes it further
 * knows.
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
 * const handler = Tool.handle(pay, () =>
 *   Effect.gen(function*() {
 *     const invoice = yield* lookUp // may fail and be tried again
 *     yield* ToolCall.irreversible(charge(invoice), { name: "charge the card" })
 *   }))
 * handler.tool.effects // => "marked"
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
      const isDone = state.begin(name)
      return Effect.tap(self, () => {
        isDone()
        return Effect.void
      })
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

const markFailures = (cause: Cause.Cause<unknown>, name: string): void => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason)) Advice.markOpen(reason.error, name)
  }
}

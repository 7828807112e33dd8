import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import type * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type * as Tool from "../../tool/Tool.ts"
import type { Any, Needs } from "../definition/model.ts"
import { join, unknownVersion } from "./begin.ts"
import { cancelById } from "./byToken.ts"
import { told } from "./call.ts"
import { orUnavailable } from "./engine.ts"
import { idOf } from "./key.ts"
import { latest, type State, type Unknown } from "./state.ts"
import { begin } from "./wait.ts"

/**
 * Says how far the run of a key is. A run that failed is no status: asking for it fails as the run did.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Status<Output> =
  | {
    /** The run goes on. */
    readonly status: "in_progress"
  }
  | {
    /** The run has ended well. */
    readonly status: "succeeded"
    /** The output of the run. */
    readonly result: Output
  }
  | {
    /** The run was cancelled, and what it had done was undone but for `notUndone`. */
    readonly status: "cancelled"
    /** The names of activities that could not be undone, or cannot be. Absent if there are none. */
    readonly notUndone?: ReadonlyArray<string>
  }

/**
 * Begins the run of an input's key, or joins it, and waits for nothing. Fails if the key was used with other arguments, or under a version that is
 * not known here.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const start = <T extends Any>(
  tool: T,
  input: T["input"]["Type"]
): Effect.Effect<void, Errors.IdempotencyConflict | Errors.InvalidState | Errors.Unavailable, Needs<T["name"]>> =>
  orUnavailable(
    Effect.flatMap(join(tool, input), (joined) => joined.end === undefined ? begin(joined, input) : Effect.void)
  ) as Effect.Effect<void, Errors.IdempotencyConflict | Errors.InvalidState | Errors.Unavailable, WorkflowEngine>

/**
 * Returns how far the run of a key is; none if no run of it was begun. Fails as the run did, and with
 * `InvalidState` if this process does not know its version.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const status = <T extends Any>(
  tool: T,
  key: string
): Effect.Effect<Option.Option<Status<T["output"]["Type"]>>, Tool.ErrorOf<T>, Needs<T["name"]>> =>
  orUnavailable(
    Effect.flatMap(found(tool, key), (run) => optionOf(tool, run?.state))
  ) as Effect.Effect<never, never, never>

const found = (tool: Any, key: string) => Effect.flatMap(idOf(tool, key), (id) => latest(tool, id))

type NotBegun = Extract<Unknown, { readonly _tag: "NotBegun" }>

const optionOf = (
  tool: Any,
  state: State | Unknown | undefined
): Effect.Effect<Option.Option<Status<unknown>>, ToolError.Any> =>
  state === undefined || state._tag === "NotBegun" ? Effect.succeedNone : Effect.asSome(statusOf(tool, state))

/** Says how far a run is, in the words of a call. */
export const statusOf = (
  tool: Any,
  state: Exclude<State | Unknown, NotBegun>
): Effect.Effect<Status<unknown>, ToolError.Any> => {
  if (state._tag === "Running") return Effect.succeed({ status: "in_progress" })
  if (state._tag === "OtherVersion") return Effect.fail(unknownVersion(tool))
  if (state._tag === "Cancelled") {
    const { left = [], stuck = [] } = state.rest ?? {}
    const notUndone = [...stuck, ...left]
    return Effect.succeed({ status: "cancelled", ...notUndone.length === 0 ? {} : { notUndone } })
  }
  return Effect.map(told(tool, state), (result) => ({ status: "succeeded", result }))
}

/**
 * Cancels the run of a key: no activity begins any more, and what was done is taken back. Returns how far it is then; none if no
 * run of it was begun. Fails with `InvalidState` if this process does not know its version.
 *
 * **Details**
 *
 * An activity that is being executed ends first, also the last one: its run has no result then. Waits until what was done has been taken back, as long as the call may wait; the
 * status is `in_progress` if that takes longer. A run that has ended stays as it is.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const cancel = <T extends Any>(
  tool: T,
  key: string
): Effect.Effect<Option.Option<Status<T["output"]["Type"]>>, Tool.ErrorOf<T>, Needs<T["name"]>> =>
  Effect.flatMap(
    idOf(tool, key),
    (id) => Effect.flatMap(cancelById(tool, id), (state) => optionOf(tool, state))
  ) as Effect.Effect<never, never, never>

/** Returns the seconds after which to ask again. */
export const secondsOf = ({ durable: { askAgainAfter } }: Any): number => Math.ceil(Duration.toSeconds(askAgainAfter))

import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import * as ToolError from "../../errors/ToolError.ts"
import { type Failure, isFailure } from "../definition/failure.ts"
import type { Any, Previous } from "../definition/model.ts"
import { type Claimed, leftNothing } from "../definition/plan.ts"
import { hasBegun } from "../engines/begun.ts"
import { type Rest, restOf } from "../run/rest.ts"

/** Says how a run ended. */
export type End =
  | { readonly _tag: "Succeeded"; readonly output: unknown }
  | { readonly _tag: "Failed"; readonly failure: Failure }
  | { readonly _tag: "Cancelled"; readonly rest?: Rest | undefined }
  | { readonly _tag: "Died"; readonly cause: Cause.Cause<never>; readonly rest?: Rest | undefined }

/** Says how far a run is. */
export type State = { readonly _tag: "Running" } | End

/**
 * Says why nothing is known of a run: only a process that knows its version does; or its key was claimed, and the process that claimed it
 * ended before it could begin the run.
 */
export type Unknown = { readonly _tag: "OtherVersion" } | { readonly _tag: "NotBegun" }

/** A run under the definition that began it. */
export interface Started {
  readonly id: string
  readonly run: number
  /** Counts how often each activity was taken back in earlier runs. */
  readonly again: { readonly [name: string]: number }
  readonly claimed: Claimed
  /** The definition; `undefined` if it is none that is known here. */
  readonly version: Version | undefined
}

/** A definition, and what makes an output of today of its outputs. */
export interface Version {
  readonly tool: Any
  readonly output: (output: unknown) => unknown
}

/** Finds the definition that a run was begun under. */
export const versionOf = (tool: Any, definition: string): Version | undefined => {
  if (tool.durable.plan().definition === definition) return { tool, output: (output) => output }
  const isMeant = (previous: Previous): boolean => previous.tool.durable.plan().definition === definition
  const previous = tool.durable.previous.find(isMeant)
  return previous === undefined ? undefined : { tool: previous.tool, output: previous.output as Version["output"] }
}

/** Says how far a run is that was begun. */
export const stateOf = (
  { id, run, version }: Pick<Started, "id" | "run"> & { readonly version: Version }
): Effect.Effect<State, never, WorkflowEngine> => {
  const plan = version.tool.durable.plan()
  return Effect.flatMap(
    plan.idOf({ id, run }),
    (executionId) =>
      Effect.flatMap(plan.work.poll(executionId), (found): Effect.Effect<State, never, WorkflowEngine> => {
        const result = Option.getOrUndefined(found)
        if (result === undefined || result._tag === "Suspended") return Effect.succeed({ _tag: "Running" })
        const end = endOf(result.exit, version)
        return end._tag === "Cancelled" || end._tag === "Died"
          ? Effect.map(restOf(plan.work, executionId), (rest) => ({ ...end, rest }))
          : Effect.succeed(end)
      })
  )
}

/** Reads how a run ended. */
export const endOf = (exit: Exit.Exit<{ readonly output: unknown }, unknown>, version: Version): End => {
  if (Exit.isSuccess(exit)) return { _tag: "Succeeded", output: version.output(exit.value.output) }
  const failed = exit.cause.reasons.find(Cause.isFailReason)?.error
  if (isFailure(failed)) return { _tag: "Failed", failure: failed }
  if (Cause.hasInterruptsOnly(exit.cause)) return { _tag: "Cancelled" }
  return { _tag: "Died", cause: exit.cause as Cause.Cause<never> }
}

/** Returns whether another run may follow: it failed for the moment only, and nothing of it is left. */
export const mayRunAgain = (state: State): state is End & { _tag: "Failed" } =>
  state._tag === "Failed" && ToolError.isTransient(state.failure.error) && leftNothing(state.failure)

/** Counts what was taken back in a run that failed. */
export const countAgain = (again: Started["again"], { end }: Failure): Started["again"] => {
  const counts = new Map(Object.entries(again))
  for (const name of end?.undone ?? []) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** A run that was found, and how far it is. */
export type Found =
  | { readonly started: Started & { readonly version: Version }; readonly state: State }
  | { readonly started: Started; readonly state: Unknown }

/** Finds the last run of a key that was begun, and how far it is; `undefined` if there is none. */
export const latest = (
  tool: Any,
  id: string
): Effect.Effect<Found | undefined, never, WorkflowEngine> =>
  Effect.gen(function*() {
    let found: Found | undefined
    let again: Started["again"] = {}
    for (let run = 1;; run++) {
      const claimed = yield* claimedBy(tool, { id, run })
      if (claimed === undefined) return found
      const version = versionOf(tool, claimed.definition)
      if (version === undefined) {
        return { started: { id, run, again, claimed, version }, state: { _tag: "OtherVersion" } }
      }
      const started = { id, run, again, claimed, version }
      const state = yield* stateOf(started)
      if (state._tag === "Running" && !(yield* wasBegun(started))) return { started, state: { _tag: "NotBegun" } }
      found = { started, state }
      if (!mayRunAgain(state)) return found
      again = countAgain(again, state.failure)
    }
  })

const wasBegun = ({ id, run, version }: { readonly version: Version } & Pick<Started, "id" | "run">) => {
  const plan = version.tool.durable.plan()
  return Effect.flatMap(plan.idOf({ id, run }), (executionId) => hasBegun(plan.work, executionId))
}

const claimedBy = (
  tool: Any,
  run: { readonly id: string; readonly run: number }
): Effect.Effect<Claimed | undefined, never, WorkflowEngine> => {
  const plan = tool.durable.plan()
  return Effect.flatMap(plan.claimIdOf(run), (executionId) =>
    Effect.map(plan.claim.poll(executionId), (found) => {
      const result = Option.getOrUndefined(found)
      return result?._tag === "Complete" && Exit.isSuccess(result.exit) ? result.exit.value : undefined
    }))
}

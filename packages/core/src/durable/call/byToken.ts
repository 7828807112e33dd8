import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import * as Errors from "../../errors/Errors.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Any } from "../definition/model.ts"
import { join, unknownVersion } from "./begin.ts"
import { stillRunning, told } from "./call.ts"
import { orUnavailable } from "./engine.ts"
import { idOfToken } from "./key.ts"
import { type End, type Found, latest, type State, stateOf, type Unknown } from "./state.ts"
import { begin, patienceOf } from "./wait.ts"

/** Says which run a call began, or joined. */
export interface Begun {
  /** Stands for the key of the run: see `tokenOf`. */
  readonly token: string
  /** Is true if the run had ended before the call came. */
  readonly isOver: boolean
}

/** Begins the run of an input's key, or joins it. */
export const begun = (tool: Any, input: unknown): Effect.Effect<Begun, ToolError.Any, WorkflowEngine> =>
  orUnavailable(Effect.gen(function*() {
    const joined = yield* join(tool, input)
    if (joined.end === undefined) yield* begin(joined, input)
    return { token: joined.token, isOver: joined.end !== undefined }
  }))

/** Returns how far the run of a token is; `undefined` if there is none. */
export const stateByToken = (
  tool: Any,
  token: string
): Effect.Effect<State | Unknown | undefined, Errors.Unavailable, WorkflowEngine> =>
  orUnavailable(
    Effect.flatMap(idOfToken(tool, token), (id) => Effect.map(latest(tool, id), (found) => found?.state))
  )

/** Tells how the run of a token ended, as a call of its key does. */
export const toldByToken = (tool: Any, token: string): Effect.Effect<unknown, ToolError.Any, WorkflowEngine> =>
  Effect.flatMap(stateByToken(tool, token), (state): Effect.Effect<unknown, ToolError.Any> => {
    if (state === undefined) return Effect.fail(unknownKey(tool))
    if (state._tag === "NotBegun") return Effect.fail(notBegun(tool))
    if (state._tag === "OtherVersion") return Effect.fail(unknownVersion(tool))
    return state._tag === "Running" ? Effect.fail(stillRunning(tool, {})) : told(tool, state)
  })

/** Cancels the run of a token. See {@link cancelById}. */
export const cancelByToken = (
  tool: Any,
  token: string
): Effect.Effect<State | Unknown | undefined, Errors.Unavailable, WorkflowEngine> =>
  Effect.flatMap(idOfToken(tool, token), (id) => cancelById(tool, id))

/** Cancels the run of an id, and waits for what it undoes. Returns how far it is then; `undefined` if there is none. */
export const cancelById = (
  tool: Any,
  id: string
): Effect.Effect<State | Unknown | undefined, Errors.Unavailable, WorkflowEngine> =>
  orUnavailable(Effect.gen(function*() {
    const found = yield* latest(tool, id)
    if (found === undefined) return undefined
    if (!isRunning(found)) return found.state
    const { started, state } = found
    const plan = started.version.tool.durable.plan()
    yield* plan.work.interrupt(yield* plan.idOf(started))
    const patience = yield* patienceOf(tool.durable.waitsFor)
    return yield* Effect.timeoutOrElse(ended(started), { duration: patience, orElse: () => Effect.succeed(state) })
  }))

type Running = Extract<Found, { readonly state: State }>

const isRunning = (found: Found): found is Running => found.state._tag === "Running"

const ended = (started: Running["started"]): Effect.Effect<End, never, WorkflowEngine> =>
  Effect.flatMap(stateOf(started), (state) => state._tag === "Running" ? Effect.fail(state) : Effect.succeed(state))
    .pipe(
      Effect.retry(Schedule.min([Schedule.exponential("20 millis", 1.5), Schedule.spaced("1 second")])),
      Effect.orDie
    )

/** Says that no run has a key. */
export const unknownKey = (tool: Any): Errors.NotFound =>
  ToolError.withGuidance(new Errors.NotFound({ resource: `Run of ${tool.name}` }), {
    message: `No run of ${tool.name} has this key`
  })

/** Says that a key was claimed by a process that ended before it could begin the run: nobody does, until the tool is called again. */
export const notBegun = (tool: Any): Errors.NotFound =>
  ToolError.withGuidance(new Errors.NotFound({ resource: `Run of ${tool.name}` }), {
    message: `The run of ${tool.name} with this key has not begun, and nothing was done`,
    steps: [{ action: "Only if it is to begin: call it again, with the same arguments", tool: tool.name }]
  })

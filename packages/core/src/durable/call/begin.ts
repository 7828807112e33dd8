import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import * as Errors from "../../errors/Errors.ts"
import { encoder } from "../../errors/internal/encode.ts"
import * as ToolError from "../../errors/ToolError.ts"
import * as IdempotencyKey from "../../idempotency/IdempotencyKey.ts"
import type { Any } from "../definition/model.ts"
import { callHere, idOfToken, tokenOf } from "./key.ts"
import { inTime } from "./patience.ts"
import { countAgain, type End, mayRunAgain, type Started, stateOf, versionOf } from "./state.ts"

/** Describes a run that a call joins: it goes on, or has ended before the call came. */
export interface Joined {
  readonly started: Started & { readonly version: NonNullable<Started["version"]> }
  readonly end: End | undefined
  /** Stands for the key of the call: see `tokenOf`. */
  readonly token: string
  /** The reference of the call that began the run, where it was another one, and is known. */
  readonly replayOf: string | undefined
}

/** Returns the name of a tool for people. */
export const titleOf = ({ name, title }: Any): string => title ?? name

/**
 * Claims the key of a call, and finds the run that the call belongs to. A key whose run failed for the moment only, and left nothing
 * behind, gets another run.
 */
export const join = (
  tool: Any,
  input: unknown
): Effect.Effect<Joined, ToolError.Any, WorkflowEngine> =>
  Effect.gen(function*() {
    const token = yield* tokenOf(tool, tool.durable.keyOf(input as never))
    const id = yield* idOfToken(tool, token)
    const fingerprint = IdempotencyKey.fingerprint(encodedOf(tool, input))
    const { claim, definition } = tool.durable.plan()
    const reference = (yield* callHere)?.referenceId ?? ""
    const call = `${reference}/${yield* Random.nextInt}/${yield* Random.nextInt}`
    let again: Started["again"] = {}
    for (let run = 1;; run++) {
      const claimed = yield* inTime(claim.execute({ id, run, fingerprint, definition, call }))
      const version = versionOf(tool, claimed.definition)
      if (version === undefined) return yield* unknownVersion(tool)
      if (claimed.fingerprint !== fingerprint) return yield* conflict(tool)
      const started = { id, run, again, claimed, version }
      if (claimed.call === call) return { token, started, end: undefined, replayOf: undefined }
      const replayOf = firstCall.exec(claimed.call)?.[1]
      const state = yield* stateOf(started)
      if (state._tag === "Running") return { token, started, end: undefined, replayOf }
      if (!mayRunAgain(state)) return { token, started, end: state, replayOf }
      again = countAgain(again, state.failure)
    }
  })

/** Returns the arguments as a client sends them, what is secret in them included: they are compared, and not kept. */
const encodedOf = (tool: Any, input: unknown): unknown => {
  const encoded = encoder(tool.input)(input)
  if (Result.isFailure(encoded)) throw new TypeError("The arguments cannot be encoded", { cause: encoded.failure })
  return encoded.success
}

/** Reads the reference of the call that claimed a key; code that begins runs has none. */
const firstCall = /^([0-9a-f]{8})\/[^/]+\/[^/]+$/

const conflict = (tool: Any): Errors.IdempotencyConflict => new Errors.IdempotencyConflict({ operation: titleOf(tool) })

/** Says that a run was begun under a version that this process does not know: how far it is, and to end it, is for another one. */
export const unknownVersion = (tool: Any): Errors.InvalidState =>
  ToolError.withGuidance(new Errors.InvalidState({ resource: titleOf(tool), state: "begun under another version" }), {
    message: `${titleOf(tool)} was begun under another version of the tool, which is not known here`,
    suggestion: "Do not use a new key: that would do it twice. Ask the user to look whether it was done"
  })

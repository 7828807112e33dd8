import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import type * as ToolError from "../../errors/ToolError.ts"
import * as IdempotencyKey from "../../idempotency/IdempotencyKey.ts"
import type { RetryPolicy } from "../../resilience/RetryPolicy.ts"

/** Describes how to take an activity back. */
export interface Undo {
  readonly name: string
  readonly key: IdempotencyKey.IdempotencyKey
  readonly retry: RetryPolicy | undefined
  readonly work: Effect.Effect<unknown, ToolError.Any, WorkflowEngine | WorkflowInstance>
}

/**
 * Provides what belongs to one replay of one run: it is made anew whenever the engine goes through the work again.
 */
export class Run extends Context.Service<Run, {
  readonly tool: string
  readonly executionId: string
  /** Notes that an activity begins. Throws if another one of this run has its name. */
  readonly enter: (name: string) => void
  /** Returns the key under which an activity is known to other services. */
  readonly keyOf: (name: string) => IdempotencyKey.IdempotencyKey
  /** Notes that an activity has ended, and how it is taken back; `undefined`: it cannot be. */
  readonly ended: (name: string, undo: Undo | "nothing to undo" | undefined) => void
  /** Returns what is to be taken back, the last first. */
  readonly undos: () => ReadonlyArray<Undo>
  /** Returns the names of activities that have ended and cannot be taken back. */
  readonly left: () => ReadonlyArray<string>
}>()("errata/durable/Run") {}

/** Begins a replay. `again` counts how often an activity was taken back in earlier runs of the key. */
export const makeRun = (
  { again, executionId, id, tool }: {
    readonly tool: string
    readonly id: string
    readonly executionId: string
    readonly again: { readonly [name: string]: number }
  }
): Run["Service"] => {
  const names = new Set<string>()
  const undos: Array<Undo> = []
  const left: Array<string> = []
  return {
    tool,
    executionId,
    enter: (name) => {
      if (name === "" || name.includes("\0") || !name.isWellFormed()) {
        throw new TypeError(`${tool}: ${JSON.stringify(name)} is no name of an activity`)
      }
      if (names.has(name)) {
        throw new TypeError(
          `${tool}: two activities are named ${name}, and the second would get the result of the first`
        )
      }
      names.add(name)
    },
    keyOf: (name) => {
      const count = Object.hasOwn(again, name) ? again[name]! : 0
      return IdempotencyKey.child(IdempotencyKey.make(id), `${count}/${name}`)
    },
    ended: (name, undo) => {
      if (undo === undefined) left.push(name)
      else if (undo !== "nothing to undo") undos.push(undo)
    },
    undos: () => undos.toReversed(),
    left: () => left
  }
}

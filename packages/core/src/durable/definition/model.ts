import type * as Duration from "effect/Duration"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import type * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type * as Tool from "../../tool/Tool.ts"
import type { Plan } from "./plan.ts"

/**
 * Lists the errors that every durable tool may fail with, beside those that it declares.
 *
 * @stability unstable
 * @category utility types
 * @since 0.1.0
 */
export type Added = readonly [
  typeof Errors.InProgress,
  typeof Errors.IdempotencyConflict,
  typeof Errors.InvalidState,
  typeof Errors.ProcessingError,
  typeof Errors.Unavailable
]

/**
 * Describes a tool whose work outlives its calls.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface DurableTool<
  Name extends string = string,
  I extends Tool.InputSchema = Tool.InputSchema,
  O extends Tool.OutputSchema = Tool.OutputSchema,
  Es extends ReadonlyArray<ToolError.AnyClass> = ReadonlyArray<ToolError.AnyClass>
> extends Tool.Tool<Name, I, O, readonly [...Es, ...Added], "idempotent", Needs<Name>> {
  /** Says how calls and runs belong together. */
  readonly durable: Durable
}

/**
 * Describes any durable tool.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Any extends Tool.Any {
  /** Says how calls and runs belong together. */
  readonly durable: Durable
}

/**
 * Says how calls and runs of a durable tool belong together.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Durable {
  /** Returns the key of a call: calls with one key share one run. */
  readonly keyOf: (input: never) => string
  /** The input field that holds the key; `undefined`: the key is made of the input. */
  readonly field: string | undefined
  /** Is true if the same key of another caller is another key. */
  readonly perCaller: boolean
  /** The time for which a call waits for the end of its run; `undefined`: as long as the call may take. */
  readonly waitsFor: Duration.Duration | undefined
  /** The time after which to ask again for a run that goes on. */
  readonly askAgainAfter: Duration.Duration
  /** The name of the tool that tells the state of a run; `undefined`: the tool itself is called again. */
  readonly pollTool: string | undefined
  /** The versions of the definition whose runs are still accepted. */
  readonly previous: ReadonlyArray<Previous>
  /** Makes what the engine needs, once. */
  readonly plan: () => Plan
}

/**
 * Describes an earlier version of a durable tool, whose runs go on.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Previous {
  /** The definition as it was. */
  readonly tool: Any
  /** Makes an output of today of what a run of that version returned. */
  readonly output: (output: never) => unknown
}

declare const BodyId: unique symbol

/**
 * Names the work of a durable tool: its layer provides it, and its handler needs it.
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export interface Body<in out Name extends string> {
  readonly [BodyId]: Name
}

/**
 * Lists what a durable tool needs from the runtime.
 *
 * @stability unstable
 * @category utility types
 * @since 0.1.0
 */
export type Needs<Name extends string> = WorkflowEngine | Body<Name>

import type { Safety } from "../../errors/Advice.ts"
import type { ResolvedBy } from "../../errors/ErrorType.ts"
import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import type { Family } from "../../errors/ToolError.ts"
import type { JsonSchema } from "../JsonSchema.ts"

/**
 * Describes an error with which a tool may answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  /** The tag, as the problem's `error` tells it. */
  readonly error: string
  /** The type, such as `not_found`. */
  readonly type: string
  /** The type in words for people. */
  readonly title: string
  /** Says what the caller should do. */
  readonly category: Family
  /** Says when it happens, if its class does. */
  readonly when?: string | undefined
  /** The message; what stands for a field is `<field>`. */
  readonly message: string
  /** Names who can make the call succeed, if that is known. */
  readonly resolved_by?: ResolvedBy | undefined
  /** The advice as the tool's safety gives it, while nothing can have happened; empty if there is nothing to say. */
  readonly advice: string
  /** The advice once something may have happened, where that is another. */
  readonly advice_if_open?: string | undefined
  /** The type that the reply tells once something may have happened, where that is another. */
  readonly type_if_open?: string | undefined
  /** The way to fix it, if its class says one. */
  readonly suggestion?: string | undefined
  /** The next steps that the guides or the class say; what stands for a field is `<field>`. */
  readonly steps?: ReadonlyArray<RecoveryStep> | undefined
  /** The JSON Schema of the problem's `details`; `undefined` if it has none. */
  readonly details?: JsonSchema | undefined
  /** Says whether the tool declares it, or the adapter may answer with it whatever the tool. */
  readonly origin: "declared" | "adapter"
}

/**
 * Describes the errors of a tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolErrors {
  /** The name of the tool. */
  readonly tool: string
  /** The name that a person sees, if there is one. */
  readonly title?: string | undefined
  /** Says how often a call may take effect. */
  readonly safety: Safety
  /** The errors: those that the tool declares, then the adapter's own. */
  readonly errors: ReadonlyArray<Entry>
}

/**
 * Lists every error that tools may answer with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Catalogue {
  /** The tools, in the order in which they were given. */
  readonly tools: ReadonlyArray<ToolErrors>
}

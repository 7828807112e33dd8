/**
 * Models what a caller can do next to recover: steps in order, some with options to choose from.
 *
 * A `RecoveryStep` is plain data, made by {@link manual} for what a person does and by `Tool.step` for a call of
 * another tool, whose parameters the compiler checks. On the wire the steps are numbered.
 *
 * **Details**
 *
 * `fill` names the parameters that only the model can know; the other parameters must decode with the tool's input.
 * Anything that needs a person's consent belongs into `options`, never into a step of its own.
 *
 * **Example** (Offering a choice)
 *
 * ```ts import.meta.vitest
 * import * as RecoveryStep from "@errata/core/RecoveryStep"
 *
 * const step = RecoveryStep.manual("Choose how to go on", {
 *   options: [RecoveryStep.manual("Wait for the running deployment"), RecoveryStep.manual("Cancel it")]
 * })
 * step.options?.length // => 2
 * ```
 *
 * @since 0.1.0
 */

/**
 * Describes something a caller can do, perhaps by calling a tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface Action {
  /** The action, as an imperative without a full stop. */
  readonly action: string
  /** The name of the tool to call. */
  readonly tool?: string | undefined
  /** The parameters of the call, as they go over the wire. */
  readonly parameters?: { readonly [name: string]: unknown } | undefined
  /** The names of parameters that the caller has to fill in. */
  readonly fill?: ReadonlyArray<string> | undefined
  /** One sentence more. */
  readonly description?: string | undefined
}

/**
 * Describes an action, perhaps with alternatives to choose from.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecoveryStep extends Action {
  /** The alternatives to choose from; the text lists the first five. */
  readonly options?: ReadonlyArray<Action> | undefined
}

/**
 * Makes a step that is no tool call.
 *
 * @category constructors
 * @since 0.1.0
 */
export const manual = (action: string, options?: {
  /** One sentence more. */
  readonly description?: string | undefined
  /** Alternatives to choose from, each an action. */
  readonly options?: ReadonlyArray<Action> | undefined
}): RecoveryStep => ({ action, ...options })

/**
 * Makes a step out of a choice between actions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const choice = (action: string, options: readonly [Action, ...Array<Action>]): RecoveryStep => ({
  action,
  options
})

/**
 * Describes something a caller can do, perhaps by calling a tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface Action {
  /** The action, as an imperative without a full stop. */
  readonly action: string
  /** The name of the tool to call. Without it, parameters are those of the call that failed. */
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

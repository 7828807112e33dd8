/** Holds the facts that are known besides the failure. */
export interface Context {
  /** Milliseconds since 1970: what a date in `Retry-After` is read against. */
  readonly now?: number | undefined
  /**
   * Says that the failure is of the handler of a whole tool, called with these arguments, not one call of a service. What such a
   * handler met on its own disk, in its own programs or in its own parsing is then no service's answer, and a file is told only
   * where its path is one of the arguments.
   */
  readonly handler?: {
    /** The arguments of the call. */
    readonly arguments: unknown
  } | undefined
}

/** Configures how a failure is described. */
export interface Options {
  /** Names who failed, as a reader knows it: "Billing", "the weather service". */
  readonly service: string
  /** The thing that was asked for, for "not found" and the like. Default: something of the service. */
  readonly resource?: string | undefined
  /** The one that was asked for. */
  readonly id?: string | undefined
  /** The action that was tried, for "no permission to". Default: "use". */
  readonly action?: string | undefined
}

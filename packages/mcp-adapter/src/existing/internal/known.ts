import type { Origin } from "./own.ts"
import type { Cleaning } from "./words.ts"

/** Describes what is known of a call whose failure is looked at. */
export interface Known extends Cleaning {
  /** Milliseconds since 1970: what a date is read against. */
  readonly now?: number | undefined
  readonly origin: Origin
  /** Is true if it happened in the turn in which the call began: nothing had arrived by then but the arguments. */
  readonly isFirst?: boolean | undefined
  /** Gives the names of the arguments that the tool lists, where they are known. */
  readonly listed?: (() => ReadonlySet<string> | undefined) | undefined
}

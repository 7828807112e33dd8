import type { Comparison } from "../comparison/model.ts"
import type * as Existing from "../options.ts"

/** See `adopt`'s `Options`. */
export interface Options extends Omit<Existing.Options, "name"> {
  /** Changes nothing and tells what would change, for `"shadow"`. Default `"enforce"`. */
  readonly mode?: "enforce" | "shadow" | undefined
  /** Collects, in shadow mode, what is said today and what would be. Default: each failure is logged. */
  readonly comparison?: Comparison | undefined
  /** Holds options of single tools, by name; what they do not say the server's options say. */
  readonly tools?: { readonly [name: string]: Omit<Existing.Options, "name"> } | undefined
}

import type * as Existing from "../options.ts"

/** See `adopt`'s `Options`. */
export interface Options extends Omit<Existing.Options, "name"> {
  /** Changes nothing and logs what would change, for `"shadow"`. Default `"enforce"`. */
  readonly mode?: "enforce" | "shadow" | undefined
  /** Holds options of single tools, by name; what they do not say the server's options say. */
  readonly tools?: { readonly [name: string]: Omit<Existing.Options, "name"> } | undefined
}

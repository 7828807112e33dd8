import type * as Limits from "@errata/core/Limits"
import type * as Redaction from "@errata/core/Redaction"

/** Describes what redacts the notifications of existing code. */
export interface Given {
  readonly redactor?: Redaction.Redactor | undefined
  readonly limits?: Partial<Limits.Limits> | undefined
}

/** Describes what is done around existing code. */
export interface Around {
  /** Hears what it returned. */
  readonly onReturned?: ((value: unknown) => void) | undefined
  /** Is waited for before a failure is told. */
  readonly onFailure?: (() => Promise<unknown>) | undefined
  /** Reads the Result that it returned. Throws if that is none. */
  readonly read?: ((returned: unknown) => Read) | undefined
}

/** Describes what a Result holds. */
export type Read = { readonly value: unknown } | { readonly error: unknown }

/** Existing code, bound to all but the context. */
export class Code {
  readonly run: (context: unknown) => unknown
  /** Holds what the SDK gave. */
  readonly context: unknown
  readonly given: Given
  readonly around: Around
  constructor(run: (context: unknown) => unknown, context: unknown, given: Given, around: Around = {}) {
    this.run = run
    this.context = context
    this.given = given
    this.around = around
  }
}

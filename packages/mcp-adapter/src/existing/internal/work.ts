import type { Safety } from "@errata/core/Advice"
import type * as ToolError from "@errata/core/ToolError"
import type * as Effect from "effect/Effect"
import type { Code } from "./code.ts"
import type { Thrown } from "./thrown.ts"
import type { Fits } from "./writeReturned.ts"

/** One call of existing code. */
export interface Work {
  /** Holds what the client sent, for the log and for the key. */
  readonly args: unknown
  /** Is true if it runs the handler, and does not only tell of what happened around it. */
  readonly isHandler?: boolean | undefined
  readonly run: () => Code | Effect.Effect<unknown, Thrown | ToolError.Any>
  /** Says why the call does not begin: what is wrong with the arguments, or that there is no such tool. */
  readonly refusal?: ToolError.Any | undefined
  /** Is true if a Result says if it succeeded: then `success: false` is not looked for in what it holds. */
  readonly isResult?: boolean | undefined
  /** Gives the names of the arguments that the tool lists, where they are known. */
  readonly listed?: (() => ReadonlySet<string> | undefined) | undefined
  /** Says how often the call may take effect, once it ended, where no option says it. */
  readonly safety?: (() => Safety | undefined) | undefined
  /** Gives the names near the called one, where there is no such tool. */
  readonly similar?: (() => ReadonlyArray<string>) | undefined
  /** Says whether structured content fits the listed output schema, where that is known. */
  readonly fits?: Fits | undefined
}

import type { Safety } from "@errata/core/Advice"
import type * as Classifier from "@errata/core/Classifier"
import type * as ToolError from "@errata/core/ToolError"
import type * as Call from "../../call/internal/options.ts"
import type { Idempotency } from "./keys.ts"

/** See `wrap`'s `Options`. */
export interface Options extends Omit<Call.Options, "structuredErrors"> {
  /** Names the tool in the log. Default `"tool"`. */
  readonly name?: string | undefined
  /** Names who failed, in the words of the default table. Default `"The service"`. */
  readonly service?: string | undefined
  /**
   * Says how often a call may take effect, which rules the advice. Default: what the tool's annotations say, else it is unknown,
   * and no reply says to repeat a call that began.
   */
  readonly safety?: (Safety & {}) | undefined // so the compiler lists the values
  /**
   * Turns what was thrown, or a result that says that it failed, into an error; `undefined` for "not mine". Any `Classifier` will
   * do: it receives the time of the call, against which dates are read. Default none.
   */
  readonly classify?: ((failure: unknown, context?: Classifier.Context) => ToolError.Any | undefined) | undefined
  /**
   * Says whose messages are meant for callers. `"own"`: those of errors that the server's own code makes, of an SDK's errors,
   * of texts that are thrown. `"declared"`: only those of tool errors. Or classes, or a predicate. Default `"own"`.
   */
  readonly expose?: "own" | "declared" | ReadonlyArray<ErrorClass> | ((failure: unknown) => boolean) | undefined
  /** Finds the failure in a result that succeeds by MCP's rules; `undefined` for none. Its content is kept. Default none. */
  readonly returned?: ((result: unknown) => unknown) | undefined
  /**
   * Lets a call take effect once for each idempotency key, however often it is repeated; the tool is `keyed` then, if `safety` does
   * not say otherwise. Not in shadow mode. Default none.
   */
  readonly idempotency?: Idempotency | undefined
  /** Takes `success: false` in a result, or in the JSON of its text, for a failure. Its content is kept. Default `false`. */
  readonly heedsSuccessFalse?: boolean | undefined
}

/** See `wrap`'s `ErrorClass`. */
export type ErrorClass = abstract new(...args: never) => Error

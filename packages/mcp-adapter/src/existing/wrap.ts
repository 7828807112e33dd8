/**
 * Brings the fold to existing code: handlers that throw, return promises or Results, with the schemas they have.
 *
 * Everything here makes a function to hand to the `registerTool` of either official SDK, in the place of the handler that
 * stands there. Arguments, schemas and what a handler returns when it succeeds stay as they are; what changes is what goes
 * out when it fails. Nothing here needs `effect`, zod or an SDK to be installed; for handlers that return an Effect there is
 * `@errata/mcp-adapter/toHandler`.
 *
 * **Details**
 *
 * Class and words are apart. The class of what is thrown comes from the first of these that says something:
 *
 * 1. a request for elicitation (`UrlElicitationRequiredError`) passes untouched, as the SDK needs it;
 * 2. a `ToolError` is folded;
 * 3. `classify` may turn it into one;
 * 4. the issues of the handler's own parse of its arguments, and an `McpError` that refuses them, are a validation error;
 * 5. the default table of `Classifier.unknown` (connection refused, HTTP status, database busy, ...), causes included.
 *
 * The words are the author's own where `expose` says so: secrets, paths, addresses and host names are replaced in them. What
 * has words and no class is `processing_error` without advice; what has neither is masked: logged in full, and nothing but a
 * reference goes out.
 *
 * A handler that *returns* its failure (`isError`) keeps all that it says; our lines are added. `success: false` is data, unless
 * an option says otherwise. An `Error` that is returned whole goes the way of what is thrown.
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `name` | `"tool"` | the tool's name, for the log |
 * | `service` | `"The service"` | who failed, in the words of the default table |
 * | `safety` | unknown: no reply says to call again | how often a call may take effect: rules the advice |
 * | `classify` | none | your own classifier, of what is thrown and of results that say that they failed |
 * | `expose` | `"own"` | whose messages are meant for callers: the server's own code's, `"declared"` ones only, classes, a predicate |
 * | `returned` | none | finds the failure in a result that succeeds |
 * | `heedsSuccessFalse` | `false` | takes `success: false` for a failure |
 * | `idempotency` | none | a key and a store: a call takes effect once for each key; see `@errata/mcp-adapter/stores` |
 * | `mode` | `"enforce"` | `"shadow"` changes nothing and tells what would change; for `wrapHandler` |
 * | `comparison` | none: the log | collects what shadow mode sees; see `Comparison` |
 * | `timeout`, `heartbeat` | none | existing code keeps its own time, and tells of its own progress |
 *
 * and the options of `Handler`, but for `structuredErrors`: the listed output schema is yours.
 *
 * **Gotchas**
 *
 * A promise cannot be stopped: after its `timeout` the handler runs on, and what comes of it is not heard, progress included.
 * The signal that it gets aborts when the client cancels, and at the `timeout`.
 *
 * Arguments and context get their types from `registerTool`, except in a tool without an input schema, where TypeScript does
 * not see them: write the type of the context there.
 *
 * **Example** (Wrapping a handler that throws)
 *
 * ```ts import.meta.vitest
 * import { wrapHandler } from "@errata/mcp-adapter/wrap"
 *
 * class OutOfStock extends Error {}
 *
 * const order = wrapHandler(async ({ item }: { item: string }) => {
 *   if (item === "unicorn") throw new OutOfStock("No unicorns left")
 *   if (item === "bug") throw new TypeError("connect to postgres://admin:hunter2@db failed")
 *   return { content: [{ type: "text", text: `Ordered ${item}` }] }
 * }, { name: "order", expose: [OutOfStock], logsCalls: false })
 *
 * const answer = async (item: string) => (await order({ item })).content[0]
 * await answer("pen") // => { type: "text", text: "Ordered pen" }
 * JSON.stringify(await answer("unicorn")).includes("No unicorns left.") // => true
 * JSON.stringify(await answer("bug")).includes("hunter2") // => false
 * ```
 *
 * @since 0.1.0
 */
import type * as ToolError from "@errata/core/ToolError"
import type * as Log from "../call/Log.ts"
import type { CallToolResult } from "../fold/CallToolResult.ts"
import { failureOf, type ResultLike, valueOf } from "../fold/internal/resultLike.ts"
import { Code, type Read } from "./internal/code.ts"
import type { Comparison } from "./internal/comparison/model.ts"
import { knownOutside, wrap } from "./internal/job.ts"
import type { Options } from "./internal/options.ts"
import { originHere } from "./internal/own.ts"
import { shadow } from "./internal/shadow.ts"
import { toToolError } from "./internal/thrown.ts"
import { logUncaught as uncaught } from "./internal/uncaught.ts"

export type {
  /**
   * Describes a Result of effect, neverthrow, or a custom `{ ok, value | error }` or `{ success, data | error }`.
   *
   * @category models
   * @since 0.1.0
   */
  ResultLike
} from "../fold/internal/resultLike.ts"

export type {
  /**
   * Describes a class of errors.
   *
   * @category models
   * @since 0.1.0
   */
  ErrorClass,
  /**
   * Says how existing code is wrapped. Every option has a default.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./internal/options.ts"

export type {
  /**
   * Says how the calls of existing code are protected by keys.
   *
   * @category models
   * @since 0.1.0
   */
  Idempotency,
  /**
   * Says where the key of a call comes from, and what holds for it.
   *
   * @category models
   * @since 0.1.0
   */
  KeyOptions
} from "./internal/keys.ts"

/**
 * Configures how a handler that throws is wrapped.
 *
 * @category models
 * @since 0.1.0
 */
export interface HandlerOptions extends Options {
  /** `shadow` changes nothing and tells what would change. Default: `enforce`. */
  readonly mode?: "enforce" | "shadow" | undefined
  /** Collects, in shadow mode, what is said today and what would be. Default: each failure is logged. */
  readonly comparison?: Comparison | undefined
}

/**
 * Wraps a function that throws or rejects. It is called with exactly what the SDK gives: arguments and context, or, for a tool
 * without an input schema, the context alone.
 *
 * @category wrapping
 * @since 0.1.0
 */
export const wrapHandler = <Args extends ReadonlyArray<unknown>>(
  handler: (...args: Args) => unknown,
  options: HandlerOptions = {}
): (...args: Args) => Promise<CallToolResult> =>
  options.mode === "shadow"
    ? shadow(options, (...args) => handler(...args as unknown as Args))
    : wrap(
      options,
      (args) => new Code(boundOf(handler, args), args.at(-1), options)
    )

/** Returns a handler that still needs the context. */
const boundOf = (handler: unknown, args: ReadonlyArray<unknown>): (context: unknown) => unknown =>
  (handler as (...args: ReadonlyArray<unknown>) => unknown).bind(undefined, ...args.slice(0, -1))

/**
 * Describes a promise of a Result, or whatever else can be awaited for one: the `then` of neverthrow's `ResultAsync` takes no
 * `null`, so that TypeScript does not count it among the `PromiseLike`.
 *
 * @category models
 * @since 0.1.0
 */
export interface LaterResult {
  /** Calls back with the Result, or with the reason of a rejection. */
  readonly then: (onResult: (result: ResultLike) => void, onRejected: (reason: unknown) => void) => unknown
}

/**
 * Wraps a function that returns a Result, or a promise of one. Its error goes the way of what is thrown: a `ToolError` is
 * folded, the rest classified, exposed or masked. A Result that succeeded is believed, unless it holds a result with `isError`.
 *
 * **Example** (Wrapping a handler that returns a Result)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import { fromResult } from "@errata/mcp-adapter/wrap"
 *
 * const find = fromResult(async ({ id }: { id: string }) =>
 *   id === "1"
 *     ? { ok: true as const, value: { name: "Ada" } }
 *     : { ok: false as const, error: new Errors.NotFound({ resource: "User", id }) }, { logsCalls: false })
 *
 * const found = await find({ id: "1" })
 * found.structuredContent // => { name: "Ada" }
 * const missing = await find({ id: "2" })
 * missing.isError // => true
 * ```
 *
 * @category wrapping
 * @since 0.1.0
 */
export const fromResult = <Args extends ReadonlyArray<unknown>>(
  handler: (...args: Args) => ResultLike | LaterResult,
  options: Options = {}
): (...args: Args) => Promise<CallToolResult> =>
  wrap(
    options,
    (args) => new Code(boundOf(handler, args), args.at(-1), options, { read: readResult }),
    { isResult: true }
  )

const readResult = (returned: unknown): Read => {
  const result = returned as ResultLike
  return failureOf(result) ?? { value: valueOf(result) }
}

/**
 * Makes a listener that logs what no call waits for, such as a promise that a handler left behind: one line without secrets, with
 * a reference of its own. Never throws.
 *
 * **Details**
 *
 * A library does not say whether a process goes on; the event that the listener is given to does:
 *
 * | event of `process` | then |
 * |---|---|
 * | `"uncaughtException"` | the process goes on, and every other call with it; the event hears of rejections too |
 * | `"uncaughtExceptionMonitor"` | the process ends as it would have, and Node prints the error, secrets included, as it would have |
 *
 * **Example** (Logging an unhandled rejection)
 *
 * ```ts import.meta.vitest
 * import { logUncaught } from "@errata/mcp-adapter/wrap"
 *
 * const lines: Array<string> = []
 * const listener = logUncaught({ write: (line) => lines.push(line) })
 * // in a server: process.on("uncaughtException", logUncaught())
 * listener(new Error("no connection to postgres://ada:hunter2@db/shop"), "unhandledRejection")
 * const { cause, message } = JSON.parse(lines[0]!)
 * message // => "an unhandled rejection"
 * cause.split("\n")[0] // => "Error: no connection to postgres://[redacted]@db/shop"
 * ```
 *
 * @category logging
 * @since 0.1.0
 */
export const logUncaught: (options?: Log.Options) => (error: unknown, origin?: unknown) => void = uncaught

/**
 * Says what would go out for something that was thrown: an error, or `undefined` for "masked". For your own tests
 * `classify` and `expose`.
 *
 * @category testing
 * @since 0.1.0
 */
export const classified = (failure: unknown, options: Options = {}): ToolError.Any | undefined =>
  toToolError(failure, options, knownOutside(options, originHere()))

/**
 * Calls tools in tests, without an SDK, exactly as a host would: arguments are decoded, the outcome is folded.
 *
 * **Example** (Testing the error of a tool)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const getUser = Tool.make("get_user", {
 *   description: "Returns a user.",
 *   input: { user_id: Schema.String },
 *   output: { name: Schema.String },
 *   errors: [Errors.NotFound],
 *   safety: "read"
 * })
 * const handled = Tool.handle(getUser, ({ user_id }) =>
 *   Effect.fail(new Errors.NotFound({ resource: "User", id: user_id })))
 *
 * const answer = await Effect.runPromise(ToolTest.call(handled, { user_id: "7" }))
 * answer.problem?.type // => "not_found"
 * answer.error instanceof Errors.NotFound // => true
 * answer.text.split("\n")[0] // => "User 7 not found."
 * ```
 *
 * @since 0.1.0
 */
import type * as Catalogue from "@errata/core/Catalogue"
import type * as Problem from "@errata/core/Problem"
import * as Tool from "@errata/core/Tool"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import type { CallToolResult } from "../fold/CallToolResult.ts"
import { problemIn } from "../fold/internal/lifted.ts"
import { isRecord } from "../fold/internal/resultLike.ts"
import * as Meta from "../fold/Meta.ts"
import type * as Handler from "./Handler.ts"
import { settleLater } from "./internal/answer.ts"
import { bindTool } from "./internal/bind.ts"
import { assertGuides } from "./internal/guides.ts"
import * as engine from "./internal/keyed/engine.ts"
import { provide } from "./internal/keyed/load.ts"
import { assertWithoutRuntime } from "./internal/runtime.ts"

/**
 * Holds the reply of a call, taken apart.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer<T extends Tool.Any> {
  /** The result as it would go over the wire. */
  readonly result: CallToolResult
  /** The text that a model reads. */
  readonly text: string
  /** The decoded output, if the call succeeded. */
  readonly value: T["output"]["Type"] | undefined
  /** The problem that a program finds in `_meta`, if the call failed. */
  readonly problem: Problem.Problem | undefined
  /** The declared error, rebuilt from what went over the wire. */
  readonly error: Tool.ErrorOf<T> | undefined
}

/**
 * Configures how a tool is called in a test.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<out R = never> extends Handler.Options, Handler.Beside<R> {
  /** The request as the host knows it: `_meta`, a signal, who calls, where notifications go. */
  readonly request?: Handler.Request | undefined
}

/**
 * Calls a tool. The handler's services come from the context of the test, its `TestClock` included; interrupting the call
 * is what a client's cancel does. Calls write no log line unless `logsCalls` says so; defects always do. Never fails.
 *
 * @category testing
 * @since 0.1.0
 */
export const call = <R, T extends Tool.Any>(
  handled: Tool.Handled<R, T>,
  args: unknown,
  options?: Options<R>
): Effect.Effect<Answer<T>, never, R> => {
  assertWithoutRuntime(options)
  assertGuides([handled, ...options?.beside ?? []], options ?? {})
  if (handled.tool.keyed !== undefined) provide(engine)
  return Effect.contextWith((context: Context.Context<R>) =>
    Effect.callback<CallToolResult>((resume, signal) => {
      const run = bindTool(handled, { logsCalls: false, ...options, runtime: context })
      const result = settleLater(run(args, { signal, ...options?.request }))
      if (result instanceof Promise) void result.then((result) => resume(Effect.succeed(result)))
      else resume(Effect.succeed(result))
    })
  ).pipe(Effect.map((result) => read(handled.tool, result)))
}

/**
 * Takes a result apart, as a client that knows the tool would.
 *
 * @category testing
 * @since 0.1.0
 */
export const read = <T extends Tool.Any>(tool: T, result: CallToolResult): Answer<T> => {
  const problem = Meta.problem(result._meta)
  const texts = result.content.filter((block) => block.type === "text").map((block) => block.text)
  return {
    result,
    text: texts.join("\n"),
    value: result.isError === true || problem !== undefined ? undefined : decodeOutput(tool, result),
    problem,
    error: problem === undefined ? undefined : Tool.decodeError(tool, problem)
  }
}

/**
 * Returns the errors that a result tells of: that of the call, and those of the items of a batch. Give those of all your tests to
 * `Catalogue.compare`.
 *
 * **Example** (Finding what was declared and never met)
 *
 * ```ts import.meta.vitest
 * import * as Catalogue from "@errata/core/Catalogue"
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Effect from "effect/Effect"
 *
 * const getUser = Tool.make("get_user", {
 *   description: "Returns a user.",
 *   errors: [Errors.NotFound, Errors.PermissionDenied],
 *   safety: "read"
 * })
 * const handled = Tool.handle(getUser, () => Effect.fail(new Errors.NotFound({ resource: "User" })))
 * const { result } = await Effect.runPromise(ToolTest.call(handled, {}))
 *
 * const { undeclared, unseen } = Catalogue.compare(Catalogue.of([getUser]), ToolTest.observed("get_user", result))
 * unseen // => [{ tool: "get_user", error: "PermissionDenied" }]
 * undeclared // => []
 * ```
 *
 * @category testing
 * @since 0.1.0
 */
export const observed = (tool: string, result: {
  /** Tells of success or failure. */
  readonly isError?: boolean | undefined
  /** Holds the output, or the report of a batch. */
  readonly structuredContent?: unknown
  /** Holds the problem. */
  readonly _meta?: { readonly [key: string]: unknown } | undefined
}): ReadonlyArray<Catalogue.Observed> => {
  const problem = problemIn(result as { readonly [key: string]: unknown })
  return [
    ...problem === undefined ? [] : [{ tool, error: problem.error }],
    ...itemsOf(result.structuredContent).map((error) => ({ tool, error, isItem: true }))
  ]
}

/** Returns the tags of the errors in the report of a batch. */
const itemsOf = (structured: unknown): ReadonlyArray<string> => {
  if (!isRecord(structured) || !isRecord(structured["error_summary"]) || !Array.isArray(structured["errors"])) return []
  return (structured["errors"] as ReadonlyArray<unknown>).flatMap((item) =>
    isRecord(item) && typeof item["error"] === "string" ? [item["error"]] : []
  )
}

const decodeOutput = <T extends Tool.Any>(tool: T, result: CallToolResult): T["output"]["Type"] | undefined => {
  const decode = SchemaParser.decodeUnknownResult(Schema.toCodecJson(tool.output as Schema.Codec<unknown, unknown>))
  const structured = result.structuredContent
  for (const candidate of [structured, structured?.["result"]]) {
    const decoded = candidate === undefined ? undefined : decode(candidate)
    if (decoded?._tag === "Success") return decoded.success as T["output"]["Type"]
  }
  return undefined
}

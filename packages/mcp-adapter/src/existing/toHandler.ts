/**
 * Makes a handler for the `registerTool` of either official SDK from a function that returns an Effect.
 *
 * {@link toHandler} is for those who write their programs with `effect` and keep the schemas and the registration they have.
 * Whoever has promises uses `wrapHandler` of `@errata/mcp-adapter/wrap`, which needs no `effect`; whoever defines tools whole
 * uses `Tool.make` and a host.
 *
 * **Details**
 *
 * The options are those of `wrap`, with a `runtime` that brings the services which the program needs. A defect is masked.
 *
 * **Gotchas**
 *
 * Existing code keeps its own time: without `timeout` a call has no deadline.
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import type * as Effect from "effect/Effect"
import type * as Handler from "../call/Handler.ts"
import type { Runtime } from "../call/Runtime.ts"
import type { CallToolResult } from "../fold/CallToolResult.ts"
import { type Existing, wrap } from "./internal/job.ts"
import type { Options } from "./internal/options.ts"

/** Refuses an error channel of `any`, which would pass for a `ToolError`. */
type Classified<E> = 0 extends 1 & E ? Tool.Mistake<"The error channel is `any`: say which errors the program has">
  : unknown

/**
 * Makes a handler of an Effect, for those who keep their own schemas and `registerTool`. Errors that are no `ToolError` do not
 * compile; what the program returns becomes structured content, unless it is a result already.
 *
 * **Example** (Handing an Effect to `registerTool`)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import { toHandler } from "@errata/mcp-adapter/toHandler"
 * import * as Effect from "effect/Effect"
 *
 * const find = toHandler(({ id }: { id: string }) =>
 *   id === "1" ? Effect.succeed({ name: "Ada" }) : Effect.fail(new Errors.NotFound({ resource: "User", id })), {
 *   safety: "read",
 *   logsCalls: false
 * })
 * const found = await find({ id: "1" })
 * found.structuredContent // => { name: "Ada" }
 * ```
 *
 * @category wrapping
 * @since 0.1.0
 */
export const toHandler: {
  /** Makes a handler of a program that needs no services. */
  <Args extends ReadonlyArray<unknown>, E extends ToolError.Any = never, R = never>(
    program: ((...args: Args) => Effect.Effect<unknown, E, R>) & Classified<E> & Handler.Free<Exclude<R, Tool.PerCall>>
  ): (...args: Args) => Promise<CallToolResult>
  /** Makes a handler of a program with the services of a runtime. */
  <Args extends ReadonlyArray<unknown>, E extends ToolError.Any = never, R = never, P extends Runtime<never> = never>(
    program: ((...args: Args) => Effect.Effect<unknown, E, R>) & Classified<E>,
    options: Handler.OptionsWithRuntime<Exclude<R, Tool.PerCall>, P, Options>
  ): (...args: Args) => Promise<CallToolResult>
} = <Args extends ReadonlyArray<unknown>>(
  program: (...args: Args) => unknown,
  options?: Options
): (...args: Args) => Promise<CallToolResult> =>
  wrap(options ?? {}, ((args: ReadonlyArray<unknown>) => program(...args as unknown as Args)) as unknown as Existing)

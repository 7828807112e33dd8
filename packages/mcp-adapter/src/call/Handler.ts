/**
 * Binds a tool's handler to a runtime: what comes out is a plain function from arguments to an MCP result.
 *
 * A `Handler` decodes the arguments (every issue at once), runs the program with a `ToolCall` and a `Scope` of its own,
 * bounds it in time, interrupts it when the client cancels, folds what comes out, and writes one log line. It never throws
 * and never rejects. Hosts wrap it; `ToolTest` calls it directly.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `timeout` | 50 s | how long a call may take, the wait for its services included, where the tool does not say (clients give up after 60 s) |
 * | `progressTimeout` | 280 s | the same for calls whose client listens to progress |
 * | `heartbeat` | 15 s | how long a client that listens may hear nothing before it is told that the call is still running |
 * | `grace` | 2 s | how long an interrupted call may take to release what it holds before the reply goes out |
 * | `render` | `"text"` | `"json"` writes the problem as JSON into the text, below the `Error:` line |
 * | `structuredErrors` | `false` | whether errors carry `structuredContent` too, and the listed output schema says so |
 * | `meta` | `"full"` | `"minimal"` keeps only `error`, `type`, `category`, `retry` and `reference_id` of the problem in `_meta` |
 * | `encodings` | none | other forms of the problem in `_meta`: `"tool-failure"`, `"problem+json"`, or an `Encoder` |
 * | `metaPrefix` | `"errata/"` | the prefix of the keys in `_meta` |
 * | `challenge` | what the errors say | where and for what a client signs in, in replies that ask it to |
 * | `limits` | see `Limits` | what is cut where |
 * | `redactor` | `Redaction.standard` | what looks like a secret |
 * | `isDebugging` | `false`; for hosts, `wrap` and `adopt` what `MCP_DEBUG` says | shows the detail of defects in replies and captures stacks: for development only |
 * | `logsCalls` | `true` | whether each call writes a log line |
 * | `logsSuccesses` | 1 | the share of successes that are logged; what failed, was tried again or answers in part always is |
 * | `opensSpans` | if `Telemetry` asks | whether each call opens a span (`tools/call <name>`), below the client's if it sent a `traceparent` |
 * | `repair` | `true` | whether arguments that do not decode are taken as they were probably meant, where the tool does not say |
 * | `unknownArguments` | `"refuse"` | whether arguments that the tool does not declare are an issue or ignored, where the tool does not say |
 * | `guides` | none | what to do next about errors, tool by tool; see `Tool.guide` |
 * | `otherTools` | none | the names of tools that the server lists beside these, registered by hand or later |
 * | `catalogue` | `false` | whether the listing of a tool names the errors that it declares, in `_meta["errata/errors"]` |
 * | `loops` | `true` where tools are registered on a server together, else `false` | whether a caller that repeats one call and gets one failure is told, from the third time on; see `LoopGuard` |
 *
 * Where the problem of an error goes, besides `_meta`, is chosen once for a server:
 *
 * | profile | options | `content` | `structuredContent` |
 * |---|---|---|---|
 * | text | none | lines for a model | none |
 * | structured | `structuredErrors: true` | lines for a model | `{ error: <Problem>, advice }` |
 * | JSON | `render: "json"` | the `Error:` line and the problem as JSON | none |
 *
 * A batch of which nothing succeeded has its report as `structuredContent` in every profile.
 *
 * A synchronous program answers without a promise. Finalizers of the call's scope run before the reply; if one of them
 * dies, the log says so and the reply stays what it was.
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import type * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import type { CallToolResult } from "../fold/CallToolResult.ts"
import { settleLater } from "./internal/answer.ts"
import { bindTool } from "./internal/bind.ts"
import { assertGuides } from "./internal/guides.ts"
import type { Request } from "./internal/request.ts"
import { assertGiven, type Runtime } from "./internal/runtime.ts"
import type { Options } from "./internal/toolOptions.ts"
import type * as Toolkit from "./Toolkit.ts"

export type {
  /**
   * Says how calls are run and answered. Every option has a default.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./internal/toolOptions.ts"

export type {
  /**
   * Holds what the official SDKs know of who calls.
   *
   * @category models
   * @since 0.1.0
   */
  AuthInfo,
  /**
   * Holds what a host knows of a request besides the arguments.
   *
   * @category models
   * @since 0.1.0
   */
  Request
} from "./internal/request.ts"

/**
 * Refuses, where no runtime is given, handlers that need services, and names these.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Free<R> = [R] extends [never] ? unknown
  : unknown extends R ? Tool.Mistake<"Pass a list of handled tools: [handled]">
  : Tool.Mistake<Missing<R>>

/**
 * Describes a list of tools with their handlers. The compiler names it, with its sentence, where one tool stands in its place.
 *
 * @category models
 * @since 0.1.0
 */
export interface HandledTools<out H, _Sentence = "Pass a list of handled tools: [handled]"> extends ReadonlyArray<H> {}

/**
 * Says how calls are run, and where the handlers' services come from: `R` is what they need, `P` the runtime. The compiler names
 * it, with its sentence, where something else is given.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionsWithRuntime<R, P, Rest = Options, _Sentence = "a runtime goes inside the options: { runtime }"> =
  | (Rest & Services<R, P> & Needs<R>)
  | ([R] extends [never] ? undefined : never)

interface Services<R, P> {
  /** Brings the services that handlers need: a `ManagedRuntime`, a `Context` that was built, or a `Layer`. */
  readonly runtime?: (P & Brings<R, P>) | undefined
}

type Brings<R, P> = [R] extends [ServicesOf<P>] ? unknown : Tool.Mistake<Missing<Exclude<R, ServicesOf<P>>>>

type Needs<R> = [R] extends [never] ? unknown : RuntimeFor<Missing<R>>

interface RuntimeFor<_Missing> {
  readonly runtime: unknown
}

/**
 * Lists the services that handlers need.
 *
 * @category utility types
 * @since 0.1.0
 */
export type NeededBy<H> = H extends Tool.Handled<infer R> ? R : never

type ServicesOf<P> = P extends Context.Context<infer R> ? R
  : P extends { readonly context: () => Promise<Context.Context<infer R>> } ? R
  : P extends Layer.Layer<infer R, infer _E, infer _R> ? R
  : never

type Missing<S> = S extends Toolkit.Handlers<infer Name>
  ? `The layer of the toolkit ${Name} is missing: pass { runtime } that brings it`
  : S extends { readonly key: infer Key extends string } ?
    `The service ${Key} is missing: pass { runtime } that brings it`
  : ["A service is missing: pass { runtime } that brings it", S]

/**
 * Describes a tool as a function. Never throws, never rejects.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handler {
  (args: unknown, request?: Request): CallToolResult | Promise<CallToolResult>
}

/**
 * Names what stands beside a tool that is bound alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface Beside<out R = never> {
  /** The tools that stand beside it on a server: the one by which it verifies its calls is asked. Default: none, and the caller has to ask. */
  readonly beside?: ReadonlyArray<Tool.Handled<R>> | undefined
}

/**
 * Binds a handled tool to the services it needs.
 *
 * **Example** (Calling a tool as a function)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import * as Handler from "@errata/mcp-adapter/Handler"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const double = Tool.make("double", {
 *   description: "Doubles a number.",
 *   input: { n: Schema.Finite },
 *   output: { doubled: Schema.Finite },
 *   safety: "read"
 * })
 * const call = Handler.make(Tool.handle(double, ({ n }) => Effect.succeed({ doubled: 2 * n })), { logsCalls: false })
 *
 * const result = await call({ n: 21 })
 * result.structuredContent // => { doubled: 42 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: {
  /** Binds a tool whose handler needs no services. */
  <R = never>(handled: Tool.Handled<R> & Free<R>): Handler
  /** Binds a tool to the services of a runtime. */
  <R = never, P extends Runtime<never> = never>(
    handled: Tool.Handled<R>,
    options: OptionsWithRuntime<R, P, Options & Beside<R>>
  ): Handler
} = (
  handled: Tool.Handled<unknown>,
  options?: OptionsWithRuntime<never, Runtime<never>, Options & Beside<unknown>>
): Handler => {
  const given = assertGiven(options)
  assertGuides([handled, ...given.beside ?? []], given)
  const run = bindTool(handled, given)
  return (args, request) => settleLater(run(args, request))
}

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
 * | `progressTimeout` | 10 min | the same for calls whose client listens to progress |
 * | `heartbeat` | 15 s | how long a client that listens may hear nothing before it is told that the call is still running |
 * | `grace` | 2 s | how long an interrupted call may take to release what it holds before the reply goes out |
 * | `render` | `"text"` | `"json"` writes the problem as JSON into the text |
 * | `structuredErrors` | `false` | whether errors carry `structuredContent` too, and the listed output schema says so |
 * | `metaPrefix` | `"errata/"` | the prefix of the keys in `_meta` |
 * | `limits` | see `Limits` | what is cut where |
 * | `redactor` | `Redaction.standard` | what looks like a secret |
 * | `isDebugging` | `false`; for hosts, `wrap` and `adopt` what `MCP_DEBUG` says | shows the detail of defects in replies and captures stacks: for development only |
 * | `logsCalls` | `true` | whether each call writes a log line |
 * | `opensSpans` | `false` | whether each call opens a span (`tool <name>`), below the client's if it sent a `traceparent` |
 *
 * Where the problem of an error goes, besides `_meta`, is chosen once for a server:
 *
 * | profile | options | `content` | `structuredContent` |
 * |---|---|---|---|
 * | text | none | lines for a model | none |
 * | structured | `structuredErrors: true` | lines for a model | `{ error: <Problem>, advice }` |
 * | JSON | `render: "json"` | the problem as JSON | none |
 *
 * A batch of which nothing succeeded has its report as `structuredContent` in every profile.
 *
 * A synchronous program answers without a promise. Finalizers of the call's scope run before the reply; if one of them
 * dies, the log says so and the reply stays what it was.
 *
 * @since 0.1.0
 */
import type * as Limits from "@errata/core/Limits"
import type * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import type * as Duration from "effect/Duration"
import type { CallToolResult } from "../fold/CallToolResult.ts"
import { bind } from "./internal/bind.ts"
import * as Codec from "./internal/codec.ts"
import type { Runtime } from "./Runtime.ts"

/**
 * How calls are run and answered. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly timeout?: Duration.Input | undefined
  readonly progressTimeout?: Duration.Input | undefined
  readonly heartbeat?: Duration.Input | undefined
  readonly grace?: Duration.Input | undefined
  readonly render?: "text" | "json" | undefined
  readonly structuredErrors?: boolean | undefined
  readonly metaPrefix?: string | undefined
  readonly limits?: Partial<Limits.Limits> | undefined
  readonly redactor?: Redaction.Redactor | undefined
  readonly isDebugging?: boolean | undefined
  readonly logsCalls?: boolean | undefined
  readonly opensSpans?: boolean | undefined
}

/**
 * What a host knows of a request besides the arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** Aborted when the client cancels. */
  readonly signal?: AbortSignal | undefined
  /** The request's `_meta`. */
  readonly meta?: { readonly [key: string]: unknown } | undefined
  /** What the host's authentication found. */
  readonly authInfo?: AuthInfo | undefined
  /** Sends a notification to the client. May fail; nobody waits for it. */
  readonly notify?: ((notification: { readonly method: string; readonly params: object }) => unknown) | undefined
}

/**
 * What the official SDKs know of who calls.
 *
 * @category models
 * @since 0.1.0
 */
export interface AuthInfo {
  readonly token: string
  readonly clientId: string
  readonly scopes: ReadonlyArray<string>
  readonly extra?: { readonly [key: string]: unknown } | undefined
}

/**
 * A tool as a function. Never throws, never rejects.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handler {
  (args: unknown, request?: Request): CallToolResult | Promise<CallToolResult>
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
 *   input: Schema.Struct({ n: Schema.Finite }),
 *   output: Schema.Struct({ doubled: Schema.Finite }),
 *   safety: "read"
 * })
 * const call = Handler.make(Tool.handle(double, ({ n }) => Effect.succeed({ doubled: 2 * n })), { options: { logsCalls: false } })
 *
 * const result = await call({ n: 21 })
 * result.structuredContent // => { doubled: 42 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R = never>(
  handled: Tool.Handled<R>,
  ...[given]: [R] extends [never] ? [given?: Given<R>] : [given: Given<R> & { readonly runtime: Runtime<R> }]
): Handler => {
  const { tool } = handled
  return bind(tool, handled.handler, given, (format) => Codec.make(tool, format))
}

/**
 * What a handler is bound to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Given<R> {
  /** Where the handler's services come from. */
  readonly runtime?: Runtime<R> | undefined
  readonly options?: Options | undefined
}

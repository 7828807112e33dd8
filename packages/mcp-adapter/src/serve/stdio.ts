/**
 * Serves over stdio: frames and nothing else on stdout, and a process that lives as long as its client and ends cleanly.
 *
 * {@link serve} takes tools and the layer of their services, or a server that exists, of either official SDK, adopted or not. It
 * builds the services, connects the server, waits, and releases everything at the end. It rules the whole process: call it once,
 * last, in the module that starts.
 *
 * **Details**
 *
 * | exit code | why |
 * |---|---|
 * | 0 | the client closed stdin or went away, or the process was asked to end (SIGTERM, SIGINT, SIGHUP) |
 * | 70 | so much went wrong outside all calls that the state of the process is unknown |
 * | 75 | the event loop was blocked and stayed so (SIGKILL where it was in native code that cannot be paused) |
 * | 78 | the server cannot start: its configuration, or a resource that it needs, is wrong or missing |
 *
 * What prints, in any way that can be seen from within the process, becomes a line of the log on stderr: the console, what
 * writes to `process.stdout` or to the descriptor 1, a worker, a child that would inherit stdout.
 *
 * When the client closes stdin, or a signal comes, requests in flight get the time of `drain`; those that are not answered then
 * are told that the server is shutting down, and interrupted. The process ends when their finalizers have run and the services
 * are released. A client that is gone is not waited for. A rejected promise or an error that no call waits for is logged under
 * a reference, and ends nothing, unless it happens too often.
 *
 * Tools that take idempotency keys get the store of `layerForServer`, named like the server, unless the layer brings one.
 *
 * **Example** (Serving a tool)
 *
 * ```ts
 * import * as Tool from "@errata/core/Tool"
 * import { serve } from "@errata/mcp-adapter/stdio"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })
 *
 * await serve({ name: "example", version: "1.0.0", tools: [Tool.handle(ping, () => Effect.succeed("pong"))] })
 * ```
 *
 * @since 0.1.0
 */
import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import type * as Tool from "@errata/core/Tool"
import type * as Layer from "effect/Layer"
import type * as Handler from "../call/Handler.ts"
import type { Runtime } from "../call/Runtime.ts"
import { keepCompiledCode } from "./internal/compileCache.ts"
import type { About, AnyServer, Generation } from "./internal/stdio/connect.ts"
import type { Given } from "./internal/stdio/served.ts"
import type { StdioOptions } from "./internal/stdio/settings.ts"

export type {
  /**
   * Describes a server of either SDK, high or low level.
   *
   * @category models
   * @since 0.1.0
   */
  AnyServer,
  /**
   * Names a generation of the official SDK: `@modelcontextprotocol/sdk` 1.x or `@modelcontextprotocol/server` 2.x.
   *
   * @category models
   * @since 0.1.0
   */
  Generation
} from "./internal/stdio/connect.ts"

export type {
  /**
   * Bounds what comes in over stdio, and what goes out.
   *
   * @category models
   * @since 0.1.0
   */
  StdioLimits,
  /**
   * Says how a process serves over stdio. Every option has a default.
   *
   * @category models
   * @since 0.1.0
   */
  StdioOptions
} from "./internal/stdio/settings.ts"

export type {
  /**
   * Says where the log is kept in a file, beside stderr.
   *
   * @category models
   * @since 0.1.0
   */
  LogFile
} from "./internal/logFile.ts"

export type {
  /**
   * Says when an event loop counts as blocked.
   *
   * @category models
   * @since 0.1.0
   */
  Watchdog
} from "./internal/watchdog/watchdog.ts"

export type {
  /**
   * Says how much may go wrong outside all calls.
   *
   * @category models
   * @since 0.1.0
   */
  Uncaught
} from "./internal/survive.ts"

/**
 * Says what is served, besides the tools and their services. The options of `Handler` stand beside these.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolsOptions extends About, Omit<StdioOptions, "name">, Omit<Handler.Options, "redactor"> {
  /** Serves on this SDK, where both are installed. Default: the newer one that is installed. */
  readonly sdk?: Generation | undefined
}

/**
 * Brings the services that tools need. A store of idempotency keys need not be among them.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<R> = [R] extends [never] ? {
    /** Brings services: built before the first call, and released at the end. */
    readonly layer?: Layer.Layer<never, unknown> | undefined
    /** Brings services that are built elsewhere. One that can be disposed of is, at the end. */
    readonly runtime?: Runtime<never> | undefined
  }
  : {
    /** Brings the services: built before the first call, and released at the end. */
    readonly layer: Layer.Layer<R, unknown>
    /** Is not given beside a layer. */
    readonly runtime?: undefined
  } | {
    /** Brings services that are built elsewhere. One that can be disposed of is, at the end. */
    readonly runtime: Runtime<R>
    /** Is not given beside a runtime. */
    readonly layer?: undefined
  }

/**
 * Describes tools, with the services that they need.
 *
 * @category models
 * @since 0.1.0
 */
export type Tools<H> =
  & ToolsOptions
  & {
    /** The tools to serve, with their handlers. */
    readonly tools: ReadonlyArray<H>
  }
  & Services<Exclude<Handler.NeededBy<H>, IdempotencyStore>>

/**
 * Serves over stdio until the client goes, or the process is asked to end; then ends the process.
 *
 * @category models
 * @since 0.1.0
 */
export interface Serve {
  /** Serves tools. A service that the layer does not bring does not compile. */
  <H extends Tool.Handled<unknown>>(tools: Tools<H>): Promise<void>
  /** Serves what a module exports under the names of the options: nothing that it imports prints between frames, and it starts faster. */
  <H extends Tool.Handled<unknown>>(load: () => Promise<Tools<H>>, options?: Pick<StdioOptions, "name">): Promise<void>
  /** Serves a server that exists, or, with SDK 2.x, what a factory makes for each connection. */
  (server: AnyServer | (() => AnyServer | Promise<AnyServer>), options?: StdioOptions): Promise<void>
}

/**
 * Serves tools, or a server that exists, over stdio, until the client goes or the process is asked to end; then ends the process.
 *
 * @category serving
 * @since 0.1.0
 */
export const serve: Serve = async (given: Given, options: StdioOptions = {}): Promise<void> => {
  keepCompiledCode()
  const [{ run }, { servedBy }] = await Promise.all([
    import("./internal/stdio/run.ts"),
    import("./internal/stdio/served.ts")
  ])
  return run(() => servedBy(given, options), options.name)
}

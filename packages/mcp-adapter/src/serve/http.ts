/**
 * Serves tools over Streamable HTTP, through the official SDKs' own handlers, with what a server on a network needs around them.
 *
 * {@link serve} listens on Node's own server; {@link toFetch} makes a function from `Request` to `Response` for everything else. Either
 * takes a set of tools, which are bound once, or a factory that makes an `McpServer` of SDK 1.x or 2.x for each request (or
 * session).
 *
 * **Details**
 *
 * | route | who may ask | answers |
 * |---|---|---|
 * | `/mcp` (`path`) | whoever has a token, where one is needed | the protocol; the newest only with SDK 2.x |
 * | `/health` | everybody | 200 while the process runs |
 * | `/ready` | everybody | 200, or 503 while a check of `ready` fails and once the server is asked to end |
 * | `/.well-known/oauth-protected-resource` | everybody | the metadata of `auth`, where there is some |
 * | `/metrics` | as at the endpoint | what `Telemetry.layer` counts, for Prometheus |
 * | `/console` | as at the endpoint; on this machine only, without a token | the operator's page, where `console` asks for it |
 * | those of `pages` | as at the endpoint | what they return |
 *
 * A request is refused before it reaches the SDK where its `Host` or `Origin` is not allowed (403), its token is not valid (401) or allows
 * too little (403), its method (405), type (415) or size (413, 431) is wrong, it arrives too slowly (408), or too much is being done
 * already (503 with `Retry-After`). Refusals are JSON: a JSON-RPC error at the endpoint, RFC 9457 elsewhere, with a sentence that depends
 * on nothing in the request and a reference that stands in the log. A reply of a tool that asks for another token
 * (`_meta["mcp/www_authenticate"]`) is sent with 401 or 403 and `WWW-Authenticate`, while the headers are unsent.
 *
 * A client of the newest protocol (2026-07-28) that closes its connection cancels its call. Before it, a closed connection is no cancel:
 * the call goes on, and with `sessions` its answer waits for the client to come back.
 *
 * Asked to end, the server says so at `/ready`, takes no more requests, answers those in flight within `drain`, interrupts
 * the others, releases the services, and ends the process with 0. It cannot start: 78 and a line on stderr. Its event loop is blocked: the
 * log tells the calls in flight and the place in the code, and a loop that stays blocked ends the process with 75.
 *
 * **Example** (Serving on a free port)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import { serve } from "@errata/mcp-adapter/http"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })
 * const server = await serve({
 *   name: "example",
 *   version: "1.0.0",
 *   tools: [Tool.handle(ping, () => Effect.succeed("pong"))],
 *   token: "a-long-secret",
 *   ownsProcess: false, // in a program of its own leave this out, and the process ends with the server
 *   write: () => undefined
 * })
 * const { status } = await fetch(server.url, { method: "POST" })
 * await server.close()
 * status // => 401
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
import { compose, type Factory, type ToolSet } from "./internal/http/compose.ts"
import { type Given, run, type Running } from "./internal/http/run.ts"
import type { FetchSettings, ServeSettings } from "./internal/http/settings.ts"
import { webInbound, webResponse } from "./internal/http/webInbound.ts"
import type { About, AnyServer } from "./internal/stdio/connect.ts"

export type {
  /**
   * Answers requests to a page beside the endpoint, such as the metrics.
   *
   * @category models
   * @since 0.1.0
   */
  Page
} from "./internal/http/app.ts"

export type {
  /**
   * Says whose tokens are valid.
   *
   * @category models
   * @since 0.1.0
   */
  Auth,
  /**
   * Tells clients where they get a token (RFC 9728).
   *
   * @category models
   * @since 0.1.0
   */
  ResourceMetadata,
  /**
   * Says whose a token is, and what it allows.
   *
   * @category models
   * @since 0.1.0
   */
  Verified
} from "./internal/http/auth.ts"

export type {
  /**
   * Bounds what the streams of a session keep for clients that lost theirs.
   *
   * @category models
   * @since 0.1.0
   */
  ResumeOptions as Resume
} from "./internal/http/events.ts"

export type {
  /**
   * Bounds what a client may send, and how much is done at once. Each limit names what happens beyond it.
   *
   * @category models
   * @since 0.1.0
   */
  Limits
} from "./internal/http/limits.ts"

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
   * Says whether a part of the server is ready.
   *
   * @category models
   * @since 0.1.0
   */
  Check
} from "./internal/http/ready.ts"

export type {
  /**
   * Describes a server that listens.
   *
   * @category models
   * @since 0.1.0
   */
  Running,
  /**
   * Counts what a server holds at a moment.
   *
   * @category models
   * @since 0.1.0
   */
  RunningCounts as Counts
} from "./internal/http/run.ts"

export type {
  /**
   * Bounds the sessions of a server.
   *
   * @category models
   * @since 0.1.0
   */
  Sessions
} from "./internal/http/sessions.ts"

export type {
  /**
   * Tells clients of the newest protocol what changes.
   *
   * @category models
   * @since 0.1.0
   */
  EventBus,
  /**
   * Says who may ask, and for what, where something else listens.
   *
   * @category models
   * @since 0.1.0
   */
  FetchSettings,
  /**
   * Says where a server listens, who may ask, and how it ends.
   *
   * @category models
   * @since 0.1.0
   */
  ServeSettings
} from "./internal/http/settings.ts"

/**
 * Says what is served, besides the tools and their services.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolsOptions extends About, Handler.Options {}

/**
 * Describes tools, with the services that they need, and those that the checks of `ready` need. A store of idempotency keys need not be
 * among them.
 *
 * @category models
 * @since 0.1.0
 */
export type Tools<H> =
  & ToolsOptions
  & {
    /** The tools to serve, with their handlers. */
    readonly tools: Handler.HandledTools<H>
  }
  & Services<Exclude<Handler.NeededBy<H>, IdempotencyStore>>

/**
 * Brings the services that tools need.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<R> = [R] extends [never] ? OptionalServices : RequiredServices<R>

interface OptionalServices {
  /** Brings services: built before the first call, and released at the end. */
  readonly layer?: Layer.Layer<never, unknown> | undefined
  /** Brings services that are built elsewhere. One that can be disposed of is, at the end. */
  readonly runtime?: Runtime<never> | undefined
}

type RequiredServices<R> =
  | {
    /** Brings the services: built before the first call, and released at the end. */
    readonly layer: Layer.Layer<R, unknown>
    readonly runtime?: undefined
  }
  | {
    /** Brings services that are built elsewhere. One that can be disposed of is, at the end. */
    readonly runtime: Runtime<R>
    readonly layer?: undefined
  }

/**
 * Makes a server for each request, or for each session. Called once more at the start, so that what it cannot make is known then.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerFactory {
  (request: {
    /** Says who asks, where the server looks at tokens. */
    readonly authInfo?: Handler.AuthInfo | undefined
  }): AnyServer | PromiseLike<AnyServer>
}

/**
 * Serves over HTTP.
 *
 * @category models
 * @since 0.1.0
 */
export interface Serve {
  /** Serves tools. A service that the layer does not bring does not compile. */
  <H extends Tool.Handled<unknown>>(tools: Tools<H> & ServeSettings<Handler.NeededBy<H>>): Promise<Running>
  /** Serves what a function loads: what it throws is why the server cannot start. */
  <H extends Tool.Handled<unknown>>(
    load: () => Promise<Tools<H> & ServeSettings<Handler.NeededBy<H>>>,
    settings?: {
      /** Names the server in the log as long as it is not known. Default `"the server"`. */
      readonly name?: string | undefined
    }
  ): Promise<Running>
  /** Serves what a factory makes for each request, or each session. */
  (factory: ServerFactory, settings?: ServeSettings): Promise<Running>
}

/**
 * Listens, and serves until it is closed or the process is asked to end. With a factory, give servers of SDK 1.x one
 * `jsonSchemaValidator` that they share: each makes its own otherwise, which costs more than a call.
 *
 * @category serving
 * @since 0.1.0
 */
export const serve: Serve = (
  given: object,
  { name, ...settings }: ServeSettings & { readonly name?: string | undefined } = {}
): Promise<Running> => {
  const first = typeof given === "function" ? { name, source: {}, settings } : givenBy(given, settings)
  if (first.settings.ownsProcess !== false) keepCompiledCode()
  return run(() => load(given, settings), first)
}

/**
 * Describes a server that something else listens for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fetch {
  /** Answers a request. Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Takes no more requests, interrupts those in flight, and releases the services. */
  readonly close: () => Promise<void>
}

/**
 * Makes a function that answers web requests, for Deno, Bun, Hono and others. Limits of connections and headers are theirs to keep.
 *
 * **Example** (Answering without a port)
 *
 * ```ts import.meta.vitest
 * import { toFetch } from "@errata/mcp-adapter/http"
 *
 * const { close, fetch } = await toFetch({ name: "example", version: "1.0.0", tools: [], hosts: ["mcp.example.com"] })
 * const { status } = await fetch(new Request("https://mcp.example.com/health"))
 * await close()
 * status // => 200
 * ```
 *
 * @category serving
 * @since 0.1.0
 */
export const toFetch: ToFetch = async (given: object, outer: FetchSettings = {}): Promise<Fetch> => {
  const { settings, source } = await load(given, outer)
  const { app, backend, bounds, release } = await compose(source, settings, "")
  return {
    fetch: async (request) => webResponse(await app.handle(webInbound(request, bounds))),
    close: async () => {
      app.drain()
      app.end()
      await backend.close()
      await release()
    }
  }
}

/**
 * Makes a function that answers web requests.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToFetch {
  /** Serves tools. A service that the layer does not bring does not compile. */
  <H extends Tool.Handled<unknown>>(tools: Tools<H> & FetchSettings<Handler.NeededBy<H>>): Promise<Fetch>
  /** Serves what a factory makes for each request, or each session. */
  (factory: ServerFactory, settings?: FetchSettings): Promise<Fetch>
}

type GivenTools =
  & ToolsOptions
  & { readonly tools: ReadonlyArray<Tool.Handled<never>> }
  & OptionalServices
  & ServeSettings

/** Finds out what is to be served. A function is called first: it imports the tools, or makes a server. */
const load = async (given: object, settings: ServeSettings): Promise<Given> => {
  if (typeof given !== "function") return givenBy(given, settings)
  const made: unknown = await (given as Factory)(nobody)
  if (typeof made === "object" && made !== null && "tools" in made) return givenBy(made, settings)
  return { name: undefined, source: { factory: given as Factory, first: made as AnyServer }, settings }
}

/** Stands for the caller where a factory is called at the start. */
const nobody = {} as Parameters<Factory>[0]

const givenBy = (given: object, outer: ServeSettings): Given => {
  const { layer, runtime, ...rest } = given as GivenTools
  const tools = Object.fromEntries(Object.entries(rest).filter(([name]) => !ours.has(name))) as unknown as ToolSet
  return {
    name: rest.name,
    source: { tools, layer, runtime, redactor: rest.redactor },
    settings: { ...outer, ...rest }
  }
}

/** Lists the options that concern the transport, and not the calls. */
const ours: ReadonlySet<string> = new Set<keyof ServeSettings>([
  "path",
  "hosts",
  "origins",
  "token",
  "auth",
  "sessions",
  "streams",
  "requests",
  "ready",
  "console",
  "metrics",
  "pages",
  "sdk",
  "bus",
  "write",
  "port",
  "host",
  "sharesPort",
  "drain",
  "drainDelay",
  "ownsProcess",
  "uncaught",
  "watchdog"
])

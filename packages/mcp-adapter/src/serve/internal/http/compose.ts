import * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import type * as Layer from "effect/Layer"
import type { Options as CallOptions } from "../../../call/Handler.ts"
import type { Runtime } from "../../../call/Runtime.ts"
import { type Calls, followServer } from "../calls.ts"
import { type LogLine, logLine, reasonOf, type Write, writeToStderr } from "../log.ts"
import { startServices } from "../services.ts"
import type { About } from "../stdio/connect.ts"
import { type App, makeApp, type Page } from "./app.ts"
import { type Auth, metadataUrlOf, verifierOf } from "./auth.ts"
import type { AnyServer, Backend, Exchange } from "./backend.ts"
import { withConsole } from "./console.ts"
import { hasSdk2, isOfSdk2 } from "./generation.ts"
import { makeGuard } from "./hosts.ts"
import { type Bounds, boundsOf } from "./limits.ts"
import { makeReadiness } from "./ready.ts"
import type { FetchSettings } from "./settings.ts"

/** Makes a server of an SDK, for one request or one session. */
export type Factory = (exchange: Exchange) => AnyServer | PromiseLike<AnyServer>

/** Describes a set of tools to serve. */
export interface ToolSet extends About, CallOptions {
  readonly tools: ReadonlyArray<Tool.Handled<never>>
}

/** Says what is served. */
export interface Source {
  readonly tools?: ToolSet | undefined
  readonly factory?: Factory | undefined
  /** Holds what the factory made at the start: what it cannot make then, no request can have. */
  readonly first?: AnyServer | undefined
  readonly layer?: Layer.Layer<never, unknown> | undefined
  readonly runtime?: Runtime<never> | undefined
  readonly redactor?: Redaction.Redactor | undefined
}

/** Holds everything that answers requests. */
export interface Composed {
  readonly app: App
  readonly bounds: Bounds
  readonly backend: Backend
  readonly log: LogLine
  readonly write: Write
  /** Releases the services. */
  readonly release: () => Promise<void>
}

/**
 * Builds everything that answers requests, and follows its calls. Rejects where a part cannot be built; what was built until then is
 * released.
 */
export const compose = async (
  source: Source,
  settings: FetchSettings,
  host: string,
  calls?: Calls
): Promise<Composed> => {
  const write = settings.write ?? writeToStderr
  const redactor = source.redactor ?? Redaction.standard
  const log = logLine(write, redactor)
  const bounds = boundsOf(settings.requests)
  const path = settings.path ?? "/mcp"
  if (!/^\/[\w\-.~/]*$/.test(path)) {
    throw new TypeError("The path must begin with / and hold letters, digits and -._~/ only")
  }
  const auth = authOf(settings)
  const isAuthenticated = auth !== undefined
  const guard = makeGuard({ host, hosts: settings.hosts, origins: settings.origins, isAuthenticated })
  const services = await servicesOf(source, write)
  try {
    const place = { name: nameOf(source), host, isAuthenticated, hasFactory: source.factory !== undefined, log }
    const { context, pages } = await withConsole(services.context, settings.console, place)
    const backend = await backendOf({ source, settings, bounds, runtime: context, log, calls })
    const app = makeApp({
      path,
      bounds,
      guard,
      auth,
      backend,
      methods: sessionsOf(settings) === undefined ? ["POST"] : ["POST", "GET", "DELETE"],
      readiness: makeReadiness(settings.ready ?? {}, context),
      pages: { ...pages, ...pagesOf(settings, context) },
      redactor,
      log
    })
    return { app, bounds, backend, log, write, release: services.release }
  } catch (failure) {
    await services.release().catch(() => undefined)
    throw failure
  }
}

const servicesOf = (source: Source, write: Write) =>
  startServices({
    name: nameOf(source),
    tools: source.tools?.tools ?? [],
    layer: source.layer,
    runtime: source.runtime,
    write,
    redactor: source.redactor
  })

const nameOf = ({ tools }: Source): string => tools?.name ?? "server"

const authOf = ({ auth, token }: FetchSettings): Auth | undefined => {
  if (auth !== undefined && token !== undefined) throw new TypeError("Pass `token` or `auth`, not both")
  return token === undefined ? auth : { verify: verifierOf(token) }
}

const sessionsOf = ({ sessions }: FetchSettings) => sessions === true ? {} : sessions === false ? undefined : sessions

const pagesOf = (
  { metrics = true, pages = {} }: FetchSettings,
  runtime: Runtime<never>
): Readonly<Record<string, Page>> => {
  if (!metrics) return pages
  let counted: Page | undefined
  const page: Page = async (request) => {
    const { prometheus } = await import("../../Telemetry.ts")
    return (counted ??= prometheus({ runtime }))(request)
  }
  return { "/metrics": page, ...pages }
}

interface BackendOptions {
  readonly source: Source
  readonly settings: FetchSettings
  readonly bounds: Bounds
  readonly runtime: Runtime<never>
  readonly log: LogLine
  readonly calls: Calls | undefined
}

const backendOf = async ({ bounds, calls, log, runtime, settings, source }: BackendOptions): Promise<Backend> => {
  const { isNew, make } = source.factory === undefined
    ? await fromTools(source.tools!, settings, runtime)
    : await fromFactory(source.factory, source.first)
  const { backend } = isNew ? await import("./sdk2.ts") : await import("./sdk1.ts")
  return backend({
    make: calls === undefined ? make : following(make, calls),
    sessions: sessionsOf(settings),
    streams: settings.streams ?? true,
    subscriptions: bounds.streams,
    bus: settings.bus,
    onError: (error) => log({ level: "Debug", message: "the SDK refused a request", reason: reasonOf(error) })
  })
}

/** Follows the calls of the servers that a factory makes. */
const following = (make: Factory, calls: Calls): Factory => {
  const followed = (server: AnyServer): AnyServer => {
    followServer(server, calls)
    return server
  }
  return (exchange) => {
    const made = make(exchange)
    return "then" in made ? made.then(followed) : followed(made)
  }
}

interface Made {
  readonly isNew: boolean
  readonly make: Factory
}

const fromTools = async (set: ToolSet, settings: FetchSettings, runtime: Runtime<never>): Promise<Made> => {
  const { sdk } = settings
  const isNew = sdk === undefined ? await hasSdk2() : sdk === 2
  const { makeServer } = isNew ? await import("./make2.ts") : await import("./make1.ts")
  return { isNew, make: await makeServer({ challenge: challengeOf(settings), ...set, runtime }) }
}

/** Says where and for what a client signs in again, where a tool finds its token wanting. */
const challengeOf = (settings: FetchSettings): CallOptions["challenge"] => {
  const { resourceMetadata, scopes } = authOf(settings) ?? {}
  return resourceMetadata === undefined
    ? undefined
    : { resourceMetadata: metadataUrlOf(resourceMetadata.resource), scopes }
}

const fromFactory = async (make: Factory, first: AnyServer | undefined): Promise<Made> => {
  if (typeof first?.connect !== "function") throw new TypeError("The factory makes no McpServer")
  const isNew = isOfSdk2(first)
  await first.close().catch(() => undefined)
  return { isNew, make }
}

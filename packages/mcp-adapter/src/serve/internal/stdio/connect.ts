import type * as Tool from "@errata/core/Tool"
import type * as Context from "effect/Context"
import type { Options as HandlerOptions } from "../../../call/internal/options.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { type Calls, followServer } from "../calls.ts"
import { type LogLine, reasonOf } from "../log.ts"
import { madeAhead } from "../madeAhead.ts"
import type { Transport } from "./transport.ts"

/** Names a generation of the official SDK: `@modelcontextprotocol/sdk` 1.x or `@modelcontextprotocol/server` 2.x. */
export type Generation = 1 | 2

/** Describes a server of either SDK, high or low level. */
export interface AnyServer {
  /** Connects it to a transport. */
  readonly connect: (transport: never) => Promise<void>
  /** Closes its transport. */
  readonly close: () => Promise<void>
}

/** Says what the client reads about a server. */
export interface About {
  readonly name: string
  readonly version: string
  readonly title?: string | undefined
  readonly instructions?: string | undefined
}

/** Describes a server that is connected. */
export interface Connection {
  readonly close: () => Promise<void>
}

/** Says what is connected with what. */
export interface ConnectOptions {
  readonly transport: Transport
  readonly calls: Calls
  readonly log: LogLine
}

/** Connects a server that exists. */
export const connectServer = async (server: AnyServer, options: ConnectOptions): Promise<Connection> => {
  prepare(server, options)
  await server.connect(options.transport as never)
  return server
}

/** Connects what a factory makes: one server for a connection, as SDK 2.x wants it. */
export const connectFactory = async (
  factory: () => AnyServer | Promise<AnyServer>,
  options: ConnectOptions
): Promise<Connection> => {
  const { serveStdio } = await loadServer() ?? missing(packages[2])
  const make = async (): Promise<AnyServer> => {
    const server = await madeBy(factory, options.log)
    prepare(server, options)
    return server
  }
  return serveStdio(make as never, { transport: options.transport as never, onerror: reporting(options.log) })
}

/** Its client reads of an internal error; why there is no server stands in the log only. */
const madeBy = async (factory: () => AnyServer | Promise<AnyServer>, log: LogLine): Promise<AnyServer> => {
  try {
    return await factory()
  } catch (failure) {
    log({ level: "Error", message: "the factory made no server", reason: reasonOf(failure) })
    throw failure
  }
}

/** Describes tools that are to be served. */
export interface ToolsToConnect {
  readonly about: About
  readonly tools: ReadonlyArray<Tool.Handled>
  readonly context: Context.Context<never>
  readonly handling: HandlerOptions
  readonly sdk: Generation | undefined
}

/** Connects tools on a server of the SDK that is installed; of both the newer one, where nobody chose. */
export const connectTools = async (given: ToolsToConnect, options: ConnectOptions): Promise<Connection> => {
  const { about: { instructions, name, title, version }, handling, sdk, tools } = given
  const info = { name, version, ...title === undefined ? {} : { title } }
  const rest = instructions === undefined ? {} : { instructions }
  const calling = { ...handling, runtime: given.context }
  const newer = sdk === 1 ? undefined : await loadServer()
  if (newer !== undefined) {
    const { prepare: prepareTools } = await import("../../../hosts/server.ts")
    const addTools = prepareTools(tools, calling)
    const make = madeAhead(() => {
      const server = new newer.McpServer(info, rest)
      addTools(server)
      return server
    })
    return connectFactory(make, options)
  }
  const older = sdk === 2 ? undefined : await loadSdk()
  if (older === undefined) return missing(sdk === undefined ? `${packages[2]} or ${packages[1]}` : packages[sdk])
  const { register } = await import("../../../hosts/sdk.ts")
  const server = new older.McpServer(info, rest)
  register(server, tools, calling)
  return connectServer(server, options)
}

const packages = { 1: "@modelcontextprotocol/sdk", 2: "@modelcontextprotocol/server" } as const

const missing = (what: string): never => {
  throw new Error(`Install ${what}`)
}

/** Loads SDK 2.x, if it is installed. Bundlers take an import inside of `try` for one that may fail. */
const loadServer = async () => {
  try {
    const [{ McpServer }, { serveStdio }] = await Promise.all([
      import("@modelcontextprotocol/server"),
      import("@modelcontextprotocol/server/stdio")
    ])
    return { McpServer, serveStdio }
  } catch (failure) {
    return unlessMissing(failure)
  }
}

/** Loads SDK 1.x, if it is installed. */
const loadSdk = async () => {
  try {
    return await import("@modelcontextprotocol/sdk/server/mcp.js")
  } catch (failure) {
    return unlessMissing(failure)
  }
}

const unlessMissing = (failure: unknown): undefined => {
  if (isRecord(failure) && failure["code"] === "ERR_MODULE_NOT_FOUND") return undefined
  throw failure
}

/** Follows the calls of a server, and hears of its errors where nobody else does. */
const prepare = (server: AnyServer, { calls, log }: ConnectOptions): void => {
  followServer(server, calls)
  const { server: inner } = server as { readonly server?: unknown }
  const protocol = (isRecord(inner) ? inner : server) as { onerror?: ((error: Error) => void) | undefined }
  protocol.onerror ??= reporting(log)
}

const reporting = (log: LogLine) => (error: Error): void =>
  log({ level: "Warn", message: "a message could not be handled", reason: error.name })

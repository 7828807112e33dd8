import type * as Tool from "@errata/core/Tool"
import type * as Context from "effect/Context"
import type { Options as HandlerOptions } from "../../../call/internal/options.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { type Calls, followServer } from "../calls.ts"
import type { LogLine } from "../log.ts"
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
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio")
  const make = async (): Promise<AnyServer> => {
    const server = await factory()
    prepare(server, options)
    return server
  }
  return serveStdio(make as never, { transport: options.transport as never, onerror: reporting(options.log) })
}

/** Connects tools, on a server of the SDK that is installed. */
export const connectTools = async (
  given: {
    readonly about: About
    readonly tools: ReadonlyArray<Tool.Handled>
    readonly context: Context.Context<never>
    readonly handling: HandlerOptions
    readonly sdk: Generation | undefined
  },
  options: ConnectOptions
): Promise<Connection> => {
  const { about: { instructions, name, title, version }, handling, tools } = given
  const info = { name, version, ...title === undefined ? {} : { title } }
  const rest = instructions === undefined ? {} : { instructions }
  const calling = { ...handling, runtime: given.context }
  if (await generationOf(given.sdk) === 1) {
    const [{ McpServer }, { register }] = await Promise.all([
      import("@modelcontextprotocol/sdk/server/mcp.js"),
      import("../../../hosts/sdk.ts")
    ])
    const server = new McpServer(info, rest)
    register(server, tools, calling)
    return connectServer(server, options)
  }
  const [{ McpServer }, { prepare: prepareTools }] = await Promise.all([
    import("@modelcontextprotocol/server"),
    import("../../../hosts/server.ts")
  ])
  const addTools = prepareTools(tools, calling)
  return connectFactory(() => {
    const server = new McpServer(info, rest)
    addTools(server)
    return server
  }, options)
}

const packages = { 1: "@modelcontextprotocol/sdk", 2: "@modelcontextprotocol/server" } as const

/** Finds the SDK that is installed; of both it takes the newer one. */
export const generationOf = async (sdk: Generation | undefined): Promise<Generation> => {
  if (sdk !== undefined) return sdk
  for (const generation of [2, 1] as const) {
    if (await isInstalled(generation)) return generation
  }
  throw new Error(`Install ${packages[2]} or ${packages[1]}`)
}

const isInstalled = async (generation: Generation): Promise<boolean> => {
  try {
    await (generation === 2
      ? import("@modelcontextprotocol/server")
      : import("@modelcontextprotocol/sdk/server/mcp.js"))
    return true
  } catch (failure) {
    if (isRecord(failure) && failure["code"] === "ERR_MODULE_NOT_FOUND") return false
    throw failure
  }
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

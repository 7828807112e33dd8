import type * as Tool from "@errata/core/Tool"
import type * as Layer from "effect/Layer"
import type { Options as HandlerOptions } from "../../../call/internal/options.ts"
import type { Runtime } from "../../../call/internal/runtime.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { startServices } from "../services.ts"
import { type About, type AnyServer, connectFactory, connectServer, connectTools, type Generation } from "./connect.ts"
import type { Served } from "./run.ts"
import type { StdioOptions } from "./settings.ts"

/** Describes tools to serve, with their services. */
export interface GivenTools extends About, Omit<StdioOptions, "name">, Omit<HandlerOptions, "redactor"> {
  readonly tools: ReadonlyArray<Tool.Handled>
  readonly layer?: Layer.Layer<never, unknown> | undefined
  readonly runtime?: Runtime<never> | undefined
  readonly sdk?: Generation | undefined
}

/** Describes all that can be served. */
export type Given = GivenTools | AnyServer | (() => Given | Promise<Given>)

/** Finds out what is to be served. A function is called first: it imports the server, or makes it. */
export const servedBy = async (given: Given, options: StdioOptions): Promise<Served> => {
  if (typeof given !== "function") return isTools(given) ? servedTools(given) : servedServer(given, options)
  const made = await given()
  if (typeof made === "function" || isTools(made)) return servedBy(made, options)
  let first: AnyServer | undefined = made
  return servedServer(async () => {
    const server = first ?? await given()
    first = undefined
    return server as AnyServer
  }, options)
}

const isTools = (given: object): given is GivenTools => "tools" in given && Array.isArray(given.tools)

const servedTools = (given: GivenTools): Served => {
  const { layer, name, redactor, runtime, sdk, tools } = given
  let release = (): Promise<void> => Promise.resolve()
  return {
    name,
    options: given,
    handling: given,
    safetyOf: (name) => tools.find(({ tool }) => tool.name === name)?.tool.safety,
    release: () => release(),
    start: async ({ write }) => {
      const onRelease = (how: () => Promise<void>): void => {
        release = how
      }
      const { context } = await startServices({ name, tools, layer, runtime, write, redactor, onRelease })
      return (options) => connectTools({ about: given, tools, context, handling: given, sdk }, options)
    }
  }
}

const servedServer = (server: AnyServer | (() => Promise<AnyServer>), options: StdioOptions): Served => ({
  name: options.name ?? nameOf(server),
  options,
  handling: { redactor: options.redactor },
  safetyOf: () => undefined,
  release: () => Promise.resolve(),
  start: () =>
    Promise.resolve((options) =>
      typeof server === "function" ? connectFactory(server, options) : connectServer(server, options)
    )
})

/** The SDKs keep the name in private. */
const nameOf = (server: object): string => {
  const { server: inner = server } = server as { readonly server?: object }
  const info: unknown = (inner as { readonly _serverInfo?: unknown })._serverInfo
  return isRecord(info) && typeof info["name"] === "string" ? info["name"] : "the server"
}

import * as Predicate from "effect/Predicate"

/** Describes a handler as the SDKs keep it. */
export type RequestHandler = (request: RawRequest, extra: unknown) => unknown

export interface RawRequest {
  readonly method?: unknown
  readonly params?: { readonly [key: string]: unknown } | undefined
}

type Members = { [name: string]: unknown }

/** Describes the parts of a server, public and private, as far as they are where both SDKs have them. */
export interface ServerParts {
  /** The `McpServer`, if it is one. */
  readonly mcp: Members | undefined
  /** Holds what speaks the protocol: the low-level `Server`. */
  readonly protocol: Members
  /** The handlers of requests, by method. */
  readonly handlers: Map<string, RequestHandler> | undefined
  /** Holds what a low-level server last listed of its tools, by name. */
  readonly listing: Map<string, unknown>
  /** Returns what is registered with an `McpServer`, by name. */
  readonly registry: (of: Registry) => { readonly [name: string]: unknown } | undefined
}

export type Registry =
  | "_registeredTools"
  | "_registeredResources"
  | "_registeredResourceTemplates"
  | "_registeredPrompts"

const adopted = new WeakSet<object>()

/** Describes why a server has no parts, and what to adopt in its place. */
export interface NoParts {
  readonly why: string
  readonly instead?: string | undefined
}

/** Finds the parts of a server that is not adopted yet; otherwise says why there are none. */
export const partsOf = (server: unknown): ServerParts | NoParts => {
  try {
    return Predicate.isObject(server) ? found(server) : noServer
  } catch {
    return noServer
  }
}

const noServer: NoParts = {
  why: "It is not a server of either SDK.",
  instead: "Pass the McpServer or the Server of an SDK."
}

const found = (server: object): ServerParts | NoParts => {
  const inner = (server as { readonly server?: unknown }).server
  const mcp = Predicate.isObject(inner) ? server as Members : undefined
  const protocol = (mcp === undefined ? server : inner) as Members
  if (!speaks(protocol)) return { ...noServer, instead: heldBy(server as Members) ?? noServer.instead }
  if (adopted.has(protocol)) return { why: "The server is already adopted." }
  adopted.add(protocol)
  const handlers = protocol["_requestHandlers"]
  return {
    mcp,
    protocol,
    listing: new Map(),
    handlers: handlers instanceof Map ? handlers as Map<string, RequestHandler> : undefined,
    registry: (of) => {
      const registry = mcp?.[of]
      return Predicate.isObject(registry) ? registry as { readonly [name: string]: unknown } : undefined
    }
  }
}

/** Tests whether an object takes the handlers of requests, as the servers of both SDKs do. */
const speaks = (protocol: Members): boolean =>
  typeof protocol["setRequestHandler"] === "function" || protocol["_requestHandlers"] instanceof Map

/** Returns where a framework that is no server itself keeps one. */
const heldBy = (framework: Members): string | undefined => {
  for (const name of Object.keys(framework)) {
    const held = framework[name]
    if (Predicate.isObject(held) && (speaks(held as Members) || speaks(Object((held as Members)["server"])))) {
      return `Pass its property ${name}.`
    }
  }
  return "sessions" in framework
    ? "It has a server for each session: pass the server of each, for example framework.on(\"connect\", ({ session }) => adoptServer(session.server))."
    : undefined
}

type Method = (...args: ReadonlyArray<never>) => unknown

/** Puts a method of one object's own before the one it has; says whether it has one. */
export const override = <M extends Method>(
  owner: Members | undefined,
  name: string,
  make: (original: M) => M
): boolean => {
  const original = owner?.[name]
  if (owner === undefined || typeof original !== "function") return false
  try {
    const value = make((original as M).bind(owner) as M)
    Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: false })
    return true
  } catch {
    return false // frozen
  }
}

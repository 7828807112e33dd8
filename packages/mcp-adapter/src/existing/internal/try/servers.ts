import { read } from "../../../fold/internal/readProperty.ts"
import type { Adoption } from "../adopt/adoption.ts"
import type { Reach } from "../adopt/reach.ts"
import { adoptWith } from "../adopt/server.ts"

/** Describes what the changed modules call. */
export interface Hook {
  /** Hears that a server, or a client, connects. Never throws. */
  readonly connects: (connecting: unknown) => void
  /** Remembers which `McpServer` made a server; returns the server. Never throws. */
  readonly makes: <S>(owner: unknown, server: S) => S
}

/** Makes a hook that adopts every server before it connects. */
export const hookOf = (
  adoption: Adoption,
  onAdopted: (reach: Reach) => void,
  onFailure: (failure: unknown) => void
): Hook => {
  const owners = new WeakMap<object, object>() // a `Server` connects, and does not know the `McpServer` that made it
  const seen = new WeakSet<object>()
  return {
    makes: (owner, server) => {
      // other classes have a property of this name too
      if (isObject(owner) && isObject(server) && isObject(read(owner, "_registeredTools"))) owners.set(server, owner)
      return server
    },
    connects: (connecting) => {
      try {
        if (!isObject(connecting)) return
        const inner = read(connecting, "server")
        const protocol = isObject(inner) && isServer(inner) ? inner : connecting
        if (!isServer(protocol) || seen.has(protocol)) return
        seen.add(protocol)
        onAdopted(adoptWith(adoption, owners.get(protocol) ?? connecting))
      } catch (failure) {
        onFailure(failure)
      }
    }
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Tests for a server: a client connects as well, and is none of ours. */
const isServer = (protocol: object): boolean => typeof read(protocol, "getClientCapabilities") === "function"

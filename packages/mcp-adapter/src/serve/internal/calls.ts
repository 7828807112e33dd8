import { isRecord } from "../../fold/internal/resultLike.ts"

/** Follows the calls in flight: those that are not answered, and those whose handlers have not ended. */
export interface Calls {
  /** Begins work, and follows it until it settles. */
  readonly follow: <A>(name: string, work: () => Promise<A>) => Promise<A>
  /** Waits until nothing is in flight. */
  readonly settled: () => Promise<void>
  /** Called when a call begins; returns what is called when it ends. */
  onBegin?: ((name: string) => () => void) | undefined
}

/** Makes what follows calls. */
export const makeCalls = (): Calls => {
  const inFlight = new Set<Promise<unknown>>()
  const calls: Calls = {
    follow: (name, work) => {
      const ended = calls.onBegin?.(name)
      const working = work()
      const followed: Promise<unknown> = working.finally(() => {
        inFlight.delete(followed)
        ended?.()
      })
      followed.catch(() => undefined) // whoever made the work hears of it
      inFlight.add(followed)
      return working
    },
    settled: async () => {
      while (inFlight.size > 0) await Promise.allSettled(inFlight)
    }
  }
  return calls
}

interface Request {
  readonly params?: { readonly name?: unknown } | undefined
}

type RequestHandler = (request: Request, extra: unknown) => unknown

const method = "tools/call"

const followed = new WeakMap<object, Calls>()

/**
 * Follows the calls of a server of either SDK, whose tools are registered. Both keep their handlers in the same private map: where
 * one hides them elsewhere, the end does not wait for what interrupted calls release.
 */
export const followServer = (server: object, calls: Calls): void => {
  const { server: inner } = server as { readonly server?: unknown }
  const protocol = isRecord(inner) ? inner : server
  const handlers = (protocol as { readonly [name: string]: unknown })["_requestHandlers"]
  if (!(handlers instanceof Map) || followed.get(protocol) === calls) return
  const original: unknown = handlers.get(method)
  if (typeof original !== "function") return
  followed.set(protocol, calls)
  const handler = original as RequestHandler
  handlers.set(method, (request: Request, extra: unknown) => {
    const name = typeof request.params?.name === "string" ? request.params.name : "?"
    return calls.follow(name, async () => handler(request, extra))
  })
}

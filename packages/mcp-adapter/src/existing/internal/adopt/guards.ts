import { safeNotification, settingsOf } from "../notification.ts"
import type { Adoption } from "./adoption.ts"
import { guardCalls, guardOnlyHandler } from "./calls.ts"
import { note } from "./listing.ts"
import { override, type RequestHandler, type ServerParts } from "./parts.ts"
import { guardRequest } from "./requests.ts"

/** Guards the handlers of all requests, those that are set later too. Says whether it could. */
export const guard = (parts: ServerParts, adoption: Adoption, foldsTools: boolean): boolean => {
  const { handlers, protocol } = parts
  if (handlers === undefined) return false
  const guards = new WeakSet<RequestHandler>()
  const guarded = (method: string, original: RequestHandler): RequestHandler => {
    const guard = method !== "tools/call"
      ? guardRequest(method, adoption, noting(parts, method, original))
      : parts.mcp === undefined
      ? guardOnlyHandler(parts, adoption, original)
      : guardCalls(parts, adoption, original, foldsTools)
    guards.add(guard)
    return guard
  }
  const guardAll = () => {
    for (const [method, original] of handlers) {
      if (!guards.has(original)) handlers.set(method, guarded(method, original))
    }
  }
  guardAll()
  override<(...args: ReadonlyArray<unknown>) => unknown>(protocol, "setRequestHandler", (original) => (...args) => {
    const returned = original(...args)
    guardAll()
    return returned
  })
  if (!adoption.isShadow) guardNotifications(protocol, adoption)
  guardFallback(protocol, (original) => (request, extra) => guarded(String(request.method), original)(request, extra))
  return true
}

/** Guards what a server tells its client beside answers, from wherever: nothing of it is looked at by an SDK. */
const guardNotifications = (protocol: ServerParts["protocol"], adoption: Adoption): void => {
  const settings = settingsOf({ redactor: adoption.redactor, limits: adoption.limits })
  override<(...args: ReadonlyArray<unknown>) => unknown>(
    protocol,
    "notification",
    (original) => (notification, ...rest) => original(safeNotification(notification, settings), ...rest)
  )
}

/** Notes what a listing says: a low-level server says only there whether a call may be repeated. */
const noting = (parts: ServerParts, method: string, original: RequestHandler): RequestHandler =>
  method !== "tools/list" || parts.mcp !== undefined ? original : async (request, extra) => {
    const result = await original(request, extra)
    note(parts, result)
    return result
  }

/** Guards what answers the methods that have no handler: a property that may be set at any time. */
const guardFallback = (
  protocol: ServerParts["protocol"],
  guarded: (original: RequestHandler) => RequestHandler
): void => {
  const name = "fallbackRequestHandler"
  const guardIt = (it: unknown) => typeof it === "function" ? guarded(it as RequestHandler) : it
  let fallback = guardIt(protocol[name])
  try {
    Object.defineProperty(protocol, name, {
      configurable: true,
      enumerable: true,
      get: () => fallback,
      set: (it) => {
        fallback = guardIt(it)
      }
    })
  } catch {
    // frozen: whoever froze it set no handler later
  }
}

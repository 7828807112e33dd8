import { nowUnsafe } from "@errata/core/internal/clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Call } from "./model.ts"
import type { Request } from "./request.ts"
import { progressToken, tell } from "./service.ts"

/**
 * Tells a client that listens that a call is still running, whenever it heard nothing for a while: it takes silence for the
 * end of the server, and progress for a reason to wait. Never ends. `undefined` if the client does not listen.
 */
export const heartbeat = (call: Call, request: Request): Effect.Effect<never> | undefined => {
  const interval = Duration.toMillis(call.settings.heartbeat)
  if (progressToken(request) === undefined || request.notify === undefined || !Number.isFinite(interval)) {
    return undefined
  }
  return Effect.forever(Effect.suspend(() => {
    const silentFor = nowUnsafe(call.base.clock) - call.heardAt
    if (silentFor < interval) return Effect.sleep(interval - silentFor)
    tell(call, request, { progress: call.progress ?? 0, message: "still running" })
    return Effect.sleep(interval)
  }))
}

import type { Adoption } from "./adoption.ts"
import { hasCallbacks } from "./callbacks.ts"
import { guard } from "./guards.ts"
import { wrapHandlers } from "./handlers.ts"
import { partsOf } from "./parts.ts"
import { type Reach, reachOf } from "./reach.ts"

/** Adopts one server. Never throws: what it cannot reach it reports. */
export const adoptWith = (adoption: Adoption, server: unknown): Reach => {
  const parts = partsOf(server)
  if ("why" in parts) return { wrapped: [], schemas: [], unreachable: [{ what: "the server", ...parts }] }
  const executes = wrapHandlers(parts, adoption)
  const handlers = executes || (parts.handlers !== undefined && hasCallbacks(parts.registry("_registeredTools")))
  return reachOf(parts, { handlers, requests: guard(parts, adoption, executes) })
}

import * as Context from "effect/Context"
import type { Runtime } from "../runtime.ts"

/** Names the service; its module loads what only keyed calls need. */
const storeKey = "errata/IdempotencyStore"

interface Keyed {
  readonly name: string
  readonly keyed?: { readonly store?: unknown } | undefined
}

/** Throws a `TypeError` where a job takes keys and its services, as far as they are built, hold no store. */
export const assertStore = ({ keyed, name }: Keyed, context: Context.Context<never> | undefined): void => {
  if (keyed === undefined || keyed.store !== undefined || context === undefined) return
  if (context.mapUnsafe.has(storeKey)) return
  throw new TypeError(
    `The tool ${name} takes idempotency keys and has no store: add a layer of IdempotencyStore to its runtime, as IdempotencyStore.layerMemory()`
  )
}

/** Returns the services of a runtime, if they are built already. */
export const builtOf = (runtime: Runtime<never> | undefined): Context.Context<never> | undefined => {
  if (runtime === undefined) return Context.empty()
  if (Context.isContext(runtime)) return runtime as Context.Context<never>
  const { cachedContext } = runtime as { readonly cachedContext?: unknown }
  return Context.isContext(cachedContext) ? cachedContext as Context.Context<never> : undefined
}

import { IdempotencyStore, layerMemory, type MemoryOptions } from "@errata/core/IdempotencyStore"
import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

type Service = typeof IdempotencyStore["Service"]

/** Builds the service of a layer, for as long as the process lives. */
export const open = async (layer: Layer.Layer<IdempotencyStore, unknown>): Promise<Service> => {
  const runtime = ManagedRuntime.make(layer)
  try {
    return Context.get(await runtime.context(), IdempotencyStore)
  } catch (failure) {
    await runtime.dispose().catch(() => undefined) // the failure of the opening says more than that of its release
    throw failure
  }
}

export const openMemory = (options: MemoryOptions | undefined): Promise<Service> => open(layerMemory(options))

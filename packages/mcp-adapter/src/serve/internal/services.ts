import type * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as References from "effect/References"
import type { Runtime } from "../../call/internal/runtime.ts"
import * as Log from "../../call/Log.ts"
import type { Write } from "./log.ts"

/** Says which services a server needs. */
export interface ServicesOptions {
  /** Names the server, and the file of its keys. */
  readonly name: string
  readonly tools: ReadonlyArray<{ readonly tool: Tool.Any }>
  /** Brings the services: built here, and released at the end. */
  readonly layer?: Layer.Layer<never, unknown> | undefined
  /** Brings the services; one that can be disposed of is, at the end. */
  readonly runtime?: Runtime<never> | undefined
  readonly write: Write
  readonly redactor?: Redaction.Redactor | undefined
  /** Learns at once how to release what was built: a process may be asked to end while it starts. */
  readonly onRelease?: ((release: () => Promise<void>) => void) | undefined
}

/** Holds the services of a server. */
export interface Services {
  /** All of them, built: what the tools asked for, the logger, and the store of keys where a tool takes keys. */
  readonly context: Context.Context<never>
  /** Releases what was built. */
  readonly release: () => Promise<void>
}

/** Names the service, whose module loads what only keyed calls need. */
const storeKey = "errata/IdempotencyStore"

interface Built {
  readonly context: () => Promise<Context.Context<never>>
  readonly dispose?: (() => Promise<void>) | undefined
}

/**
 * Builds the services of a server. Rejects where one cannot be built; what was built until then is released. Tools that take keys
 * get the store of `layerForServer`, unless the services bring another.
 */
export const startServices = async (options: ServicesOptions): Promise<Services> => {
  const logger = Log.layer({ write: options.write, redactor: options.redactor })
  const built: Array<Built> = []
  const release = async (): Promise<void> => {
    for (const { dispose } of built.splice(0).reverse()) await dispose?.()
  }
  const build = async (source: Built): Promise<Context.Context<never>> => {
    built.push(source)
    return await source.context()
  }
  options.onRelease?.(release)
  try {
    const given = await build(sourceOf(options, logger))
    const logged = given.mapUnsafe.has(References.CurrentLoggers.key)
      ? given
      : Context.merge(await build(ManagedRuntime.make(logger)), given)
    const needsStore = options.tools.some(({ tool }) => tool.keyed !== undefined)
    if (!needsStore || logged.mapUnsafe.has(storeKey)) return { context: logged, release }
    const { layerForServer } = await import("@errata/core/stores/sqlite")
    const store = await build(ManagedRuntime.make(Layer.provideMerge(layerForServer(options.name), logger)))
    return { context: Context.merge(store, logged), release }
  } catch (failure) {
    await release().catch(() => undefined) // the failure of the build says more than that of its release
    throw failure
  }
}

const sourceOf = ({ layer, runtime }: ServicesOptions, logger: Layer.Layer<never>): Built => {
  if (layer !== undefined) return ManagedRuntime.make(Layer.provideMerge(layer, logger))
  if (runtime === undefined) return ManagedRuntime.make(logger)
  if (Context.isContext(runtime)) return { context: () => Promise.resolve(runtime as Context.Context<never>) }
  if (isLayer(runtime)) return ManagedRuntime.make(Layer.provideMerge(runtime, logger))
  return runtime as Built
}

const isLayer = (runtime: Runtime<never>): runtime is Layer.Layer<never, unknown> => Layer.isLayer(runtime)

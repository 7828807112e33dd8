import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"

/** See `Runtime`. */
export type Runtime<R> =
  | Context.Context<R>
  | {
    /** Builds the services once, or returns those that are built. */
    readonly context: () => Promise<Context.Context<R>>
  }
  | Layer.Layer<R, unknown>

/** Describes a runtime's services, built once. */
export interface Source<out A> {
  /** The services, if they are there. */
  readonly current: () => A | undefined
  /** Builds them. Rejects if that fails. */
  readonly load: () => Promise<A>
}

/** Makes a source; `prepare` makes of the services what every call needs. */
export const source = <R, A>(
  runtime: Runtime<R> | undefined,
  prepare: (context: Context.Context<never>) => A
): Source<A> => {
  if (runtime === undefined || Context.isContext(runtime)) {
    const ready = prepare((runtime ?? Context.empty()) as Context.Context<never>)
    return { current: () => ready, load: () => Promise.resolve(ready) }
  }
  let current: A | undefined
  const builder = isLayer(runtime) ? builderOf(runtime) : runtime
  return {
    current: () => current,
    load: async () => {
      const context = await builder.context()
      return (current ??= prepare(context as Context.Context<never>))
    }
  }
}

/** `Layer.isLayer`, without loading the module for those who have no layers. */
const isLayer = (u: unknown): u is Layer.Layer<never, unknown> => Predicate.hasProperty(u, "~effect/Layer")

/** Holds what layers built. A layer that is not held any more takes its services with it. */
const builtOf = new WeakMap<object, Promise<Context.Context<never>>>()

/**
 * Builds a layer once, whoever is given it: the tools of a server share their state, and so do the servers that a factory
 * makes for every request. A build that failed is tried again by the next call.
 */
const builderOf = <R>(layer: Layer.Layer<R, unknown>): { readonly context: () => Promise<Context.Context<R>> } => ({
  context: () => {
    const built = builtOf.get(layer) ?? build(layer)
    builtOf.set(layer, built)
    return built as Promise<Context.Context<R>>
  }
})

const build = async (layer: Layer.Layer<never, unknown>): Promise<Context.Context<never>> => {
  const { make } = await import("effect/ManagedRuntime")
  const runtime = make(layer)
  try {
    return await runtime.context()
  } catch (failure) {
    builtOf.delete(layer)
    await runtime.dispose().catch(() => undefined) // the failure of the build says more than that of its release
    throw failure
  }
}

/** Throws a `TypeError` where JavaScript gave a runtime in the place of the options, or options in that of the runtime. */
export const assertGiven = <O extends object>(options: O | undefined): O => {
  if (options === undefined) return {} as O
  if (!Predicate.isObject(options) || isRuntime(options)) {
    throw new TypeError("Pass the runtime inside the options: { runtime }")
  }
  const runtime: unknown = (options as { readonly runtime?: unknown }).runtime
  if (runtime !== undefined && !isRuntime(runtime)) {
    throw new TypeError("The option `runtime` is not a ManagedRuntime, Context or Layer. Other options stand beside it")
  }
  return options
}

/**
 * Throws a `TypeError` where JavaScript gave a runtime, alone or inside the options, to what takes its services from the context.
 */
export const assertWithoutRuntime = (options: object | undefined): void => {
  if (options === undefined) return
  if (Predicate.isObject(options) && !isRuntime(options) && !Predicate.hasProperty(options, "runtime")) return
  throw new TypeError("The services come from the context here, no runtime is taken: provide the layer or the context")
}

const isRuntime = (u: unknown): boolean =>
  Context.isContext(u) || isLayer(u) || (Predicate.hasProperty(u, "context") && typeof u.context === "function")

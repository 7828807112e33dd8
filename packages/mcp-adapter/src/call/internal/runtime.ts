import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as Predicate from "effect/Predicate"

/** See `Runtime`. */
export type Runtime<R> =
  | Context.Context<R>
  | { readonly context: () => Promise<Context.Context<R>> }
  | Layer.Layer<R, unknown>

/** A runtime's services, built once. */
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

/** Builds a layer once; a build that failed is tried again by the next call. */
const builderOf = <R>(layer: Layer.Layer<R, unknown>): { readonly context: () => Promise<Context.Context<R>> } => {
  let runtime: ManagedRuntime.ManagedRuntime<R, unknown> | undefined
  return {
    context: async () => {
      const { make } = await import("effect/ManagedRuntime")
      return (runtime ??= make(layer)).context()
    }
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

const isRuntime = (u: unknown): boolean =>
  Context.isContext(u) || isLayer(u) || (Predicate.hasProperty(u, "context") && typeof u.context === "function")

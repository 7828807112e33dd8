/**
 * Says where a handler's services come from: a `ManagedRuntime`, or a `Context` that was built already.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * A `ManagedRuntime` (or anything that builds a context once), or a built context.
 *
 * @category models
 * @since 0.1.0
 */
export type Runtime<R> = Context.Context<R> | { readonly context: () => Promise<Context.Context<R>> }

/**
 * A runtime's services, built once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Source<out A> {
  /** The services, if they are there. */
  readonly current: () => A | undefined
  /** Builds them. Rejects if that fails. */
  readonly load: () => Promise<A>
}

/**
 * Makes a source; `prepare` makes of the services what every call needs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const source = <R, A>(
  runtime: Runtime<R> | undefined,
  prepare: (context: Context.Context<never>) => A
): Source<A> => {
  if (runtime === undefined || Context.isContext(runtime)) {
    const ready = prepare((runtime ?? Context.empty()) as Context.Context<never>)
    return { current: () => ready, load: () => Promise.resolve(ready) }
  }
  let current: A | undefined
  return {
    current: () => current,
    load: async () => {
      const context = await runtime.context()
      return (current ??= prepare(context as Context.Context<never>))
    }
  }
}

import { signalOf } from "./adoption.ts"

/** Holds what a wrapped function answered, until the call that led to it looks. */
export interface BySignal<A> {
  readonly put: (extra: unknown, answer: A) => void
  readonly of: (extra: unknown) => A | undefined
}

/**
 * Makes a place for answers that cannot come back as values: between the guard of a call and the wrapped function stands the SDK,
 * which drops or replaces what it does not expect from there. Both sides have nothing in common but the context, which some
 * layers copy, and in it the signal of the call.
 */
export const bySignal = <A>(): BySignal<A> => {
  let answers: WeakMap<object, A> | undefined // most servers put nothing there
  return {
    put: (extra, answer) => void (answers ??= new WeakMap()).set(signalOf(extra), answer),
    of: (extra) => answers?.get(signalOf(extra))
  }
}

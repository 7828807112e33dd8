/**
 * Describes a note on an object that every copy of this package reads: an error, a result or a function may come from one and be
 * looked at by another.
 */
export interface Mark<A> {
  /** Puts the note on an object. Never throws. */
  readonly put: (target: object, note: A) => void
  /** The note on a value; `undefined` if there is none. Never throws. */
  readonly of: (target: unknown) => A | undefined
}

/**
 * Makes the mark of a name. It stands under a symbol, which nothing that was parsed from JSON can have, and is not enumerable: no
 * copy of the object has it. What is frozen is known to this copy only.
 */
export const makeMark = <A>(name: string): Mark<A> => {
  const key = Symbol.for(`errata/${name}`)
  let frozen: WeakMap<object, A> | undefined
  return {
    put: (target, note) => {
      try {
        Object.defineProperty(target, key, { value: note, configurable: true, writable: true })
      } catch {
        frozen ??= new WeakMap()
        frozen.set(target, note)
      }
    },
    of: (target) => {
      if ((typeof target !== "object" || target === null) && typeof target !== "function") return undefined
      try {
        if (Object.hasOwn(target, key)) return (target as { readonly [key]: A })[key]
      } catch {
        // a hostile proxy
      }
      return frozen?.get(target)
    }
  }
}

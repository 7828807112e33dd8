/** Stands for the value of a property that a copy leaves out. */
export const leftOut: unique symbol = Symbol("left out")

/**
 * Copies an object, each property as `copy` gives it. Keeps the prototype: an instance of a class has to encode as one.
 */
export const copyProperties = (value: object, copy: (name: string, inner: unknown) => unknown): object => {
  const out = Object.create(Object.getPrototypeOf(value) as object | null) as object
  for (const [name, inner] of Object.entries(value)) {
    const copied = copy(name, inner)
    if (copied === leftOut) continue
    Object.defineProperty(out, name, { value: copied, enumerable: true, configurable: true, writable: true })
  }
  return out
}

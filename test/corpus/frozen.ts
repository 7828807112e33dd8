/** A value of a failure as the recording keeps it. */
export type Value =
  | null
  | boolean
  | number
  | string
  | ReadonlyArray<Value>
  | { readonly [name: string]: Value }

/** A failure as the recording keeps it. */
export type Frozen = Value

/** One failure of a real class. */
export interface Recorded {
  /** The library, and what was done to it: `axios: 429 seconds`. */
  readonly id: string
  /** When it failed, in milliseconds since 1970: dates in it are read against this. */
  readonly at: number
  readonly failure: Frozen
}

interface Classed {
  readonly $class: ReadonlyArray<string>
  readonly own: { readonly [name: string]: Value }
  readonly inherited?: { readonly [name: string]: Value }
}

const builtIn: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError
}

/** Builds a failure anew: the same names of classes, own and inherited properties, causes. */
export const thaw = (value: Frozen): unknown => {
  if (Array.isArray(value)) return value.map(thaw)
  if (typeof value !== "object" || value === null) return value
  const record = value as { readonly [name: string]: Value }
  if ("$date" in record) return new Date(record["$date"] as number)
  if ("$headers" in record) return new Headers(record["$headers"] as Record<string, string>)
  if ("$map" in record) {
    return new Map(
      (record["$map"] as ReadonlyArray<readonly [string, Value]>).map(([name, held]) => [name, thaw(held)])
    )
  }
  if ("$class" in record) return instance(record as unknown as Classed)
  return Object.fromEntries(Object.entries(record).map(([name, held]) => [name, thaw(held)]))
}

const instance = ({ $class, inherited = {}, own }: Classed): object => {
  const base = $class.findIndex((name) => name in builtIn)
  const parent = base === -1 ? Object : builtIn[$class[base]!]!
  const classes = base === -1 ? $class : $class.slice(0, base)
  const Leaf = classes.reduceRight<Function>((Parent, name) => {
    const Class = function() {}
    Object.defineProperty(Class, "name", { value: name })
    Class.prototype = Object.create(Parent.prototype as object, {
      constructor: { value: Class, configurable: true }
    }) as object
    return Class
  }, parent)
  const prototype = Object.create(Leaf.prototype as object) as object
  for (const [name, held] of Object.entries(inherited)) {
    Object.defineProperty(prototype, name, { get: () => thaw(held), configurable: true })
  }
  const made = base === -1 ? {} : new Error()
  Object.setPrototypeOf(made, prototype)
  for (const [name, held] of Object.entries(own)) {
    Object.defineProperty(made, name, {
      value: thaw(held),
      enumerable: name !== "message",
      configurable: true,
      writable: true
    })
  }
  return made
}

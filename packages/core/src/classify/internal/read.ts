/** Reads a property of anything; a getter that throws counts as absent. */
export const property = (from: unknown, name: string): unknown => {
  if ((typeof from !== "object" && typeof from !== "function") || from === null) return undefined
  try {
    return (from as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}

/** Reads along a path of names joined by points. */
export const at = (from: unknown, path: string): unknown =>
  path.includes(".") ? path.split(".").reduce(property, from) : property(from, path)

export const text = (from: unknown, name: string): string | undefined => {
  const value = property(from, name)
  return typeof value === "string" ? value : undefined
}

/** Returns a code, which drivers give as text or as a number. */
export const codeIn = (from: unknown, name: string): string | undefined => {
  const value = property(from, name)
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined
}

/** Returns the first items of an array; none if it is no array or cannot be read. */
export const items = (from: unknown, limit: number): ReadonlyArray<unknown> => {
  try {
    return Array.isArray(from) ? Array.from({ length: Math.min(limit, from.length) }, (_, i): unknown => from[i]) : []
  } catch {
    return []
  }
}

/** Returns the values of an object; none if they cannot be read. */
export const valuesOf = (from: object): ReadonlyArray<unknown> => {
  try {
    return Object.values(from)
  } catch {
    return []
  }
}

export const tagOf = (from: unknown): string | undefined => text(from, "_tag")

export const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function"

/** The longest message that is searched for what is known. */
const longest = 400

export const messageOf = (from: unknown): string => (text(from, "message") ?? "").slice(0, longest)

const builtIn: ReadonlySet<string> = new Set(["Object", "Error", "Function", "AggregateError", ""])

/** Returns the names of a failure: its own, then its class's and those of the classes above; drivers set one or the other. */
export const namesOf = (failure: object): ReadonlyArray<string> => {
  const names = new Set<string>()
  const add = (name: unknown): void => {
    if (typeof name === "string" && !builtIn.has(name)) names.add(name)
  }
  add(property(failure, "name"))
  add(property(failure, "_tag"))
  try {
    let prototype: unknown = Object.getPrototypeOf(failure)
    for (let depth = 0; depth < 6 && isObject(prototype); depth++) {
      if (Object.hasOwn(prototype, "constructor")) add(property(property(prototype, "constructor"), "name"))
      prototype = Object.getPrototypeOf(prototype)
    }
  } catch {
    // a proxy that refuses to be read: what was read so far
  }
  return [...names]
}

/** Names that every error has, and those of every class. */
const ofError: ReadonlySet<PropertyKey> = new Set(["name", "message", "stack"])
const ofClass: ReadonlySet<PropertyKey> = new Set([...ofError, "constructor", "toString"])

const mostClasses = 6

/** Tests whether an error has nothing but a name and a message: no code, no status, no cause, of its own or of its class. */
export const isBare = (failure: object): boolean => {
  try {
    if (!(failure instanceof Error) || !hasOnly(failure, ofError)) return false
    let prototype: unknown = Object.getPrototypeOf(failure)
    for (let depth = 0; depth < mostClasses; depth++) {
      if (prototype === Object.prototype) return true
      if (!isObject(prototype) || !hasOnly(prototype, ofClass)) return false
      prototype = Object.getPrototypeOf(prototype)
    }
    return false
  } catch {
    return false // a proxy that refuses to be read
  }
}

const hasOnly = (of: object, names: ReadonlySet<PropertyKey>): boolean => {
  for (const name of Reflect.ownKeys(of)) if (!names.has(name)) return false
  return true
}

import { isObject, items, property } from "./read.ts"

/** Reads a header by its name in lower case. */
export type ReadHeader = (name: string) => string | undefined

/** Reads headers in whatever form a client keeps them: a `Headers`, a `Map`, a record in any case, a list of pairs. */
export const headerReader = (headers: unknown): ReadHeader => {
  if (!isObject(headers)) return () => undefined
  const pairs = !isMap(headers) && typeof property(headers, "get") === "function" ? undefined : pairsOf(headers)
  return (name) => first(pairs === undefined ? fromGet(headers, name) : pairs.get(name))
}

/** Tests for a `Map`, which knows its names only as they were written. */
const isMap = (headers: object): headers is ReadonlyMap<unknown, unknown> => {
  try {
    return Object.prototype.toString.call(headers) === "[object Map]"
  } catch {
    return false
  }
}

/** Limits how many headers are looked at. */
const limit = 200

const pairsOf = (headers: object): ReadonlyMap<string, unknown> => {
  const found = new Map<string, unknown>()
  const add = (name: unknown, value: unknown): void => {
    if (typeof name !== "string" || found.size >= limit) return
    const key = name.toLowerCase()
    if (!found.has(key)) found.set(key, value)
  }
  try {
    if (isMap(headers)) {
      for (const [name, value] of headers) {
        if (found.size >= limit) break
        add(name, value)
      }
      return found
    }
    if (!Array.isArray(headers)) {
      for (const name in headers) add(name, property(headers, name))
      return found
    }
    const list = items(headers, 2 * limit)
    if (Array.isArray(list[0])) { for (const pair of list) add(property(pair, "0"), property(pair, "1")) }
    else for (let i = 0; i < list.length; i += 2) add(list[i], list[i + 1])
  } catch {
    // a proxy that refuses to be read
  }
  return found
}

const fromGet = (headers: object, name: string): unknown => {
  try {
    return (headers as { readonly get: (name: string) => unknown }).get(name)
  } catch {
    return undefined
  }
}

const first = (value: unknown): string | undefined => {
  const list = items(value, 10)
  if (list.length > 0) return list.map(written).filter((part) => part !== undefined).join(", ")
  return written(value)
}

const written = (value: unknown): string | undefined =>
  typeof value === "string" ? value.slice(0, 500) : typeof value === "number" ? String(value) : undefined

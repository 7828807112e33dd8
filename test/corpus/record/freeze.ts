import { hostname } from "node:os"
import type { Frozen, Value } from "../frozen.ts"

/** Properties that hold the machinery of a client: large, circular, and nothing that a classifier reads. */
const machinery = new Set([
  "stack",
  "request",
  "req",
  "agent",
  "socket",
  "client",
  "connection",
  "config",
  "options",
  "timings",
  "_events",
  "_readableState",
  "domain",
  "clientRequest",
  "topology",
  "pool",
  "query",
  "input",
  "httpVersion",
  "rawHeaders",
  "bodyUsed"
])

const deepest = 6

/** Takes everything that can be read of a failure, its prototypes' included, but for functions and machinery. */
export const freeze = (failure: unknown, clean: (text: string) => string): Frozen => {
  const seen = new Set<object>()
  const value = (from: unknown, depth: number): Value | undefined => {
    if (from === null || typeof from === "boolean") return from
    if (typeof from === "number") return Number.isFinite(from) ? from : undefined
    if (typeof from === "string") return clean(from.length > 1000 ? from.slice(0, 1000) : from)
    if (typeof from === "bigint") return String(from)
    if (typeof from !== "object" || seen.has(from) || depth > deepest) return undefined
    if (ArrayBuffer.isView(from) || from instanceof ArrayBuffer) return undefined
    seen.add(from)
    try {
      if (from instanceof Date) return { $date: from.getTime() }
      if (Array.isArray(from)) return from.slice(0, 12).map((item) => value(item, depth + 1) ?? null)
      if (isHeaders(from)) {
        return { $headers: Object.fromEntries([...from].map(([name, text]) => [name, clean(String(text))])) }
      }
      if (from instanceof Map) {
        return {
          $map: [...from].slice(0, 12).flatMap(([name, held]) => {
            const kept = value(held, depth + 1)
            return typeof name === "string" && kept !== undefined ? [[name, kept] as const] : []
          })
        }
      }
      return object(from, depth)
    } finally {
      seen.delete(from)
    }
  }
  const object = (from: object, depth: number): Value => {
    const own: Record<string, Value> = {}
    const inherited: Record<string, Value> = {}
    const take = (into: Record<string, Value>, name: string): void => {
      if (machinery.has(name) || name.startsWith("_") && name !== "_tag" && name !== "_message" && name !== "_data") {
        return
      }
      const read = attempt(() => (from as Record<string, unknown>)[name])
      const kept = read === undefined ? undefined : value(read, depth + 1)
      if (kept !== undefined) into[name] = kept
    }
    for (const name of Object.getOwnPropertyNames(from).slice(0, 60)) take(own, name)
    const names: Array<string> = []
    for (
      let at = Object.getPrototypeOf(from) as object | null;
      at !== null && at !== Object.prototype;
      at = Object.getPrototypeOf(at) as object | null
    ) {
      const { name } = Object.getOwnPropertyDescriptor(at, "constructor")?.value as { readonly name?: unknown } ?? {}
      names.push(typeof name === "string" ? clean(name) : "")
      if (names.length > 6 || at === Error.prototype) continue
      for (const name of Object.getOwnPropertyNames(at)) {
        if (name !== "constructor" && !(name in own) && !(name in inherited) && name !== "__proto__") {
          take(inherited, name)
        }
      }
    }
    return names.length === 0 && Object.keys(inherited).length === 0
      ? own
      : { $class: names, own, ...Object.keys(inherited).length === 0 ? {} : { inherited } }
  }
  const frozen = value(failure, 0)
  if (frozen === undefined) throw new Error(`Nothing can be kept of ${String(failure)}`)
  return frozen
}

const isHeaders = (from: object): from is Iterable<readonly [string, unknown]> => {
  const { get, [Symbol.iterator]: iterate } = from as { readonly get?: unknown; readonly [Symbol.iterator]?: unknown }
  return typeof iterate === "function" && typeof get === "function" && /Headers/.test(from.constructor?.name ?? "")
}

const attempt = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Takes this machine out of a text. */
export const cleaner = (folders: ReadonlyArray<string>) => (text: string): string =>
  [...folders].sort((a, b) => b.length - a.length).reduce((text, folder) => text.replaceAll(folder, "/app"), text)
    .replaceAll(hostname(), "host")

import * as Suggestion from "@errata/core/Suggestion"
import { isObject, jsonAt } from "./json.ts"
import type { Arguments } from "./model.ts"
import { offered } from "./prose.ts"
import type { Told } from "./told.ts"

type Key = string | number

/** Reads a path such as `items[2].name`. */
const keysOf = (path: string): ReadonlyArray<Key> =>
  path === "(arguments)" ?
    [] :
    [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) =>
      index === undefined ? quoted ?? name! : Number(index)
    )

const at = (value: unknown, keys: ReadonlyArray<Key>): unknown =>
  keys.reduce<unknown>((inner, key) => (inner as { readonly [key: Key]: unknown } | undefined)?.[key], value)

/** Returns a copy of the arguments with another value at a path; without a value the key is left out. */
const put = (args: Arguments, keys: ReadonlyArray<Key>, value: unknown, rename?: string): Arguments => {
  const copy = structuredClone(args) as { [name: string]: unknown }
  const owner = at(copy, keys.slice(0, -1))
  const last = keys.at(-1)
  if (last === undefined || typeof owner !== "object" || owner === null) return copy
  const fields = owner as { [key: Key]: unknown }
  if (rename !== undefined) fields[rename] = fields[last]
  if (rename !== undefined || value === undefined) delete fields[last]
  else fields[last] = value
  return copy
}

/** Returns the value that the words on a field ask for, given what is there and what the user wants; undefined if they do not say. */
const valueFor = (words: string, given: unknown, wanted: unknown): unknown => {
  const near = /did you mean (.+?)\?/i.exec(words)
  const allowed = offered(words)
  if (
    wanted !== undefined &&
    (allowed.length === 0 || allowed.some((value) => value === wanted || value === JSON.stringify(wanted)))
  ) return wanted
  if (near !== null) return offered(near[0])[0]
  if (allowed.length > 0) return allowed[0]
  const example = /\bExample: /.exec(words)
  if (example !== null) return exampleAt(words, example.index + example[0].length)
  return within(words, given) ?? parsed(words, given)
}

const exampleAt = (words: string, from: number): unknown => {
  const text = words.slice(from).replace(/\.$/, "")
  try {
    return JSON.parse(text)
  } catch {
    return jsonAt(words, from)?.value
  }
}

/** Brings a number between bounds. */
const within = (words: string, given: unknown): number | undefined => {
  const [, least, most] = /\b(?:between|from) (-?[\d.]+) (?:and|to) (-?[\d.]+)/.exec(words) ?? []
  const [, atMost] = /(?:\bat most |number to be <=)(-?\d+(?:\.\d+)?)/.exec(words) ?? []
  const [, atLeast] = /(?:\bat least |number to be >=)(-?\d+(?:\.\d+)?)/.exec(words) ?? []
  const low = Number(least ?? atLeast ?? Number.NEGATIVE_INFINITY)
  const high = Number(most ?? atMost ?? Number.POSITIVE_INFINITY)
  const number = typeof given === "number" ? given : Number.NaN
  if (Number.isNaN(number) || (low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY)) return undefined
  return Math.min(high, Math.max(low, number))
}

const parsed = (words: string, given: unknown): unknown => {
  if (typeof given !== "string" || !/text that holds/.test(words)) return undefined
  try {
    return JSON.parse(given)
  } catch {
    return undefined
  }
}

/** Corrects the arguments as the issues of a reply say. Undefined if one of them does not say how. */
export const byIssues = (args: Arguments, { issues }: Told, intent: Arguments): Arguments | undefined => {
  let corrected: Arguments = args
  for (const { path, words } of issues) {
    const keys = keysOf(path)
    if (/^Unknown argument/i.test(words)) {
      const name = /did you mean "?([^"?]+)"?\?/i.exec(words)?.[1]
      corrected = put(corrected, keys, undefined, name)
      continue
    }
    if (words.startsWith("Required") && at(corrected, keys) !== undefined) continue // another spelling of it was given
    const value = valueFor(words, at(corrected, keys), at(intent, keys) ?? intent[String(keys.at(-1))])
    if (value === undefined || keys.length === 0) return undefined
    corrected = put(corrected, keys, value)
  }
  return differs(args, corrected) ? corrected : undefined
}

/** Puts an alternative in the place of the value that a reply is about: one that its words name, and that is near. */
export const byAlternative = (
  args: Arguments,
  { message, similar }: Told,
  intent: Arguments
): Arguments | undefined => {
  const all = leaves(args)
  const named = all.filter(({ value }) => value !== "" && message.includes(value)).sort((a, b) =>
    b.value.length - a.value.length
  )
  const near = named.find(({ value }) => Suggestion.similar(value, similar).length > 0)
  const meant = near ?? named[0] ?? (all.length === 1 ? all[0] : undefined)
  if (meant === undefined || similar.length === 0) return undefined
  const wanted = at(intent, meant.keys) ?? intent[String(meant.keys.at(-1))]
  const value = typeof wanted === "string" && similar.includes(wanted) ? wanted : similar[0]
  const corrected = put(args, meant.keys, value)
  return differs(args, corrected) ? corrected : undefined
}

/** Corrects the items of a batch that failed, by their alternatives, and leaves out the others. */
export const byItems = (args: Arguments, { items }: Told): Arguments | undefined => {
  const better = items.flatMap(({ key, similar: [first] }) => first === undefined ? [] : [[key, first] as const])
  const list = listWith(args, better.map(([key]) => key))
  return list === undefined || better.length === 0 ? undefined : { ...args, [list]: better.map(([, value]) => value) }
}

/** Keeps of a list only what a reply says to send again. */
export const byKeys = (args: Arguments, keys: ReadonlyArray<string>): Arguments | undefined => {
  const list = listWith(args, keys)
  return list === undefined ? undefined : { ...args, [list]: [...keys] }
}

/** Takes what the user wants instead, for what the arguments name, where it differs and `may` allows it. */
export const byIntent = (
  args: Arguments,
  intent: Arguments,
  may: (value: unknown, name: string) => boolean
): Arguments | undefined => {
  const wanted = Object.entries(intent).filter(([name, value]) => Object.hasOwn(args, name) && may(value, name))
  const corrected = { ...args, ...Object.fromEntries(wanted) }
  return differs(args, corrected) ? corrected : undefined
}

export const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b)

const listWith = (args: Arguments, keys: ReadonlyArray<string>): string | undefined =>
  Object.entries(args).find(([, value]) => Array.isArray(value) && keys.some((key) => value.includes(key)))?.[0]

interface Leaf {
  readonly keys: ReadonlyArray<Key>
  readonly value: string
}

const leaves = (value: unknown, keys: ReadonlyArray<Key> = []): ReadonlyArray<Leaf> =>
  typeof value === "string"
    ? [{ keys, value }]
    : Array.isArray(value)
    ? value.flatMap((inner, i) => leaves(inner, [...keys, i]))
    : isObject(value)
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...keys, key]))
    : []

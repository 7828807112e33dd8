import { isSecretProperty } from "../../redaction/internal/names.ts"
import { shorten } from "../../redaction/internal/shorten.ts"
import type * as Limits from "../../redaction/Limits.ts"
import type * as Redaction from "../../redaction/Redaction.ts"

/** Describes where an issue's value is looked up, and how it may be shown. */
export interface ValueContext {
  readonly value: unknown
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

export const valueAt = (value: unknown, path: ReadonlyArray<string | number>): unknown => {
  let here = value
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

/** Bounds what is looked at: what is shown is short, however much came. */
const bounded = (limits: Limits.Limits): Limits.Limits => ({
  ...limits,
  string: limits.received + 1024,
  items: 50,
  total: limits.received + 4096
})

/** Returns the value at a path as a reply may show it; `undefined` if nothing came. */
export const show = (
  path: ReadonlyArray<string | number>,
  { limits, redactor, value }: ValueContext
): string | undefined => {
  const received = valueAt(value, path)
  if (received === undefined) return undefined
  // what lies below a telling name is as secret as its value
  const key = path.findLast((key) => typeof key === "string" && isSecretProperty(key)) ?? path.at(-1) ?? ""
  const named = redactor.json({ [key]: received }, bounded(limits)) as { readonly [key: string]: Redaction.Json }
  return shorten(JSON.stringify(named[key]) ?? typeof received, limits.received)
}

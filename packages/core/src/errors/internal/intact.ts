import type { Json } from "../../redaction/Redaction.ts"

/** Names of what a caller sends back: it comes out byte for byte or not at all. */
const naming =
  /(?:^|[_\-. ])(?:id|key|handle|cursor|url|uri|path|uuid|guid|ref|slug|sku)s?$|[a-z0-9](?:Id|Key|Handle|Cursor|U[Rr][LlIi]|Path|Uuid|UUID|Guid|GUID|Ref|Slug|Sku)s?$/

const isId = (name: string): boolean => naming.test(name)

type Fields = { readonly [name: string]: Json }

/**
 * Takes what a redactor made of some details, and leaves out whole every id, in a field or in a list of such, and every entry by
 * its name, that the redactor changed: a part of an id would be sent back as if it were one.
 */
export const intact = (given: Fields, shown: Fields): Fields | undefined => {
  const kept = fields(given, shown)
  return Object.keys(kept).length === 0 ? undefined : kept
}

const fields = (given: Fields, shown: Fields): Fields => {
  let kept: Record<string, Json> | undefined
  const names = Object.keys(shown)
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!
    const told = shown[name]!
    const value = Object.hasOwn(given, name) ? intactValue(given[name]!, told, name) : name === "…" ? told : undefined
    if (value === told && kept === undefined) continue
    kept ??= Object.fromEntries(names.slice(0, i).map((before) => [before, shown[before]!]))
    if (value !== undefined) Object.defineProperty(kept, name, { value, enumerable: true, configurable: true })
  }
  return kept ?? shown
}

/** Returns the same value if nothing is to be left out of it; `undefined` if all of it is. */
const intactValue = (given: Json, shown: Json, name: string): Json | undefined => {
  if (given === shown) return shown
  if (Array.isArray(given) && Array.isArray(shown)) return items(given, shown, name)
  if (isRecord(given) && isRecord(shown)) return fields(given, shown)
  return isId(name) ? undefined : shown
}

const items = (given: ReadonlyArray<Json>, shown: ReadonlyArray<Json>, name: string): Json => {
  const kept = shown.flatMap((item, i) => {
    if (item === `${given.length - i} more`) return [item]
    const value = intactValue(given[i]!, item, name)
    return value === undefined ? [] : [value]
  })
  return kept.length === shown.length && kept.every((item, i) => item === shown[i]) ? shown : kept
}

const isRecord = (value: Json): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

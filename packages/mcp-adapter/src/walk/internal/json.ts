import type { Arguments } from "./model.ts"

/** Limits how many places of a text are tried for JSON. */
const maxTries = 50

/** Tests for an object of JSON. */
export const isObject = (value: unknown): value is Arguments =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Returns the index behind the bracket that closes the one at `from`; undefined if none does. */
const endOf = (text: string, from: number): number | undefined => {
  let depth = 0
  let isInText = false
  for (let i = from; i < text.length; i++) {
    const char = text[i]
    if (isInText) {
      if (char === "\\") i++
      else if (char === "\"") isInText = false
    } else if (char === "\"") isInText = true
    else if (char === "{" || char === "[") depth++
    else if ((char === "}" || char === "]") && --depth === 0) return i + 1
  }
  return undefined
}

/** Reads the JSON that begins at an index, with the index behind it. */
export const jsonAt = (text: string, from: number): { readonly value: unknown; readonly end: number } | undefined => {
  const end = endOf(text, from)
  if (end === undefined) return undefined
  try {
    return { value: JSON.parse(text.slice(from, end)), end }
  } catch {
    return undefined
  }
}

/** Returns the first object in a text, itself or below, that a test takes. */
export const findObject = (text: string, test: (value: Arguments) => boolean): Arguments | undefined => {
  let from = text.indexOf("{")
  for (let tries = 0; from !== -1 && tries < maxTries; tries++) {
    const found = jsonAt(text, from)
    const inside = found === undefined ? undefined : search(found.value, test)
    if (inside !== undefined) return inside
    from = text.indexOf("{", found?.end ?? from + 1)
  }
  return undefined
}

const search = (value: unknown, test: (value: Arguments) => boolean, depth = 4): Arguments | undefined => {
  if (typeof value !== "object" || value === null || depth === 0) return undefined
  if (isObject(value) && test(value)) return value
  for (const inner of Object.values(value)) {
    const found = search(inner, test, depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** Says of which kind a value is, where its kind is the mistake. */

export type Kind = "null" | "text" | "number" | "boolean" | "array" | "object"

/** `undefined` for what JSON does not know. */
export const kindOf = (value: unknown): Kind | undefined => {
  if (value === null) return "null"
  switch (typeof value) {
    case "string":
      return "text"
    case "number":
    case "boolean":
      return typeof value as "number" | "boolean"
    case "object":
      return Array.isArray(value) ? "array" : "object"
    default:
      return undefined
  }
}

/** Looking into a text costs its parsing: one that is longer is only a text. */
const longest = 100_000

/**
 * Tells what a text stands for, if it is the JSON of an array, an object, a number or a boolean.
 *
 * Numbers only as JavaScript would write them, and whole ones only where they are exact, so that nothing is lost.
 */
export const standsFor = (text: string): unknown => {
  if (text === "true" || text === "false") return text === "true"
  if (/^-?\d/.test(text)) {
    const number = Number(text)
    const isExact = String(number) === text && Number.isFinite(number)
    return isExact && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : undefined
  }
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Returns what arrived, as the second half of a sentence; empty where nothing did. */
export const got = (value: unknown, wanted: ReadonlySet<Kind>, isOptional: boolean): string => {
  const kind = kindOf(value)
  if (kind === undefined || wanted.has(kind)) return ""
  if (kind === "null") return isOptional ? ", got null: it may be left out" : ", got null"
  if (kind !== "text" || (value as string).length > longest) return `, got ${kind}`
  const meant = kindOf(standsFor(value as string))
  if (meant === undefined || !wanted.has(meant)) return ", got text"
  return meant === "array" || meant === "object"
    ? `, got text that holds JSON: send the ${meant} itself`
    : `, got text that holds a ${meant}: send the ${meant} itself`
}

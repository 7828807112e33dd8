/** Reads a property of anything; a getter that throws counts as absent. */
export const property = (from: unknown, name: string): unknown => {
  if ((typeof from !== "object" && typeof from !== "function") || from === null) return undefined
  try {
    return (from as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}

export const text = (from: unknown, name: string): string | undefined => {
  const value = property(from, name)
  return typeof value === "string" ? value : undefined
}

/** The first items of an array; none if it is no array or cannot be read. */
export const items = (from: unknown, limit: number): ReadonlyArray<unknown> => {
  try {
    return Array.isArray(from) ? Array.from({ length: Math.min(limit, from.length) }, (_, i): unknown => from[i]) : []
  } catch {
    return []
  }
}

export const tagOf = (from: unknown): string | undefined => text(from, "_tag")

const languageErrors: ReadonlySet<string> = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "EvalError",
  "URIError"
])

/** Whether an error is a programmer's mistake, as the language reports them. Node's own carry a code and are not. */
export const isDefect = (failure: unknown): boolean =>
  languageErrors.has(text(failure, "name") ?? "") && text(failure, "code") === undefined

/** Reads a property of something thrown; `undefined` if there is none, or reading it throws. */
export const read = (from: unknown, name: string | symbol): unknown => {
  try {
    return (typeof from === "object" && from !== null) || typeof from === "function"
      ? (from as { readonly [key: string | symbol]: unknown })[name]
      : undefined
  } catch {
    return undefined
  }
}

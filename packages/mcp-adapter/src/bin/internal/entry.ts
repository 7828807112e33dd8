/** Describes a line of the log, as far as it could be read. */
export interface Entry {
  readonly [field: string]: unknown
}

/** Reads a line; `undefined` if it is none of the log's. */
export const entryOf = (line: Buffer): Entry | undefined => {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"))
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Entry : undefined
  } catch {
    return undefined
  }
}

export const text = (entry: Entry, field: string): string | undefined => {
  const value = Object.hasOwn(entry, field) ? entry[field] : undefined
  return typeof value === "string" ? value : undefined
}

export const number = (entry: Entry, field: string): number | undefined => {
  const value = Object.hasOwn(entry, field) ? entry[field] : undefined
  return typeof value === "number" && Number.isFinite(value) ? value : undefined
}

export const list = (entry: Entry, field: string): ReadonlyArray<unknown> => {
  const value = Object.hasOwn(entry, field) ? entry[field] : undefined
  return Array.isArray(value) ? value.slice(0, 200) : []
}

/** The message of the line that ends a call. */
export const ended = "tool call ended"

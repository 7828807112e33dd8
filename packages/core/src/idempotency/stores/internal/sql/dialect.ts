/** The dialects in which keys and effects are kept. */
export interface Dialect {
  /** The store's own clock in milliseconds since 1970; `undefined`: every statement gets the time as a parameter. */
  readonly now: string | undefined
  /** Names the parameter of a position, from 1. */
  readonly parameter: (position: number) => string
  /** The type of a column that counts rows. */
  readonly serial: string
  /** Ends a statement that changes rows, so that its answer says how many they were. */
  readonly returning: string
  /** Lets two sweeps at once pass by each other. */
  readonly skipLocked: string
}

/** SQLite in this process, by whatever clock is given. It tells what it changed without being asked. */
export const embedded: Dialect = {
  now: undefined,
  parameter: (position) => `?${position}`,
  serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
  returning: "",
  skipLocked: ""
}

/** SQLite behind a client. */
export const sqlite: Dialect = {
  ...embedded,
  returning: " RETURNING id",
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
}

/** PostgreSQL. The time is that of the statement: in a long transaction `now()` is the time of its first one. */
export const postgres: Dialect = {
  now: "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)",
  parameter: (position) => `$${position}`,
  serial: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
  returning: " RETURNING id",
  skipLocked: " FOR UPDATE SKIP LOCKED"
}

/** A statement whose parameters have names. */
export interface Statement {
  readonly text: string
  readonly names: ReadonlyArray<string>
}

export type Value = string | number | null

/** Writes a statement: `:name` is a parameter, and `:now` the time. */
export const write = (dialect: Dialect, template: string): Statement => {
  const names: Array<string> = []
  const text = template.replace(/:([a-z]+)/gi, (_, name: string) => {
    if (name === "now" && dialect.now !== undefined) return dialect.now
    if (!names.includes(name)) names.push(name)
    return dialect.parameter(names.indexOf(name) + 1)
  })
  return { text, names }
}

/** Puts values in the order of a statement's parameters. */
export const bind = ({ names }: Statement, values: Readonly<Record<string, Value>>): Array<Value> =>
  names.map((name) => values[name] ?? null)

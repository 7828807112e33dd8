/**
 * Says what it means that a database refused something: `passing`, it takes it later; `kept`, another process was first; `never`,
 * it cannot store such a value at all.
 */
export type Refusal = "passing" | "kept" | "never"

interface Reason {
  readonly _tag: string
  readonly isRetryable: boolean
  readonly cause: unknown
}

/** Finds why a statement failed, in an error of a cluster's storage. No SQL is loaded for it where there is none. */
const reasonOf = (error: unknown): Reason | undefined => {
  const { cause } = error as { readonly cause?: { readonly reason?: Reason } }
  return typeof cause === "object" && cause !== null ? cause.reason : undefined
}

/** PostgreSQL's classes of errors that a value causes: data it cannot represent, constraints, its limits. */
const ofValues = /^(?:22|23|54)...$/

/** SQLite's: a constraint, too big, a mismatch, out of range. */
const ofSqliteValues: ReadonlySet<number> = new Set([18, 19, 20, 25])

const isOfValue = (cause: unknown): boolean => {
  if (cause instanceof TypeError || cause instanceof RangeError) return true
  if (typeof cause !== "object" || cause === null) return false
  const { code, errno } = cause as { readonly code?: unknown; readonly errno?: unknown }
  if (typeof errno === "number" && ofSqliteValues.has(errno & 0xff)) return true
  return typeof code === "string" && ofValues.test(code)
}

/**
 * Says what it means that a statement failed. What is not known is taken as passing: a database that is away says so in many ways
 * (shutting down, starting up, too many connections, disk full), and a run must not end because of one of them.
 */
export const refusalOf = (error: unknown): Refusal => {
  if ((error as { readonly _tag?: unknown })._tag === "MalformedMessage") return "never"
  const reason = reasonOf(error)
  if (reason === undefined || reason.isRetryable) return "passing"
  if (reason._tag === "UniqueViolation") return "kept"
  return isOfValue(reason.cause) ? "never" : "passing"
}

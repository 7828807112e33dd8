import { type Family, type Finding, lookUp, lookUpMessage, patternsOf, type Rule, table, type View } from "./finding.ts"
import { mssql } from "./mssql.ts"
import { mysql } from "./mysql.ts"
import { isClass, orm } from "./orm.ts"
import { at, codeIn, property, tagOf, text } from "./read.ts"
import { sqlite, sqliteMessages } from "./sqlite.ts"

/** SQLSTATE, the code of the standard: of Postgres first of all, of MySQL where its own code says nothing. */
const states = /*#__PURE__*/ table([
  ["missing", undefined, "02000 P0002"],
  ["refused", "refused", "08001 08004"],
  ["conflict", undefined, "23000"],
  ["conflict", "a referenced row is missing or still in use", "23001 23503"],
  ["conflict", "it overlaps with another", "23P01"],
  ["arguments", "a value is missing", "23502"],
  ["arguments", "a value breaks a rule", "23514 44000"],
  ["exists", undefined, "23505"],
  ["lost", "it is temporarily read-only", "25006"],
  ["lost", "the connection was idle for too long", "25P03 57P05"],
  ["lost", "transactions conflicted", "40000 40001 40002"],
  ["lost", "the connection was lost", "40003"],
  ["lost", "a deadlock", "40P01"],
  ["denied", undefined, "42501"],
  ["lost", "its disk is full", "53100"],
  ["lost", "it has no memory left", "53200"],
  ["lost", "too many connections", "53300"],
  ["lost", "it has too few resources", "53000 53400"],
  ["tooLarge", undefined, "54000 54001 54011 54023"],
  ["state", undefined, "55000"],
  ["lost", "it is in use", "55006"],
  ["lost", "a lock is held", "55P03"],
  ["timeout", undefined, "57014 25P04"],
  ["lost", "it is shutting down", "57P01"],
  ["lost", "it crashed", "57P02"],
  ["lost", "it is starting up", "57P03"],
  ["lost", "its disk cannot be read or written", "58000 58030"],
  ["corrupted", undefined, "XX001 XX002"]
])

/** Classes of SQLSTATE, where the code itself says no more. */
const classes = /*#__PURE__*/ table([
  ["lost", "the connection was lost", "08"],
  ["arguments", "a value does not fit", "22"],
  ["credentials", undefined, "28"]
])

/** Division by zero and the like: the statement's fault. */
const ofStatement: ReadonlySet<string> = new Set(["22012", "22019", "22025", "2201B"])

/** Looks a SQLSTATE up. */
export const fromState = (code: string | undefined, read: string): Finding | undefined => {
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || ofStatement.has(code)) return undefined
  return lookUp({ from: states, code, rule: "SQLSTATE", read }) ??
    lookUp({ from: classes, code: code.slice(0, 2), rule: "SQLSTATE class", read })
}

/** Tests for an error of Postgres: a code of five characters is a SQLSTATE where something else says so, too. */
const isPostgres = (failure: object): boolean =>
  text(failure, "severity") !== undefined || text(failure, "routine") !== undefined ||
  (property(failure, "hint") !== undefined && property(failure, "details") !== undefined) // PostgREST

const postgres: Rule = ({ code, failure, message }) => {
  if (!isPostgres(failure)) return undefined
  if (code === "57014" && /due to user request/.test(message)) {
    return { kind: "lost", reason: "the statement was cancelled", rule: "SQLSTATE 57014", read: "message" }
  }
  return fromState(code, "code") ?? lookUp({ from: postgrest, code, rule: "PostgREST's code", read: "code" })
}

const postgrest = /*#__PURE__*/ table([
  ["refused", "it has no connection to its database", "PGRST000 PGRST001 PGRST002"],
  ["timeout", undefined, "PGRST003"],
  ["missing", undefined, "PGRST116"],
  ["credentials", undefined, "PGRST301 PGRST302 PGRST303"]
])

/** Lists what drivers of Postgres say in codes and sentences of their own. */
const drivers = /*#__PURE__*/ table([
  ["lost", "the connection was closed", "CONNECTION_CLOSED CONNECTION_DESTROYED CONNECTION_ENDED"],
  ["timeout", undefined, "CONNECT_TIMEOUT"]
])

const sentences = [
  ["overloaded", undefined, /^(?:Queue limit reached\.|No connections available\.)$/],
  [
    "lost",
    "the connection was lost",
    /^(?:Connection terminated(?: unexpectedly| due to connection timeout)?|Client has encountered a connection error and is not queryable|Client was closed and is not queryable)$/
  ],
  [
    "timeout",
    undefined,
    /^(?:timeout exceeded when trying to connect|Query read timeout|timeout expired|Connection terminated due to connection timeout)$/
  ]
] as const

/** Matches a number of Oracle's at the beginning of a message. */
const oracleInWords = /^(?:ORA|NJS|DPI)-\d+/

/** Oracle's numbers, as `ORA-00001` or `NJS-040`. */
const oracle = /*#__PURE__*/ table([
  ["exists", undefined, "ORA-00001"],
  ["lost", "it is busy", "ORA-00054"],
  ["lost", "a deadlock", "ORA-00060"],
  ["credentials", undefined, "ORA-01017 ORA-28000 ORA-28001"],
  ["denied", undefined, "ORA-01031"],
  ["missing", undefined, "ORA-01403"],
  ["arguments", "a value is missing", "ORA-01400"],
  ["arguments", "a value does not fit", "ORA-01438 ORA-12899 ORA-01722"],
  ["arguments", "a value breaks a rule", "ORA-02290"],
  ["conflict", "a referenced row is missing or still in use", "ORA-02291 ORA-02292"],
  ["lost", "the connection was lost", "ORA-03113 ORA-03114 ORA-03135 ORA-12537 NJS-500 NJS-501 DPI-1010 DPI-1080"],
  ["lost", "transactions conflicted", "ORA-08177"],
  ["refused", "refused", "ORA-12541 ORA-12514 NJS-503"],
  ["timeout", undefined, "ORA-12170 ORA-01013 NJS-040 NJS-510 NJS-123"]
])

const effectReasons = /*#__PURE__*/ table([
  ["lost", "the connection was lost", "ConnectionError"],
  ["lost", "a deadlock", "DeadlockError"],
  ["lost", "transactions conflicted", "SerializationError"],
  ["lost", "it is busy", "LockTimeoutError"],
  ["timeout", undefined, "StatementTimeoutError"],
  ["credentials", undefined, "AuthenticationError"],
  ["denied", undefined, "AuthorizationError"],
  ["exists", undefined, "UniqueViolation"],
  ["conflict", undefined, "ConstraintError"]
])

/** effect's `SqlError`: the driver's own words first where they say more than "a constraint". */
const effect: Rule = (view) => {
  const { failure } = view
  if (tagOf(failure) !== "SqlError") return undefined
  const reason = property(failure, "reason")
  const tag = tagOf(reason)
  const cause = property(reason, "cause")
  const inner = tag === "ConstraintError" && typeof cause === "object" && cause !== null
    ? ofDriver({ ...view, ...viewed(cause) })
    : undefined
  return inner ?? lookUp({ from: effectReasons, code: tag, rule: "effect's SqlError", read: "reason._tag" }) ??
    (property(reason, "isRetryable") === true
      ? { kind: "lost", rule: "effect's SqlError that says isRetryable", read: "reason.isRetryable" }
      : undefined)
}

const viewed = (failure: object): Pick<View, "failure" | "code" | "message"> => ({
  failure,
  code: codeIn(failure, "code"),
  message: text(failure, "message") ?? ""
})

const ofDriver: Rule = (view) => {
  const { code, failure, message } = view
  return postgres(view) ?? mysql(view) ?? sqlite(view) ?? mssql(view) ??
    lookUp({ from: drivers, code, rule: "the driver's code", read: "code" }) ??
    lookUp({
      from: oracle,
      code: code ?? oracleInWords.exec(message)?.[0],
      rule: "Oracle's code",
      read: "code"
    }) ??
    fromState(
      codeIn(failure, "sqlState") ?? codeIn(failure, "sqlstate") ??
        codeIn(at(failure, "meta.driverAdapterError.cause"), "originalCode"),
      "sqlState"
    ) ??
    lookUpMessage(sentences, message, "the driver's sentence")
}

/** Databases that speak SQL, and what stands between: ORMs and query builders. */
export const sql: Family = {
  name: "sql",
  strong: (view) => effect(view) ?? orm(view, fromState) ?? ofDriver(view),
  ofBare: { names: isClass, messages: () => [...sqliteMessages(), oracleInWords, ...patternsOf(sentences)] }
}

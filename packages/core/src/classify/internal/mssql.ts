import { type Finding, lookUp, table, type View } from "./finding.ts"
import { at, codeIn } from "./read.ts"

/** Numbers of SQL Server and Azure SQL. */
const numbers = /*#__PURE__*/ table([
  ["exists", undefined, "2627 2601"],
  ["conflict", "a referenced row is missing or still in use", "547"],
  ["arguments", "a value is missing", "515"],
  ["arguments", "a value does not fit", "8152 2628 245 8114 220 241"],
  ["lost", "a deadlock", "1205"],
  ["lost", "a lock is held", "1222"],
  ["lost", "transactions conflicted", "3960"],
  ["lost", "it is starting up or moving", "40613 40197 40501 40143 49918 49919 49920 4060 10928 10929"],
  ["credentials", undefined, "18456 18452"],
  ["denied", undefined, "229 230 262 300"],
  ["timeout", undefined, "-2"]
])

const codes = /*#__PURE__*/ table([
  ["timeout", undefined, "ETIMEOUT"],
  ["credentials", undefined, "ELOGIN"],
  ["lost", "the connection was closed", "ECONNCLOSED ENOTOPEN"]
])

const isMssql = (names: ReadonlyArray<string>): boolean =>
  names.some((name) =>
    name === "RequestError" || name === "ConnectionError" || name === "TransactionError" ||
    name === "PreparedStatementError"
  )

export const mssql = ({ code, failure, names }: View): Finding | undefined =>
  isMssql(names)
    ? lookUp({
      from: numbers,
      code: codeIn(at(failure, "originalError.info"), "number") ?? codeIn(failure, "number"),
      rule: "SQL Server's number",
      read: "number"
    }) ??
      lookUp({ from: codes, code, rule: "SQL Server's code", read: "code" })
    : undefined

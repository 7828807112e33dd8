import * as Classifier from "@errata/core/Classifier"
import { read } from "../../fold/internal/readProperty.ts"

const statement =
  /^\s*(?:--[^\n]*\n\s*)*(?:select|with|insert|update|delete|create|alter|drop|explain|pragma|show|describe|merge)\b/i

/** Matches what databases say of a statement that they cannot read: its syntax, a table or a column that is not there. */
const complaint =
  /syntax error|no such (?:table|column|function)|does not exist|unknown (?:column|table)|doesn't exist|ambiguous/i

/** Tests whether a database complains of a statement that the caller wrote: then its words are what the caller needs. */
export const isCallersSql = (failure: unknown, args: unknown): boolean => {
  const message = read(failure, "message")
  if (typeof message !== "string" || !complaint.test(message) || !holdsStatement(args)) return false
  const { family } = Classifier.explain(failure)
  return family === "sql" || isDatabaseError(failure)
}

const isDatabaseError = (failure: unknown): boolean =>
  ["sqlState", "errcode", "routine", "sqlMessage"].some((mark) => read(failure, mark) !== undefined) ||
  /^(?:SQLITE_|ER_|42[0-9A-Z]{3}$)/.test(String(read(failure, "code")))

const holdsStatement = (args: unknown, depth = 3): boolean => {
  if (typeof args === "string") return statement.test(args)
  if (typeof args !== "object" || args === null || depth === 0) return false
  return Object.values(args).slice(0, 100).some((value) => holdsStatement(value, depth - 1))
}

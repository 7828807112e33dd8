import * as Errors from "../../errors/Errors.ts"
import type { Options } from "../internal/model.ts"
import { sql as sqlFamily } from "../internal/sql.ts"
import { type Classifier, type Of, ofClient } from "./model.ts"

/**
 * Lists the classes that {@link sql} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const sqlErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.Corrupted,
  Errors.InvalidState,
  Errors.NotFound,
  Errors.Overloaded,
  Errors.PermissionDenied,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamRejected
] as const

/**
 * Classifies an error of a database that speaks SQL: effect's `SqlError`, Postgres, MySQL, SQLite, SQL Server, Oracle, the ORMs
 * above them, and the connections below.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const sql: (options: Options) => Classifier<Of<typeof sqlErrors>> = /*#__PURE__*/ ofClient(sqlFamily)

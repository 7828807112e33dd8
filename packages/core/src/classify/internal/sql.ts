import * as Errors from "../../errors/Errors.ts"
import { property, tagOf, text } from "./read.ts"

export type SqlFailure =
  | Errors.AlreadyExists
  | Errors.Conflict
  | Errors.ConnectionFailed
  | Errors.PermissionDenied
  | Errors.Timeout
  | Errors.Unauthenticated
  | Errors.Unavailable

interface Names {
  readonly service: string
  readonly resource?: string | undefined
  readonly id?: string | undefined
}

/** SQLite's primary result codes. */
const sqliteBusy: ReadonlySet<number> = new Set([5, 6])

/** Postgres' SQLSTATE, by code or by class. */
const postgres: Readonly<Record<string, string>> = {
  "40001": "transactions got in each other's way",
  "40P01": "a deadlock",
  "55P03": "a lock is held",
  "53300": "too many connections",
  "57P01": "it is shutting down",
  "57P02": "it crashed",
  "57P03": "it is starting up"
}

export const classifySql = (failure: unknown, names: Names): SqlFailure | undefined =>
  tagOf(failure) === "SqlError"
    ? fromReason(property(failure, "reason"), names, failure)
    : fromSqlite(failure, names) ?? fromPostgres(failure, names)

const fromReason = (reason: unknown, names: Names, cause: unknown): SqlFailure | undefined => {
  const { service } = names
  const resource = names.resource ?? service
  const why = text(reason, "_tag")
  switch (why) {
    case "ConnectionError":
      return new Errors.Unavailable({ service, reason: "the connection was lost", cause })
    case "DeadlockError":
      return new Errors.Unavailable({ service, reason: "a deadlock", cause })
    case "SerializationError":
      return new Errors.Unavailable({ service, reason: "transactions got in each other's way", cause })
    case "LockTimeoutError":
      return new Errors.Unavailable({ service, reason: "it is busy", cause })
    case "StatementTimeoutError":
      return new Errors.Timeout({ operation: service, cause })
    case "AuthenticationError":
      return new Errors.Unauthenticated({ service, cause })
    case "AuthorizationError":
      return new Errors.PermissionDenied({ action: "use", resource, cause })
    case "UniqueViolation":
      return new Errors.AlreadyExists({ resource, ...names.id === undefined ? {} : { id: names.id }, cause })
    case "ConstraintError":
      return new Errors.Conflict({ resource, cause })
    default:
      return property(reason, "isRetryable") === true ? new Errors.Unavailable({ service, cause }) : undefined
  }
}

const fromSqlite = (failure: unknown, names: Names): SqlFailure | undefined => {
  const code = text(failure, "code")
  const number = property(failure, "errcode")
  const busy = code === "ERR_SQLITE_ERROR" && typeof number === "number" && sqliteBusy.has(number & 0xff) ||
    code?.startsWith("SQLITE_BUSY") === true || code?.startsWith("SQLITE_LOCKED") === true
  return busy ? new Errors.Unavailable({ service: names.service, reason: "it is busy", cause: failure }) : undefined
}

const fromPostgres = (failure: unknown, names: Names): SqlFailure | undefined => {
  const code = text(failure, "code")
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || text(failure, "severity") === undefined) return undefined
  const { service } = names
  const resource = names.resource ?? service
  if (Object.hasOwn(postgres, code)) return new Errors.Unavailable({ service, reason: postgres[code]!, cause: failure })
  if (code.startsWith("08")) {
    return new Errors.Unavailable({ service, reason: "the connection was lost", cause: failure })
  }
  if (code.startsWith("28")) return new Errors.Unauthenticated({ service, cause: failure })
  switch (code) {
    case "57014":
      return new Errors.Timeout({ operation: service, cause: failure })
    case "23505":
      return new Errors.AlreadyExists({ resource, ...names.id === undefined ? {} : { id: names.id }, cause: failure })
    case "42501":
      return new Errors.PermissionDenied({ action: "use", resource, cause: failure })
    default:
      return undefined
  }
}

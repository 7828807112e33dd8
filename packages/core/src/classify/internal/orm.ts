import { type Finding, lookUp, lookUpName, table, type View } from "./finding.ts"
import { at, text } from "./read.ts"

/** Prisma's codes. */
const prisma = /*#__PURE__*/ table([
  ["credentials", undefined, "P1000 P6002"],
  ["refused", "not reachable", "P1001 P6008"],
  ["timeout", undefined, "P1002 P1008 P2024 P6004 P5004"],
  ["denied", undefined, "P1010"],
  ["rejected", "no secure connection is possible", "P1011"],
  ["lost", "the connection was closed", "P1017"],
  ["arguments", "a value does not fit", "P2000 P2005 P2006 P2007 P2019 P2020 P2033"],
  ["missing", undefined, "P2001 P2015 P2018 P2025"],
  ["exists", undefined, "P2002"],
  ["conflict", "a referenced row is missing or still in use", "P2003 P2014 P2017"],
  ["arguments", "a value breaks a rule", "P2004"],
  ["arguments", "a value is missing", "P2011 P2012 P2013"],
  ["lost", "the transaction was closed", "P2028"],
  ["lost", "transactions conflicted", "P2034"],
  ["lost", "too many connections", "P2037"],
  ["tooLarge", undefined, "P6009"]
])

/** Classes of ORMs and query builders, each of which names its failures. */
const classes = /*#__PURE__*/ table([
  ["exists", undefined, "SequelizeUniqueConstraintError UniqueConstraintViolationException UniqueViolationError"],
  [
    "conflict",
    "a referenced row is missing or still in use",
    "SequelizeForeignKeyConstraintError ForeignKeyConstraintViolationException ForeignKeyViolationError"
  ],
  ["conflict", "it overlaps with another", "SequelizeExclusionConstraintError"],
  [
    "conflict",
    "it was changed in the meantime",
    "SequelizeOptimisticLockError OptimisticLockVersionMismatchError OptimisticLockError"
  ],
  ["arguments", "a value is missing", "NotNullConstraintViolationException NotNullViolationError"],
  ["arguments", "a value breaks a rule", "CheckConstraintViolationException CheckViolationError"],
  ["arguments", "a value does not fit", "SequelizeValidationError"],
  ["lost", "a deadlock", "DeadlockException"],
  ["lost", "a lock is held", "LockWaitTimeoutException"],
  ["refused", "refused", "SequelizeConnectionRefusedError SequelizeHostNotReachableError"],
  ["rejected", "its name is not known", "SequelizeHostNotFoundError"],
  ["timeout", undefined, "SequelizeConnectionTimedOutError SequelizeConnectionAcquireTimeoutError KnexTimeoutError"],
  ["credentials", undefined, "SequelizeAccessDeniedError"],
  ["missing", undefined, "SequelizeEmptyResultError EntityNotFoundError NoResultError"]
])

/** Tests for a class that says what happened. */
export const isClass = (name: string): boolean => classes.has(name)

type FromState = (code: string | undefined, read: string) => Finding | undefined

export const orm = (view: View, fromState: FromState): Finding | undefined => {
  const { code, failure, names } = view
  const own = /^P\d{4}$/.test(code ?? "") ? code : text(failure, "errorCode")
  const isPrisma = text(failure, "clientVersion") !== undefined || names.some((name) => name.startsWith("PrismaClient"))
  if (isPrisma) {
    return own === "P2010"
      ? fromState(text(at(failure, "meta"), "code"), "meta.code") // a raw query: the code of the database
      : lookUp({ from: prisma, code: own, rule: "Prisma's code", read: own === code ? "code" : "errorCode" })
  }
  return lookUpName(classes, view, "class")
}

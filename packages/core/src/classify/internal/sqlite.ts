import { type Finding, lookUp, lookUpMessage, patternsOf, table, type View } from "./finding.ts"
import { property } from "./read.ts"

/** Primary and extended result codes by number, and by the names that other drivers give. */
const codes = /*#__PURE__*/ table([
  ["exists", undefined, "2067 SQLITE_CONSTRAINT_UNIQUE 1555 SQLITE_CONSTRAINT_PRIMARYKEY 2579 SQLITE_CONSTRAINT_ROWID"],
  ["arguments", "a value is missing", "1299 SQLITE_CONSTRAINT_NOTNULL"],
  ["conflict", "a referenced row is missing or still in use", "787 SQLITE_CONSTRAINT_FOREIGNKEY"],
  ["arguments", "a value breaks a rule", "275 SQLITE_CONSTRAINT_CHECK"],
  ["arguments", "a value does not fit", "3091 SQLITE_CONSTRAINT_DATATYPE 20 SQLITE_MISMATCH"],
  ["conflict", undefined, "1811 SQLITE_CONSTRAINT_TRIGGER 19 SQLITE_CONSTRAINT"],
  ["denied", undefined, "3 SQLITE_PERM 8 SQLITE_READONLY 23 SQLITE_AUTH"],
  ["lost", "it is busy", "5 SQLITE_BUSY 6 SQLITE_LOCKED 15 SQLITE_PROTOCOL"],
  ["lost", "it has no memory left", "7 SQLITE_NOMEM"],
  ["lost", "its disk cannot be read or written", "10 SQLITE_IOERR"],
  ["corrupted", undefined, "11 SQLITE_CORRUPT"],
  ["corrupted", "it is not a database", "26 SQLITE_NOTADB"],
  ["lost", "its disk is full", "13 SQLITE_FULL"],
  ["rejected", "its file cannot be opened", "14 SQLITE_CANTOPEN"],
  ["tooLarge", undefined, "18 SQLITE_TOOBIG"]
])

/** Lists what SQLite says of a constraint, in drivers that give no extended code. */
const constraints = [
  ["exists", undefined, /\bUNIQUE constraint failed: /],
  ["arguments", "a value is missing", /\bNOT NULL constraint failed: /],
  ["conflict", "a referenced row is missing or still in use", /\bFOREIGN KEY constraint failed\b/],
  ["arguments", "a value breaks a rule", /\bCHECK constraint failed: /]
] as const

const sentences = [
  ["exists", undefined, /^(?:D1_ERROR: )?UNIQUE constraint failed: /],
  ["arguments", "a value is missing", /^NOT NULL constraint failed: /],
  ["conflict", "a referenced row is missing or still in use", /^FOREIGN KEY constraint failed$/],
  ["arguments", "a value breaks a rule", /^CHECK constraint failed: /],
  ["lost", "it is busy", /^(?:database is locked|database table is locked)\b/],
  ["lost", "its disk is full", /^database or disk is full$/],
  ["corrupted", undefined, /^database disk image is malformed$/],
  ["corrupted", "it is not a database", /^file is not a database$/]
] as const

/** Matches what SQLite says where no code is kept. */
export const sqliteMessages = (): ReadonlyArray<RegExp> => patternsOf(sentences)

export const sqlite = ({ code, failure, message }: View): Finding | undefined => {
  if (code === "ERR_SQLITE_ERROR") return fromNumber(property(failure, "errcode"), "errcode", message)
  if (code?.startsWith("SQLITE_") === true) {
    const extended = property(failure, "rawCode") ?? property(failure, "extendedCode")
    return (code === "SQLITE_CONSTRAINT" ? lookUpMessage(constraints, message, "SQLite's sentence") : undefined) ??
      (typeof extended === "number" ? fromNumber(extended, "rawCode", message) : undefined) ?? fromName(code)
  }
  return code === undefined ? lookUpMessage(sentences, message, "SQLite's sentence") : undefined
}

const fromNumber = (number: unknown, read: string, message: string): Finding | undefined => {
  if (typeof number !== "number" || !Number.isInteger(number)) return undefined
  const found = (code: number) => lookUp({ from: codes, code: String(code), rule: "SQLite's code", read })
  return (number === 19 ? lookUpMessage(constraints, message, "SQLite's sentence") : undefined) ?? found(number) ??
    found(number & 0xff)
}

/** Reads an extended code, which says what its primary one says, unless the table knows better. */
const fromName = (code: string): Finding | undefined =>
  lookUp({ from: codes, code, rule: "SQLite's code", read: "code" }) ??
    lookUp({ from: codes, code: code.split("_", 2).join("_"), rule: "SQLite's code", read: "code" })

import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import * as SqlError from "effect/sql/SqlError"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

const options = { service: "The store", resource: "Order", id: "7" }
const summary = (failure: unknown, classifier: Classifier.Classifier = Classifier.unknown(options)) => {
  const error = classifier(failure)
  return error === undefined ? undefined : `${error._tag} (${ToolError.family(error)}): ${error.message}`
}

describe("effect's SqlError", () => {
  const cause = new Error("raw SQL text")
  it.each<[string, SqlError.SqlErrorReason, string]>([
    [
      "a lost connection",
      new SqlError.ConnectionError({ cause }),
      "Unavailable (transient): The store is unavailable: the connection was lost"
    ],
    [
      "a deadlock",
      new SqlError.DeadlockError({ cause }),
      "Unavailable (transient): The store is unavailable: a deadlock"
    ],
    [
      "a serialization failure",
      new SqlError.SerializationError({ cause }),
      "Unavailable (transient): The store is unavailable: transactions conflicted"
    ],
    [
      "a lock that is not given",
      new SqlError.LockTimeoutError({ cause }),
      "Unavailable (transient): The store is unavailable: it is busy"
    ],
    [
      "a statement that takes too long",
      new SqlError.StatementTimeoutError({ cause }),
      "Timeout (transient): The store took too long"
    ],
    [
      "no authentication",
      new SqlError.AuthenticationError({ cause }),
      "Unauthenticated (permanent): The store did not accept the credentials"
    ],
    [
      "no authorization",
      new SqlError.AuthorizationError({ cause }),
      "PermissionDenied (permanent): No permission to use Order 7"
    ],
    [
      "a row that is there already",
      new SqlError.UniqueViolation({ cause, constraint: "orders_pkey" }),
      "AlreadyExists (permanent): Order 7 already exists"
    ],
    [
      "a constraint",
      new SqlError.ConstraintError({ cause }),
      "Conflict (permanent): Order is in conflict with the present state"
    ]
  ])("%s", (_, reason, expected) => {
    const failure = new SqlError.SqlError({ reason })
    expect(summary(failure)).toBe(expected)
    expect(summary(failure, Classifier.sql(options))).toBe(expected)
  })

  it("a mistake in the statement stays a defect", () => {
    const failure = new SqlError.SqlError({ reason: new SqlError.SqlSyntaxError({ cause }) })
    expect(summary(failure, Classifier.sql(options))).toBeUndefined()
    expect(summary(failure)).toBeUndefined()
  })
})

describe("SQLite", () => {
  const directory = mkdtempSync(join(tmpdir(), "errata-sqlite-"))
  afterAll(() => rmSync(directory, { recursive: true }))
  const caught = (run: () => unknown): unknown => {
    try {
      run()
    } catch (failure) {
      return failure
    }
    throw new Error("nothing was thrown")
  }

  it("a database that another connection has locked", () => {
    const path = join(directory, "locked.db")
    const one = new DatabaseSync(path)
    const other = new DatabaseSync(path)
    try {
      one.exec("CREATE TABLE t (x); BEGIN EXCLUSIVE")
      const failure = caught(() => other.exec("INSERT INTO t VALUES (1)"))
      expect((failure as { readonly errcode: number }).errcode & 0xff).toBe(5)
      expect(summary(failure)).toBe("Unavailable (transient): The store is unavailable: it is busy")
      expect(summary(failure, Classifier.sql(options))).toBe(
        "Unavailable (transient): The store is unavailable: it is busy"
      )
    } finally {
      one.close()
      other.close()
    }
  })

  it("what is wrong with a statement stays a defect", () => {
    const db = new DatabaseSync(":memory:")
    expect(summary(caught(() => db.exec("SELEKT 1")))).toBeUndefined()
    expect(summary(caught(() => db.prepare("SELECT * FROM missing")))).toBeUndefined()
    db.close()
  })

  it("what is wrong with a row is told", () => {
    const db = new DatabaseSync(":memory:")
    db.exec("PRAGMA foreign_keys = ON")
    db.exec("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    db.exec("CREATE TABLE t (x UNIQUE, y INTEGER NOT NULL CHECK (y > 0), z REFERENCES p (id))")
    const refused = (sql: string) => summary(caught(() => db.exec(sql)), Classifier.sql(options))
    db.exec("INSERT INTO t VALUES (1, 1, NULL)")
    expect(refused("INSERT INTO t VALUES (1, 1, NULL)")).toBe("AlreadyExists (permanent): Order 7 already exists")
    expect(refused("INSERT INTO t VALUES (2, NULL, NULL)")).toBe(
      "ArgumentsRejected (validation): The store did not accept the arguments: a value is missing"
    )
    expect(refused("INSERT INTO t VALUES (2, -1, NULL)")).toBe(
      "ArgumentsRejected (validation): The store did not accept the arguments: a value breaks a rule"
    )
    expect(refused("INSERT INTO t VALUES (2, 1, 5)")).toMatch(
      /^Conflict \(permanent\): Order is in conflict: a referenced row is missing/
    )
    db.close()
  })

  it.each(["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "SQLITE_LOCKED_SHAREDCACHE"])(
    "%s of other drivers",
    (code) => {
      expect(summary(Object.assign(new Error("x"), { code }))).toBe(
        "Unavailable (transient): The store is unavailable: it is busy"
      )
    }
  )

  it.each([5, 6, 261, 262, 517, 773])("extended code %i is busy or locked", (errcode) => {
    expect(summary(Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode }))).toMatch(/it is busy/)
  })

  it.each([1, 2, 4, 12, 21, 25, 28, 100, "5", 5.5, -1, undefined])("code %s stays a defect", (errcode) => {
    expect(summary(Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode }))).toBeUndefined()
  })

  it.each([
    [2067, "SQLITE_CONSTRAINT_UNIQUE", "AlreadyExists"],
    [1555, "SQLITE_CONSTRAINT_PRIMARYKEY", "AlreadyExists"],
    [1299, "SQLITE_CONSTRAINT_NOTNULL", "ArgumentsRejected"],
    [787, "SQLITE_CONSTRAINT_FOREIGNKEY", "Conflict"],
    [275, "SQLITE_CONSTRAINT_CHECK", "ArgumentsRejected"],
    [8, "SQLITE_READONLY", "PermissionDenied"],
    [264, "SQLITE_READONLY_RECOVERY", "PermissionDenied"],
    [10, "SQLITE_IOERR", "Unavailable"],
    [266, "SQLITE_IOERR_READ", "Unavailable"],
    [11, "SQLITE_CORRUPT", "Corrupted"],
    [13, "SQLITE_FULL", "Unavailable"],
    [14, "SQLITE_CANTOPEN", "UpstreamRejected"],
    [18, "SQLITE_TOOBIG", "TooLarge"],
    [26, "SQLITE_NOTADB", "Corrupted"]
  ])("%i and %s are %s", (errcode, code, tag) => {
    expect(Classifier.sql(options)(Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode }))?._tag).toBe(
      tag
    )
    expect(Classifier.sql(options)(Object.assign(new Error("x"), { code }))?._tag).toBe(tag)
  })

  it("what a driver without codes says", () => {
    expect(summary(new Error("UNIQUE constraint failed: t.x"))).toMatch(/^AlreadyExists/)
    expect(summary(Object.assign(new Error("SQLITE_CONSTRAINT: NOT NULL constraint failed: t.x"), {
      code: "SQLITE_CONSTRAINT",
      errno: 19
    }))).toMatch(/^ArgumentsRejected/)
    expect(summary(new Error("My UNIQUE constraint failed: t.x"))).toBeUndefined()
  })
})

describe("Postgres", () => {
  const failure = (code: string) =>
    Object.assign(new Error("raw text of Postgres"), {
      code,
      severity: "ERROR",
      detail: "Key (email)=(ada@example.com)"
    })

  it.each([
    ["40001", "Unavailable (transient): The store is unavailable: transactions conflicted"],
    ["40P01", "Unavailable (transient): The store is unavailable: a deadlock"],
    ["55P03", "Unavailable (transient): The store is unavailable: a lock is held"],
    ["53300", "Unavailable (transient): The store is unavailable: too many connections"],
    ["57P01", "Unavailable (transient): The store is unavailable: it is shutting down"],
    ["57P02", "Unavailable (transient): The store is unavailable: it crashed"],
    ["57P03", "Unavailable (transient): The store is unavailable: it is starting up"],
    ["08000", "Unavailable (transient): The store is unavailable: the connection was lost"],
    ["08006", "Unavailable (transient): The store is unavailable: the connection was lost"],
    ["28000", "Unauthenticated (permanent): The store did not accept the credentials"],
    ["28P01", "Unauthenticated (permanent): The store did not accept the credentials"],
    ["57014", "Timeout (transient): The store took too long"],
    ["23505", "AlreadyExists (permanent): Order 7 already exists"],
    ["42501", "PermissionDenied (permanent): No permission to use Order 7"]
  ])("%s", (code, expected) => expect(summary(failure(code))).toBe(expected))

  it.each([
    ["23503", /^Conflict .*a referenced row is missing/],
    ["23502", /^ArgumentsRejected .*a value is missing/],
    ["23514", /^ArgumentsRejected .*breaks a rule/],
    ["22P02", /^ArgumentsRejected .*does not fit/],
    ["22001", /^ArgumentsRejected .*does not fit/],
    ["53100", /^Unavailable .*disk is full/],
    ["25006", /^Unavailable .*read-only/],
    ["57P05", /^Unavailable .*idle/],
    ["55000", /^InvalidState/],
    ["P0002", /^NotFound/],
    ["08P01", /^Unavailable/]
  ])("%s", (code, expected) => expect(summary(failure(code))).toMatch(expected))

  it("a statement that somebody cancelled did not take too long", () => {
    const cancelled = Object.assign(failure("57014"), { message: "canceling statement due to user request" })
    expect(summary(cancelled)).toMatch(/^Unavailable/)
  })

  it.each(["42601", "42P01", "22012", "P0001", "XX000", "4000", "400011", "40001 "])("%j stays a defect", (code) => {
    expect(summary(failure(code))).toBeUndefined()
  })

  it("a code of five characters alone is not Postgres", () => {
    expect(summary(Object.assign(new Error("x"), { code: "40001" }))).toBeUndefined()
  })
})

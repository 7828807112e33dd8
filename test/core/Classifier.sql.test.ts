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
      "Unavailable (transient): The store is unavailable: transactions got in each other's way"
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
      "PermissionDenied (permanent): No permission to use Order"
    ],
    [
      "a row that is there already",
      new SqlError.UniqueViolation({ cause, constraint: "orders_pkey" }),
      "AlreadyExists (permanent): Order 7 already exists"
    ],
    ["a constraint", new SqlError.ConstraintError({ cause }), "Conflict (permanent): Order is in conflict"]
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
    db.exec("CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (1)")
    expect(summary(caught(() => db.exec("INSERT INTO t VALUES (1)")))).toBeUndefined()
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

  it.each([1, 8, 14, 19, 2067, "5", undefined])("code %s is neither", (errcode) => {
    expect(summary(Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode }))).toBeUndefined()
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
    ["40001", "Unavailable (transient): The store is unavailable: transactions got in each other's way"],
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
    ["42501", "PermissionDenied (permanent): No permission to use Order"]
  ])("%s", (code, expected) => expect(summary(failure(code))).toBe(expected))

  it.each(["42601", "22P02", "XX000", "4000", "400011", "40001 "])("%j stays a defect", (code) => {
    expect(summary(failure(code))).toBeUndefined()
  })

  it("a code of five characters alone is not Postgres", () => {
    expect(summary(Object.assign(new Error("x"), { code: "40001" }))).toBeUndefined()
  })
})

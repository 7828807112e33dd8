/**
 * Makes the tables of the operations server, and what they begin with. The same statements work on SQLite and on Postgres.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import * as Seed from "./seed.ts"

const tables = Effect.gen(function*() {
  const sql = yield* SqlClient
  yield* sql`CREATE TABLE users (user_id TEXT PRIMARY KEY, name TEXT NOT NULL)`
  yield* sql`CREATE TABLE accounts (
    user_id TEXT PRIMARY KEY REFERENCES users (user_id),
    balance BIGINT NOT NULL CHECK (balance >= 0)
  )`
  yield* sql`CREATE TABLE items (id TEXT PRIMARY KEY, name TEXT NOT NULL)`
  yield* sql`CREATE TABLE projects (
    project_name TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    settings TEXT NOT NULL,
    changed_at BIGINT NOT NULL
  )`
  // not unique on purpose: that a key charges once is the idempotency store's work, and tests count what it let through
  yield* sql`CREATE TABLE transactions (
    transaction_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id),
    key_hash TEXT NOT NULL,
    amount BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    charged_at BIGINT NOT NULL
  )`
  yield* sql`CREATE INDEX transactions_by_key ON transactions (user_id, key_hash)`
  yield* sql`CREATE TABLE project_changes (
    change_id TEXT PRIMARY KEY,
    project_name TEXT NOT NULL,
    action TEXT NOT NULL,
    changed_at BIGINT NOT NULL
  )`
})

const contents = Effect.gen(function*() {
  const sql = yield* SqlClient
  const users = Arr.map(Seed.users, ({ name, user_id }) => ({ user_id, name }))
  const accounts = Arr.map(Seed.users, ({ balance, user_id }) => ({ user_id, balance }))
  const projects = Arr.map(Seed.projects, (project_name) => (
    { project_name, status: "active", settings: "{}", changed_at: 0 }
  ))
  yield* sql`INSERT INTO users ${sql.insert(users)}`
  yield* sql`INSERT INTO accounts ${sql.insert(accounts)}`
  yield* sql`INSERT INTO items ${sql.insert(Seed.items)}`
  yield* sql`INSERT INTO projects ${sql.insert(projects)}`
})

const deployments = Effect.gen(function*() {
  const sql = yield* SqlClient
  yield* sql`CREATE TABLE app_locks (app_name TEXT PRIMARY KEY, taken BIGINT NOT NULL)`
  yield* sql`CREATE TABLE app_versions (
    app_name TEXT NOT NULL, version TEXT NOT NULL, released BIGINT NOT NULL, PRIMARY KEY (app_name, version)
  )`
  yield* sql`CREATE TABLE deployments (
    deployment_id TEXT PRIMARY KEY,
    app_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    version TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    is_cancelled INTEGER NOT NULL
  )`
  yield* sql`INSERT INTO app_locks ${
    sql.insert(Arr.map(Seed.applications, ({ app_name }) => ({ app_name, taken: 0 })))
  }`
  for (const { app_name, versions } of Seed.applications) {
    for (const [i, version] of versions.entries()) {
      yield* sql`INSERT INTO app_versions ${sql.insert({ app_name, version, released: versions.length - i })}`
    }
  }
})

/** Deployments are durable runs since: how far each is stands in its row. */
const runs = Effect.gen(function*() {
  const sql = yield* SqlClient
  yield* sql`ALTER TABLE deployments ADD COLUMN status TEXT NOT NULL DEFAULT 'in_progress'`
  yield* sql`ALTER TABLE deployments ADD COLUMN takes_millis BIGINT NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE deployments ADD COLUMN steps_done INTEGER NOT NULL DEFAULT 0`
  yield* sql`UPDATE deployments SET status = CASE WHEN is_cancelled = 1 THEN 'cancelled' ELSE 'succeeded' END`
  yield* sql`ALTER TABLE deployments DROP COLUMN is_cancelled`
  yield* sql`ALTER TABLE deployments DROP COLUMN ends_at`
})

/** Brings the tables up to date. Of processes that start at once, one does it and the others wait. */
export const migrate = Migrator.make({})({
  table: "operations_migrations",
  loader: Migrator.fromRecord({
    "1_tables": tables,
    "2_contents": contents,
    "3_deployments": deployments,
    "4_runs": runs
  })
})

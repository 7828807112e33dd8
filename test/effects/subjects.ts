/**
 * Lists what is played: the writing tools of the examples, and the same charge without a key.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdirSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import type * as Folder from "../wire/Folder.ts"
import type { Intent } from "./Play.ts"
import type { Command } from "./Wire.ts"

/** A tool, the intents to play, and how to count what they did. */
export interface Subject {
  readonly name: string
  readonly command: Command
  readonly intents: ReadonlyArray<Intent>
  /** Puts into the database what the intents need, once it is there. */
  readonly prepare?: () => void
  /** Says how often each intent took effect; an intent of several parts counts each. */
  readonly effects: () => ReadonlyArray<number> | Promise<ReadonlyArray<number>>
}

const examples = (path: string): URL => new URL(`../../packages/examples/src/${path}`, import.meta.url)
const fixtures = (path: string): URL => new URL(`./servers/${path}`, import.meta.url)

const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

/** Reads from a file how often each name stands in a column. */
const countIn = (file: string, query: string, names: ReadonlyArray<string>): ReadonlyArray<number> => {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  try {
    const rows = new Map(database.prepare(query).all().map((row) => [String(row["name"]), Number(row["n"])]))
    return names.map((name) => rows.get(name) ?? 0)
  } finally {
    database.close()
  }
}

/** Makes the file of charges before servers share it: two that change its journal at once lock each other out. */
const chargesAt = (file: string): string => {
  const database = new DatabaseSync(file)
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE charges (id TEXT NOT NULL, amount REAL NOT NULL)")
  database.close()
  return file
}

const countCharges = "SELECT id AS name, count(*) AS n FROM charges GROUP BY id"

/** The plain SDK, whose tool keeps no key. */
export const plain = (folder: Folder.Folder, count: number): Subject => {
  const keys = numbers(count).map((i) => `plain-${i}`)
  return {
    name: "plain SDK server",
    command: { entry: fixtures("plain.ts"), env: { CHARGES: chargesAt(folder.at("plain.sqlite")) } },
    intents: keys.map((idempotency_key) => ({
      tool: "charge_user",
      args: { user_id: "12", amount: 0.01, idempotency_key }
    })),
    effects: () => countIn(folder.at("plain.sqlite"), countCharges, keys)
  }
}

/** A tool of Errata that may run once and takes no key. */
export const keyless = (folder: Folder.Folder, count: number): Subject => {
  const orders = numbers(count).map((i) => `order-${i}`)
  return {
    name: "Errata, a tool without a key",
    command: { entry: fixtures("keyless.ts"), env: { CHARGES: chargesAt(folder.at("keyless.sqlite")) } },
    intents: orders.map((order) => ({ tool: "charge_user", args: { user_id: "12", amount: 0.01, order } })),
    effects: () => countIn(folder.at("keyless.sqlite"), countCharges, orders)
  }
}

const operations = (folder: Folder.Folder): Command => ({
  entry: examples("operations/main.ts"),
  env: { ERRATA_DATA: folder.at("operations") }
})

const documents = (folder: Folder.Folder): Command => ({
  entry: examples("documents/main.ts"),
  args: ["--root", folder.at("library")],
  env: { ERRATA_DATA: folder.at("documents") }
})

/** Says who looks a charge up knows its key: an amount of its own finds the row of each, which holds a hash only. */
const charges = (count: number) => {
  const amounts = numbers(count).map((i) => i + 1)
  return {
    names: amounts.map(String),
    intents: amounts.map((cents) => ({
      tool: "charge_user",
      args: { user_id: "12", amount: cents / 100, idempotency_key: `charge-${cents}` }
    }))
  }
}

const countTransactions = "SELECT amount AS name, count(*) AS n FROM transactions GROUP BY amount"

export const chargeUser = (folder: Folder.Folder, count: number): Subject => {
  const { intents, names } = charges(count)
  return {
    name: "charge_user",
    command: operations(folder),
    intents,
    prepare: () => {
      const database = new DatabaseSync(folder.at("operations/operations.sqlite"), { timeout: 10_000 })
      database.exec("UPDATE accounts SET balance = 1000000000 WHERE user_id = '12'") // enough for all of them
      database.close()
    },
    effects: () => countIn(folder.at("operations/operations.sqlite"), countTransactions, names)
  }
}

export const chargeUserOnPostgres = (folder: Folder.Folder, count: number, url: string): Subject => {
  const { intents, names } = charges(count)
  const { entry, env } = operations(folder)
  return {
    name: "charge_user on Postgres",
    command: { entry, env: { ...env, DATABASE_URL: url } },
    intents,
    effects: () =>
      Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe<{ name: unknown; n: unknown }>(countTransactions)).pipe(
        Effect.map((rows) => new Map(rows.map(({ n, name }) => [String(name), Number(n)]))),
        Effect.map((found) => names.map((name) => found.get(name) ?? 0)),
        Effect.provide(PgClient.layer({ url: Redacted.make(url) })),
        Effect.runPromise
      )
  }
}

export const manageProject = (folder: Folder.Folder, count: number): Subject => {
  const names = numbers(count).map((i) => `project ${i}`)
  return {
    name: "manage_project",
    command: operations(folder),
    intents: names.map((project_name) => ({
      tool: "manage_project",
      args: { action: "create", project_name, idempotency_key: project_name.replace(" ", "-") }
    })),
    effects: () =>
      countIn(
        folder.at("operations/operations.sqlite"),
        "SELECT project_name AS name, count(*) AS n FROM project_changes GROUP BY project_name",
        names
      )
  }
}

export const deployApplication = (folder: Folder.Folder, count: number): Subject => {
  // an environment takes one deployment of an application at a time: here each is of another one
  const { entry, env } = operations(folder)
  const versions = numbers(count).map((i) => `0.0.${i}`)
  return {
    name: "deploy_application",
    command: { entry, env: { ...env, ERRATA_DEPLOYMENT_TIME: "0 millis" } },
    intents: versions.map((version) => ({
      tool: "deploy_application",
      args: { app_name: `app-${version}`, environment: "staging", version, idempotency_key: version }
    })),
    prepare: () => {
      const database = new DatabaseSync(folder.at("operations/operations.sqlite"), { timeout: 10_000 })
      const insert = database.prepare("INSERT INTO app_versions VALUES ('app-' || ?, ?, 0)")
      for (const version of versions) insert.run(version, version)
      database.close()
    },
    effects: () =>
      countIn(
        folder.at("operations/operations.sqlite"),
        "SELECT version AS name, count(*) AS n FROM deployments GROUP BY version",
        versions
      )
  }
}

/** Writes so many small documents. */
const write = (folder: Folder.Folder, prefix: string, count: number): ReadonlyArray<string> => {
  mkdirSync(folder.at("library"), { recursive: true })
  const ids = numbers(count).map((i) => `${prefix}-${i}.txt`)
  for (const id of ids) writeFileSync(folder.at("library", id), `This is ${id}.\n`)
  return ids
}

export const assignToCategory = (folder: Folder.Folder, count: number): Subject => {
  const [document_id] = write(folder, "assigned", 1)
  const categories = numbers(count).map((i) => `category ${i}`)
  const file = folder.at("documents/documents.sqlite")
  const queries = [
    "SELECT category AS name, count(*) AS n FROM assignments GROUP BY category",
    "SELECT category AS name, count(*) AS n FROM notifications JOIN assignments USING (assignment_id) GROUP BY category",
    "SELECT category AS name, count(*) AS n FROM audit JOIN assignments ON subject = assignment_id GROUP BY category"
  ]
  return {
    name: "assign_to_category",
    command: documents(folder),
    intents: categories.map((category) => ({
      tool: "assign_to_category",
      args: { document_id, category, idempotency_key: category.replace(" ", "-") }
    })),
    // an assignment without its notification, or the other way round, is as wrong as two
    effects: () => {
      const [assigned, notified, audited] = queries.map((query) => countIn(file, query, categories))
      return assigned!.map((n, i) => n === notified![i] && n === audited![i] ? n : Infinity)
    }
  }
}

const countConversions = "SELECT document_id AS name, sum(times) AS n FROM conversions GROUP BY document_id"

export const convertDocument = (folder: Folder.Folder, count: number): Subject => {
  const ids = write(folder, "converted", count)
  return {
    name: "convert_document",
    command: documents(folder),
    intents: ids.map((document_id) => ({
      tool: "convert_document",
      args: { document_id, target_format: "markdown", idempotency_key: document_id }
    })),
    effects: () => countIn(folder.at("documents/documents.sqlite"), countConversions, ids)
  }
}

/** Says how many documents a batch has. */
const batchSize = 3

export const batchConvertDocuments = (folder: Folder.Folder, count: number): Subject => {
  const ids = write(folder, "batch", count * batchSize)
  return {
    name: `batch_convert_documents, ${batchSize} items each`,
    command: documents(folder),
    intents: numbers(count).map((i) => ({
      tool: "batch_convert_documents",
      args: {
        document_ids: ids.slice(i * batchSize, (i + 1) * batchSize),
        target_format: "markdown",
        idempotency_key: `batch-${i}`
      }
    })),
    // of a batch, the part that is farthest from one
    effects: () => {
      const times = countIn(folder.at("documents/documents.sqlite"), countConversions, ids)
      return numbers(count).map((i) => {
        const own = times.slice(i * batchSize, (i + 1) * batchSize)
        return own.find((n) => n !== 1) ?? 1
      })
    }
  }
}

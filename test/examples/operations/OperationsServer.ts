/**
 * Starts operations servers on one database: a SQLite file, or a Postgres that runs for the test.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Operations } from "@errata/examples/operations/toolkit"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { assert, describe } from "vitest"
import { describeWith } from "../../services/service.ts"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { expectDeclared } from "../declared.ts"

expectDeclared(Operations.tools)

/** The script of the server. */
export const entry = new URL("../../../packages/examples/src/operations/main.ts", import.meta.url)

/** Where servers find their state. */
export interface Place {
  readonly folder: Folder.Folder
  /** How to start a server here. */
  readonly options: (env?: { readonly [name: string]: string }) => StdioServer.Options
}

/** Makes a place; the database is a file in it unless an address is given. */
export const place = (databaseUrl?: string): Place => {
  const folder = Folder.make()
  return {
    folder,
    options: (env) => ({
      entry,
      cwd: fileURLToPath(new URL(".", entry)),
      env: {
        ERRATA_DATA: folder.at("state"),
        ...databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
        ...env
      }
    })
  }
}

/** A server with its tools. */
export interface Running {
  readonly server: StdioServer.StdioServer
  readonly tools: ReadonlyArray<Reply.ListedTool>
  /** Calls a tool that must fail. */
  readonly fails: (tool: string, args?: object) => Promise<Reply.Failure>
  /** Calls a tool that must succeed; returns its output. */
  readonly succeeds: (tool: string, args?: object) => Promise<Output>
}

/** What a tool returned. */
export type Output = { readonly [name: string]: unknown }

/** Starts a server. */
export const start = async (options: StdioServer.Options): Promise<Running> => {
  const server = await StdioServer.start(options)
  const tools = (await server.request("tools/list")).result?.["tools"] as ReadonlyArray<Reply.ListedTool>
  return {
    server,
    tools,
    fails: async (tool, args = {}) => Reply.failure(await server.call(tool, args), tools),
    succeeds: async (tool, args = {}) => output(await server.call(tool, args))
  }
}

/** The output of a call that succeeded: structured, and the same as text. */
export const output = (result: StdioServer.CallToolResult): Output => {
  assert.isUndefined(result.isError, `a success was expected: ${JSON.stringify(result).slice(0, 500)}`)
  assert.deepStrictEqual(result.content, [{ type: "text", text: JSON.stringify(result.structuredContent) }])
  return result.structuredContent!
}

/** A database, and how a test looks into it. */
export interface Database {
  /** The address; undefined: a file in the place. */
  readonly url: string | undefined
  /** Runs a statement and returns its first row. */
  readonly query: (here: Place, statement: string) => Promise<Output>
}

const file: Database = {
  url: undefined,
  query: (here, statement) => {
    const database = new DatabaseSync(here.folder.at("state", "operations.sqlite"), { timeout: 10_000 })
    try {
      return Promise.resolve({ ...database.prepare(statement).get() })
    } finally {
      database.close()
    }
  }
}

const postgres = (port: number): Database => {
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  return {
    url,
    query: (_, statement) =>
      Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe<Output>(statement)).pipe(
        Effect.map(([row]) => row ?? {}),
        Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 })),
        Effect.runPromise
      )
  }
}

/** Describes what must hold on both databases. */
export const describeOnBoth = (title: string, body: (database: () => Database) => void): void => {
  describe(`${title} (SQLite)`, () => body(() => file))
  describeWith("postgres", `${title} (Postgres)`, (current) => body(() => postgres(current().port)))
}

/**
 * Makes databases and finds ports for processes that share runs.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SqlClient } from "effect/sql/SqlClient"
import { createServer } from "node:net"

/** Finds a port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const made = new Map<string, Promise<string>>()

/** Makes a database for each folder. */
export const databaseOf = (port: number, { path }: { readonly path: string }): Promise<string> => {
  const url = `postgres://postgres@127.0.0.1:${port}`
  const name = `test_${made.size}`
  const known = made.get(path)
  if (known !== undefined) return known
  const create = Effect.flatMap(SqlClient, (sql) => sql.unsafe(`CREATE DATABASE ${name}`))
  const making = Effect.runPromise(
    Effect.provide(create, PgClient.layer({ url: Redacted.make(`${url}/postgres`) }))
  ).then(() => `${url}/${name}`)
  made.set(path, making)
  return making
}

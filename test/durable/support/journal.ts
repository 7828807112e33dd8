/**
 * Reads what an engine has written down of a run: its messages, and how each was answered.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SqlClient } from "effect/sql/SqlClient"
import type { Settings } from "./process.ts"

interface Row {
  readonly entity_type: string
  readonly tag: string | null
  readonly asked: string | null
  readonly processed: unknown
  readonly last_read: unknown
  readonly shard_id: string
  readonly reply: string | null
}

const rows = (order_id: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    sql<Row>`
      SELECT m.entity_type, m.tag, m.payload AS asked, m.processed, m.last_read, m.shard_id, r.payload AS reply
      FROM cluster_messages m LEFT JOIN cluster_replies r ON r.request_id = m.id
      WHERE m.entity_id IN (SELECT entity_id FROM cluster_messages WHERE payload LIKE ${`%"order_id":"${order_id}"%`})
      ORDER BY m.id
    `)

/** Describes each message of the run of an order. */
export const journalOf = async (engine: Settings["engine"], order_id: string): Promise<ReadonlyArray<string>> => {
  const client = engine.kind === "sqlite"
    ? SqliteClient.layer({ filename: engine.filename })
    : PgClient.layer({ url: Redacted.make(engine.url) })
  const found = await Effect.runPromise(Effect.provide(rows(order_id), client))
  return found.map(({ asked, entity_type, last_read, processed, reply, shard_id, tag }) =>
    `journal: ${entity_type} ${tag} ${asked} in ${shard_id}, read ${String(last_read)}, ` +
    `${processed ? "processed" : "not processed"}: ${reply ?? "no reply"}`
  )
}

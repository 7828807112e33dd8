import { existsSync } from "node:fs"
import { Unreadable } from "./files.ts"

/** Describes an effect that a call recorded. */
export interface LedgerEffect {
  readonly name: string
  readonly target: string
  readonly key: string | undefined
  readonly outcome: string
  readonly startedAt: number
  readonly endedAt: number | undefined
}

interface Row {
  readonly [column: string]: unknown
}

/** Reads the effects of a call from the file of a SQLite store. Never writes to it. */
export const effectsIn = async (path: string, reference: string): Promise<ReadonlyArray<LedgerEffect>> => {
  if (!existsSync(path)) throw new Unreadable("does not exist")
  const { DatabaseSync } = await import("node:sqlite").catch(() => {
    throw new Unreadable("cannot be read: node:sqlite is missing, which Node 22.13 and later have")
  })
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      const select = "SELECT * FROM effects WHERE reference_id = ? ORDER BY position LIMIT 1000"
      return (database.prepare(select).all(reference) as ReadonlyArray<Row>).map(effectOf)
    } finally {
      database.close()
    }
  } catch (failure) {
    throw new Unreadable("is no store of effects that can be read", { cause: failure })
  }
}

const effectOf = (row: Row): LedgerEffect => ({
  name: String(row["name"]),
  target: String(row["target"]),
  key: typeof row["sent_key"] === "string" ? row["sent_key"] : undefined,
  outcome: String(row["outcome"]),
  startedAt: Number(row["started_at"]),
  endedAt: row["ended_at"] === null ? undefined : Number(row["ended_at"])
})

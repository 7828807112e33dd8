/** The statements that keep the ledger of effects. */
import type { EffectRecord, Entry } from "../../../effects/model.ts"
import { type Dialect, type Statement, type Value, write } from "./dialect.ts"
import { millis, sweepSize } from "./keys.ts"

/** A row of the ledger. */
export interface EffectRow {
  readonly id: string
  readonly reference_id: string
  readonly tool: string
  readonly name: string
  readonly target: string
  readonly sent_key: string | null
  readonly started_at: number | bigint | string
  readonly ended_at: number | bigint | string | null
  readonly outcome: string
}

export interface EffectStatements {
  readonly append: Statement
  readonly end: Statement
  readonly byReference: Statement
  readonly expire: Statement
}

export const createEffects = (dialect: Dialect, table: string): ReadonlyArray<string> => [
  `CREATE TABLE ${table} (
  position ${dialect.serial},
  id TEXT NOT NULL UNIQUE,
  reference_id TEXT NOT NULL,
  tool TEXT NOT NULL,
  name TEXT NOT NULL,
  target TEXT NOT NULL,
  sent_key TEXT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  outcome TEXT NOT NULL,
  forget_at BIGINT NOT NULL
)`,
  `CREATE INDEX ${table}_reference_id ON ${table} (reference_id)`,
  `CREATE INDEX ${table}_forget_at ON ${table} (forget_at)`
]

export const effectStatements = (dialect: Dialect, table: string): EffectStatements => {
  const columns = "id, reference_id, tool, name, target, sent_key, started_at"
  return {
    append: write(
      dialect,
      `INSERT INTO ${table} (${columns}, outcome, forget_at)
VALUES (:id, :reference, :tool, :name, :target, :key, :now, 'begun', :now + CAST(:retention AS BIGINT))
ON CONFLICT (id) DO NOTHING`
    ),
    end: write(
      dialect,
      `UPDATE ${table} SET ended_at = COALESCE(ended_at, :now), outcome = :outcome
WHERE id = :id AND outcome IN ('begun', :outcome)${dialect.returning}`
    ),
    byReference: write(
      dialect,
      `SELECT ${columns}, ended_at, outcome FROM ${table}
WHERE reference_id = :reference AND forget_at > :now ORDER BY position`
    ),
    expire: write(
      dialect,
      `DELETE FROM ${table} WHERE forget_at <= :now AND position IN (
  SELECT position FROM ${table} WHERE forget_at <= :now LIMIT ${sweepSize}${dialect.skipLocked}
)${dialect.returning}`
    )
  }
}

export const ofEntry = (entry: Entry, now?: number): Readonly<Record<string, Value>> => ({
  id: entry.id,
  reference: entry.referenceId,
  tool: entry.tool,
  name: entry.name,
  target: entry.target,
  key: entry.key ?? null,
  retention: millis(entry.retention),
  now: now ?? null
})

const outcomes = { begun: "begun", done: "done", failed: "failed" } as const

export const recordOfRow = (row: EffectRow): EffectRecord => ({
  id: row.id,
  referenceId: row.reference_id,
  tool: row.tool,
  name: row.name,
  target: row.target,
  key: row.sent_key ?? undefined,
  startedAt: Number(row.started_at),
  endedAt: row.ended_at === null ? undefined : Number(row.ended_at),
  outcome: outcomes[row.outcome as keyof typeof outcomes] ?? "begun"
})

/** The statements that keep keys. One text serves every database; what each step means is told by the service. */
import * as Duration from "effect/Duration"
import type { Claim, Held, Outcome, Request, State } from "../../../store/model.ts"
import { type Dialect, type Statement, type Value, write } from "./dialect.ts"

/** A row that a claim returns: the key is the caller's. */
export interface GrantedRow {
  readonly generation: number | bigint | string
  readonly is_taken: number | bigint | string
  readonly reference_id: string
}

/** The grant of a key that nobody ever had. */
export const firstGrant: GrantedRow = { generation: 1, is_taken: 0, reference_id: "" }

/** A row as a look at a key returns it. */
export interface KeyRow {
  readonly fingerprint: string
  readonly owner: string
  readonly reference_id: string
  readonly lease_until: number | bigint | string
  readonly forget_at: number | bigint | string
  readonly ended_at: number | bigint | string | null
  readonly kind: string | null
  readonly value: string | null
  readonly now: number | bigint | string
}

export interface KeyStatements {
  /** Takes a key that nobody ever had. */
  readonly insert: Statement
  /** Takes a key that is free by now, or unknown, and returns a row; else none. */
  readonly claim: Statement
  readonly look: Statement
  readonly renew: Statement
  readonly begin: Statement
  readonly complete: Statement
  readonly abandon: Statement
  readonly release: Statement
  readonly expire: Statement
}

/** Bounds how many rows a sweep removes in one step, so that nobody waits long for it. */
export const sweepSize = 1000

export const createKeys = (dialect: Dialect, table: string): ReadonlyArray<string> => [
  `CREATE TABLE ${table} (
  id TEXT PRIMARY KEY NOT NULL,
  fingerprint TEXT NOT NULL,
  owner TEXT NOT NULL,
  generation INTEGER NOT NULL,
  reference_id TEXT NOT NULL,
  is_begun SMALLINT NOT NULL,
  is_taken SMALLINT NOT NULL,
  lease_until BIGINT NOT NULL,
  retention BIGINT NOT NULL,
  forget_at BIGINT NOT NULL,
  ended_at BIGINT,
  kind TEXT,
  value TEXT
)`,
  `CREATE INDEX ${table}_forget_at ON ${table} (forget_at)`
]

/** A key that has ended without a kind was abandoned. */
const fence = "id = :id AND owner = :owner AND generation = CAST(:generation AS INTEGER)"
const isOpen = "ended_at IS NULL"

export const keyStatements = (dialect: Dialect, table: string): KeyStatements => {
  const statement = (template: string): Statement => write(dialect, template)
  const end = (kind: string, value: string, same: string) =>
    statement(`UPDATE ${table} SET
  ended_at = COALESCE(ended_at, :now), kind = ${kind}, value = ${value},
  forget_at = CASE WHEN ${isOpen} THEN :now + retention ELSE forget_at END
WHERE ${fence} AND (${isOpen} OR ${same})${dialect.returning}`)
  return {
    insert: statement(`${insertion(table)} ON CONFLICT (id) DO NOTHING`),
    claim: statement(claim(table)),
    look: statement(
      `SELECT fingerprint, owner, reference_id, lease_until, forget_at, ended_at, kind, value, :now AS now FROM ${table} WHERE id = :id`
    ),
    renew: statement(`UPDATE ${table} SET
  lease_until = :now + CAST(:lease AS BIGINT), forget_at = :now + CAST(:lease AS BIGINT) + is_begun * retention
WHERE ${fence} AND ${isOpen}${dialect.returning}`),
    begin: statement(
      `UPDATE ${table} SET is_begun = 1, forget_at = lease_until + retention WHERE ${fence} AND ${isOpen}${dialect.returning}`
    ),
    complete: end(
      "COALESCE(kind, :kind)",
      `CASE WHEN ${isOpen} THEN :value ELSE value END`,
      "kind IS NOT NULL"
    ),
    abandon: end("kind", "value", "kind IS NULL"),
    release: statement(`DELETE FROM ${table} WHERE ${fence} AND ${isOpen}${dialect.returning}`),
    expire: statement(`DELETE FROM ${table} WHERE forget_at <= :now AND id IN (
  SELECT id FROM ${table} WHERE forget_at <= :now LIMIT ${sweepSize}${dialect.skipLocked}
)${dialect.returning}`)
  }
}

const insertion = (table: string): string =>
  `INSERT INTO ${table} AS held
  (id, fingerprint, owner, generation, reference_id, is_begun, is_taken, lease_until, retention, forget_at)
VALUES (:id, :fingerprint, :owner, 1, :reference, CAST(:begun AS SMALLINT), 0, :now + CAST(:lease AS BIGINT),
  CAST(:retention AS BIGINT), :now + CAST(:lease AS BIGINT) + CAST(:begun AS SMALLINT) * CAST(:retention AS BIGINT))`

/**
 * Takes a key in one step, or changes nothing and returns no row. Three may have it: whoever comes first while it is free,
 * its own owner once more, and whoever takes what is unknown.
 */
const claim = (table: string): string => {
  const isFree = "held.forget_at <= :now"
  const isSame = "held.fingerprint = excluded.fingerprint"
  const isAgain = `held.ended_at IS NULL AND held.owner = excluded.owner`
  const isUnknown = `held.kind IS NULL AND (held.ended_at IS NOT NULL OR held.lease_until <= :now)`
  const wasLost = "held.ended_at IS NULL AND held.is_begun = 0"
  const choose = (free: string, again: string, taken: string) =>
    `CASE WHEN ${isFree} THEN ${free} WHEN ${isAgain} THEN ${again} ELSE ${taken} END`
  return `${insertion(table)}
ON CONFLICT (id) DO UPDATE SET
  fingerprint = excluded.fingerprint,
  owner = excluded.owner,
  generation = ${
    choose(`CASE WHEN ${wasLost} THEN held.generation + 1 ELSE 1 END`, "held.generation", "held.generation + 1")
  },
  reference_id = ${choose("excluded.reference_id", "held.reference_id", "held.reference_id")},
  is_begun = ${choose("excluded.is_begun", "held.is_begun", "1")},
  is_taken = ${choose("0", "held.is_taken", "1")},
  lease_until = excluded.lease_until,
  retention = ${choose("excluded.retention", "held.retention", "excluded.retention")},
  forget_at = ${
    choose(
      "excluded.forget_at",
      "excluded.lease_until + held.is_begun * held.retention",
      "excluded.lease_until + excluded.retention"
    )
  },
  ended_at = NULL, kind = NULL, value = NULL
WHERE ${isFree} OR (${isSame} AND ((${isAgain}) OR (CAST(:takes AS SMALLINT) = 1 AND ${isUnknown})))
RETURNING generation, is_taken, reference_id`
}

const flag = (is: boolean): number => is ? 1 : 0

export const millis = (duration: Duration.Duration): number =>
  Math.min(Math.ceil(Duration.toMillis(duration)), Number.MAX_SAFE_INTEGER / 4)

export const ofRequest = (request: Request, now?: number): Readonly<Record<string, Value>> => ({
  id: request.id,
  fingerprint: request.fingerprint,
  owner: request.owner,
  reference: request.referenceId,
  begun: flag(request.begun),
  takes: flag(request.takesUnknown),
  lease: millis(request.lease),
  retention: millis(request.retention),
  now: now ?? null
})

export const ofHeld = (
  { generation, id, owner }: Held,
  rest: { readonly now?: number; readonly lease?: Duration.Duration; readonly outcome?: Outcome }
): Readonly<Record<string, Value>> => ({
  id,
  owner,
  generation,
  now: rest.now ?? null,
  lease: rest.lease === undefined ? null : millis(rest.lease),
  kind: rest.outcome?.kind ?? null,
  value: rest.outcome?.value ?? null
})

export const claimOfRow = (row: GrantedRow, { id, owner }: Request): Claim => {
  const held = { id, owner, generation: Number(row.generation) }
  return Number(row.is_taken) === 1
    ? { _tag: "Taken", held, referenceId: row.reference_id }
    : { _tag: "Claimed", held }
}

/** Says what is in a claim's way; `undefined` if it is free by now, and the claim has to be made again. */
export const refusalOfRow = (row: KeyRow | undefined, request: Request): Claim | undefined => {
  const state = stateOfRow(row)
  if (row === undefined || state._tag === "Absent") return undefined
  if (row.fingerprint !== request.fingerprint) return { _tag: "Conflict", referenceId: row.reference_id }
  const isOwn = row.ended_at === null && row.owner === request.owner
  return isOwn || (state._tag === "Unknown" && request.takesUnknown) ? undefined : state
}

export const stateOfRow = (row: KeyRow | undefined): State => {
  if (row === undefined || Number(row.forget_at) <= Number(row.now)) return { _tag: "Absent" }
  const { kind, reference_id: referenceId, value } = row
  const endedAt = row.ended_at === null ? undefined : Number(row.ended_at)
  if (endedAt !== undefined && kind !== null) {
    const outcome: Outcome = { kind: kind === "failure" ? "failure" : "success", value: value ?? undefined }
    return { _tag: "Completed", outcome, referenceId, storedAt: endedAt }
  }
  const left = Number(row.lease_until) - Number(row.now)
  return endedAt === undefined && left > 0
    ? { _tag: "InProgress", referenceId, left: Duration.millis(left) }
    : { _tag: "Unknown", referenceId, since: endedAt ?? Number(row.lease_until) }
}

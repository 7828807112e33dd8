import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { claimIdOf, type RunId, workIdOf } from "../definition/plan.ts"

/** The claim of a key as its row holds it. */
export interface Claim {
  readonly row: bigint
  readonly tool: string
  readonly id: string
  readonly run: number
  readonly definition: string
}

/** Holds how the run of a claim ended; `undefined`: it has not. */
export interface Ended {
  /** The id of its reply, which tells when. */
  readonly reply: bigint
  /** The id of the engine's entity: all rows of the run have it. */
  readonly entity: string
}

const Payload = Schema.fromJsonString(Schema.Struct({
  id: Schema.String,
  run: Schema.Int,
  definition: Schema.String
}))

const Reply = Schema.fromJsonString(Schema.Struct({
  _tag: Schema.Literal("Success"),
  value: Schema.Struct({ _tag: Schema.Literal("Complete") })
}))

const decode = Schema.decodeUnknownOption(Payload)
const isComplete = (payload: unknown): boolean => Option.isSome(Schema.decodeUnknownOption(Reply)(payload))

type Sql = SqlClient

/** Ids are read as text: some drivers would round them. */
const claimsQuery = (sql: Sql, after: bigint, before: bigint, limit: number) =>
  sql<{ readonly id: string; readonly entity_type: string; readonly payload: string }>`
    SELECT CAST(id AS VARCHAR(32)) AS id, entity_type, payload FROM cluster_messages
    WHERE id > ${sql.literal(String(after))} AND id < ${sql.literal(String(before))}
    AND kind = 0 AND tag = 'run' AND entity_type LIKE 'Workflow/%/claim'
    ORDER BY cluster_messages.id ASC ${sql.literal(`LIMIT ${limit}`)}
  `

const claimOf = (
  row: { readonly id: string; readonly entity_type: string; readonly payload: string }
): Claim | undefined => {
  const tool = /^Workflow\/([\w-]+)\/claim$/.exec(row.entity_type)?.[1]
  const payload = Option.getOrUndefined(decode(row.payload))
  return tool === undefined || payload === undefined ? undefined : { row: BigInt(row.id), tool, ...payload }
}

/** Reads claims in the order in which they came. */
export const claimsBetween = (
  after: bigint,
  before: bigint,
  limit: number
): Effect.Effect<{ readonly claims: ReadonlyArray<Claim>; readonly last: bigint | undefined }, SqlError, SqlClient> =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(claimsQuery(sql, after, before, limit), (rows) => ({
      claims: rows.map(claimOf).filter((claim) => claim !== undefined),
      last: rows.length === 0 ? undefined : BigInt(rows.at(-1)!.id)
    })))

interface Found {
  readonly id: string
  readonly message_id: string
  readonly entity_type: string
  readonly payload: string
  readonly reply: string | null
  readonly reply_payload: string | null
}

/** Finds requests by their keys, which have an index, each with the reply that ends it. */
const findRequests = (
  keys: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, Found>, SqlError, SqlClient | Digest.Digest> =>
  Effect.gen(function*() {
    if (keys.length === 0) return new Map()
    const sql = yield* SqlClient
    const names = new Map<string, string>()
    for (const key of keys) names.set(yield* messageId(key), key)
    const rows = yield* sql<Found>`
      SELECT CAST(m.id AS VARCHAR(32)) AS id, m.message_id, m.entity_type, m.payload,
        CAST(r.id AS VARCHAR(32)) AS reply, r.payload AS reply_payload
      FROM cluster_messages m
      LEFT JOIN cluster_replies r ON r.request_id = m.id AND r.kind = 0
      WHERE ${sql.in("m.message_id", [...names.keys()])}
    `
    return new Map(rows.map((row) => [names.get(row.message_id)!, row]))
  })

/** Returns the text under which effect keeps the key of a request: long ones are hashed. */
const messageId = (key: string): Effect.Effect<string, never, Digest.Digest> =>
  key.length <= 255
    ? Effect.succeed(key)
    : Effect.flatMap(Digest.Digest, (digest) => digest.digestHex(Digest.sha256, new TextEncoder().encode(key)))

const requestOf = (workflow: string, entity: string): string => `Workflow/${workflow}/${entity}/run/`

/** Finds the claims of runs of keys, where there are any. */
export const findClaims = (
  runs: ReadonlyArray<RunId & { readonly tool: string }>
): Effect.Effect<ReadonlyArray<Claim | undefined>, SqlError, SqlClient | Digest.Digest> =>
  Effect.gen(function*() {
    const keys: Array<string> = []
    for (const run of runs) keys.push(requestOf(`${run.tool}/claim`, yield* claimIdOf(run.tool, run)))
    const found = yield* findRequests(keys)
    return keys.map((key) => {
      const row = found.get(key)
      return row === undefined ? undefined : claimOf(row)
    })
  })

/** Finds how the runs of claims ended. */
export const findEnds = (
  claims: ReadonlyArray<Claim>
): Effect.Effect<ReadonlyArray<Ended | undefined>, SqlError, SqlClient | Digest.Digest> =>
  Effect.gen(function*() {
    const entities: Array<string> = []
    for (const claim of claims) entities.push(yield* workIdOf(claim.definition, claim))
    const keys = claims.map(({ definition }, i) => requestOf(definition, entities[i]!))
    const found = yield* findRequests(keys)
    return keys.map((key, i) => {
      const reply = found.get(key)
      return reply?.reply == null || !isComplete(reply.reply_payload)
        ? undefined
        : { reply: BigInt(reply.reply), entity: entities[i]! }
    })
  })

/** A message of a run. */
export interface Message {
  readonly id: string
  readonly entity: string
  readonly isProcessed: boolean
}

/** Finds all messages of runs, among those of a time: entities have no index, and ids tell when they were made. */
export const findMessages = (
  entities: ReadonlyArray<string>,
  { from, to }: { readonly from: bigint; readonly to: bigint }
): Effect.Effect<ReadonlyArray<Message>, SqlError, SqlClient> =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      sql<{ readonly id: string; readonly entity_id: string; readonly processed: number | boolean }>`
        SELECT CAST(id AS VARCHAR(32)) AS id, entity_id, processed FROM cluster_messages
        WHERE id >= ${sql.literal(String(from))} AND id <= ${sql.literal(String(to))} AND ${
        sql.in("entity_id", entities)
      }
      `,
      (rows) => rows.map(({ entity_id, id, processed }) => ({ id, entity: entity_id, isProcessed: Boolean(processed) }))
    ))

/** Removes messages and their replies, all or none. */
export const removeMessages = (ids: ReadonlyArray<string>): Effect.Effect<void, SqlError, SqlClient> =>
  Effect.flatMap(SqlClient, (sql) => {
    const list = sql.literal(ids.join(","))
    return sql.withTransaction(Effect.andThen(
      sql`DELETE FROM cluster_replies WHERE request_id IN (${list})`,
      Effect.asVoid(sql`DELETE FROM cluster_messages WHERE id IN (${list})`)
    ))
  })

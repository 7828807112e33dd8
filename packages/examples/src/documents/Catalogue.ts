/**
 * Keeps what is known of the documents in SQLite: which there are, and what they became.
 */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import { transaction } from "../shared/sql/transaction.ts"
import { type SourceFormat, sourceFormats, type TargetFormat } from "./conversion/formats.ts"

/** A document as the catalogue knows it. */
export const Document = Schema.Struct({
  document_id: Schema.String,
  format: Schema.Literals(sourceFormats),
  size_bytes: Schema.Finite,
  categories: Schema.Array(Schema.String)
})
export type Document = typeof Document.Type

/** A conversion that is to be remembered. */
export interface Conversion {
  readonly document: Document
  readonly targetFormat: TargetFormat
  readonly outputPath: string
  readonly sizeBytes: number
}

/** Describes what is known of the documents. */
export class Catalogue extends Context.Service<Catalogue, {
  /** The documents in the order of their ids, so many from one on. */
  readonly page: (offset: number, limit: number) => Effect.Effect<ReadonlyArray<Document>, Errors.Unavailable>
  readonly count: Effect.Effect<number, Errors.Unavailable>
  readonly find: (documentId: string) => Effect.Effect<Document | undefined, Errors.Unavailable>
  /** The ids of all documents. They are kept until something changes. */
  readonly ids: Effect.Effect<ReadonlyArray<string>, Errors.Unavailable>
  /** Takes in what was seen, and forgets what was not and `isGone`. */
  readonly update: (
    seen: ReadonlyArray<Document>,
    isGone: (documentId: string) => boolean
  ) => Effect.Effect<void, Errors.Unavailable>
  /** Remembers a conversion, together with the key of its call, and returns what is told of it and when it was. */
  readonly remember: <A>(
    conversion: Conversion,
    tell: (timestamp: string) => A
  ) => Effect.Effect<A, Errors.Unavailable>
}>()("@errata/examples/documents/Catalogue") {}

const ofSql = Classifier.sql({ service: "The document catalogue" })

/** A busy or lost database is a passing trouble; everything else that SQL says is a defect. */
export const orDie = Classifier.orDie((failure) => {
  const error = ofSql(failure)
  return error instanceof Errors.Unavailable ? error : undefined
})

/** Limits how many documents one statement writes: it blocks the event loop while it does. */
const chunkSize = 500

const chunks = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / chunkSize) }, (_, i) => items.slice(i * chunkSize, (i + 1) * chunkSize))

const toRow = ({ categories, ...document }: Document) => ({ ...document, categories: JSON.stringify(categories) })

interface Row {
  readonly document_id: string
  readonly format: string
  readonly size_bytes: number
  readonly categories: string
}

const toDocument = ({ categories, document_id, format, size_bytes }: Row): Document => ({
  document_id,
  format: format as SourceFormat,
  size_bytes: Number(size_bytes),
  categories: JSON.parse(categories) as ReadonlyArray<string>
})

/** Makes what takes in the documents that were seen. */
const makeUpdate = (sql: SqlClient, onChange: () => void) => {
  const known = Effect.map(
    sql<Row>`SELECT document_id, format, size_bytes FROM documents`,
    (rows) => new Map(rows.map((row) => [row.document_id, `${row.format} ${row.size_bytes}`]))
  )
  const forget = (ids: ReadonlyArray<string>) =>
    sql`DELETE FROM documents WHERE document_id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
  const remember = (documents: ReadonlyArray<Document>) =>
    sql`INSERT OR REPLACE INTO documents
      SELECT value ->> 'document_id', value ->> 'format', value ->> 'size_bytes', value ->> 'categories'
      FROM json_each(${JSON.stringify(documents.map(toRow))})`
  return Effect.fnUntraced(function*(seen: ReadonlyArray<Document>, isGone: (documentId: string) => boolean) {
    const before = yield* known
    const ids = new Set(seen.map(({ document_id }) => document_id))
    const gone = [...before.keys()].filter((id) => !ids.has(id) && isGone(id))
    const changed = seen.filter(({ document_id, format, size_bytes }) =>
      before.get(document_id) !== `${format} ${size_bytes}`
    )
    if (gone.length + changed.length > 0) onChange()
    for (const some of chunks(gone)) yield* Effect.andThen(forget(some), Effect.yieldNow)
    for (const some of chunks(changed)) yield* Effect.andThen(remember(some), Effect.yieldNow)
  })
}

/** Makes what writes a conversion down. */
const makeRemember = (sql: SqlClient) =>
  Effect.fnUntraced(function*({ document, outputPath, sizeBytes, targetFormat }: Conversion) {
    const timestamp = new Date(yield* Clock.currentTimeMillis).toISOString()
    yield* sql`INSERT INTO conversions (document_id, target_format, output_path, size_bytes, converted_at)
      VALUES (${document.document_id}, ${targetFormat}, ${outputPath}, ${sizeBytes}, ${timestamp})
      ON CONFLICT (document_id, target_format) DO UPDATE SET output_path = excluded.output_path,
        size_bytes = excluded.size_bytes, converted_at = excluded.converted_at, times = times + 1`
    return timestamp
  })

/** Adds the categories that documents were assigned to. */
const withAssigned = Effect.fnUntraced(function*(sql: SqlClient, documents: ReadonlyArray<Document>) {
  const ids = JSON.stringify(documents.map(({ document_id }) => document_id))
  const rows = yield* sql<{ document_id: string; category: string }>`
    SELECT DISTINCT document_id, category FROM assignments
    WHERE document_id IN (SELECT value FROM json_each(${ids})) ORDER BY category`
  return documents.map((document) => {
    const assigned = rows.filter((row) => row.document_id === document.document_id).map(({ category }) => category)
    return assigned.length === 0
      ? document
      : { ...document, categories: [...new Set([...document.categories, ...assigned])] }
  })
})

/** Provides the catalogue in the database. */
export const layer: Layer.Layer<Catalogue, never, SqlClient> = Layer.effect(
  Catalogue,
  Effect.gen(function*() {
    const sql = yield* SqlClient
    let known: ReadonlyArray<string> | undefined
    const update = makeUpdate(sql, () => known = undefined)
    const remember = makeRemember(sql)
    const page = (offset: number, limit: number) =>
      sql<Row>`SELECT * FROM documents ORDER BY document_id LIMIT ${limit} OFFSET ${offset}`.pipe(
        Effect.flatMap((rows) => withAssigned(sql, rows.map(toDocument)))
      )
    const allIds = Effect.map(
      sql<{ document_id: string }>`SELECT document_id FROM documents ORDER BY document_id`,
      (rows) => known = rows.map((row) => row.document_id)
    )

    return Catalogue.of({
      page: (offset, limit) => orDie(page(offset, limit)),
      count: orDie(Effect.map(sql<{ n: number }>`SELECT count(*) AS n FROM documents`, ([row]) => Number(row?.n))),
      find: (id) =>
        orDie(
          Effect.map(sql<Row>`SELECT * FROM documents WHERE document_id = ${id}`, ([row]) => row && toDocument(row))
        ),
      ids: Effect.suspend(() => known === undefined ? orDie(allIds) : Effect.succeed(known)),
      update: (seen, isGone) => orDie(update(seen, isGone)),
      remember: (conversion, tell) =>
        transaction(Effect.map(remember(conversion), tell)).pipe(Effect.provideService(SqlClient, sql), orDie)
    })
  })
)

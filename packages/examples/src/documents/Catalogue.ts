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
import { Sqlite } from "../shared/Sqlite.ts"
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

/** The tables of the server. */
export const tables = `
  CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT PRIMARY KEY, format TEXT NOT NULL, size_bytes INTEGER NOT NULL, categories TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS conversions (
    document_id TEXT NOT NULL, target_format TEXT NOT NULL, output_path TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    converted_at TEXT NOT NULL, PRIMARY KEY (document_id, target_format)
  ) STRICT;
`

/** What is known of the documents. */
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
  /** Remembers a conversion and says when it was. */
  readonly remember: (conversion: Conversion) => Effect.Effect<string, Errors.Unavailable>
}>()("@errata/examples/documents/Catalogue") {}

const sql = Classifier.sql({ service: "The document catalogue" })

/** A busy or lost database is a passing trouble; everything else that SQL says is a defect. */
const storeIsBusy = Classifier.orDie((failure) => {
  const error = sql(failure)
  return error instanceof Errors.Unavailable ? error : undefined
})

/** How many documents one statement writes: it blocks the event loop while it does. */
const chunkSize = 500

const chunks = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / chunkSize) }, (_, i) => items.slice(i * chunkSize, (i + 1) * chunkSize))

const insert = `INSERT OR REPLACE INTO documents
  SELECT value ->> 'document_id', value ->> 'format', value ->> 'size_bytes', value ->> 'categories' FROM json_each(?)`

const toRow = ({ categories, ...document }: Document) => ({ ...document, categories: JSON.stringify(categories) })

/** Provides the catalogue in the database. */
export const layer: Layer.Layer<Catalogue, never, Sqlite> = Layer.effect(
  Catalogue,
  Effect.gen(function*() {
    const sqlite = yield* Sqlite
    let known: ReadonlyArray<string> | undefined

    const select = (rest: string, ...parameters: ReadonlyArray<string | number>) =>
      Effect.map(
        sqlite.all(`SELECT document_id, format, size_bytes, categories FROM documents ${rest}`, ...parameters),
        (rows): ReadonlyArray<Document> =>
          rows.map((row) => ({
            document_id: String(row["document_id"]),
            format: row["format"] as SourceFormat,
            size_bytes: Number(row["size_bytes"]),
            categories: JSON.parse(String(row["categories"])) as ReadonlyArray<string>
          }))
      )

    /** What the catalogue holds, in a form that can be compared. */
    const signatures = Effect.map(
      sqlite.all("SELECT document_id, format, size_bytes FROM documents"),
      (rows) =>
        new Map(
          rows.map((row) => [String(row["document_id"]), `${String(row["format"])} ${String(row["size_bytes"])}`])
        )
    )

    const update = Effect.fnUntraced(function*(
      seen: ReadonlyArray<Document>,
      isGone: (documentId: string) => boolean
    ) {
      const before = yield* signatures
      const ids = new Set(seen.map(({ document_id }) => document_id))
      const gone = [...before.keys()].filter((id) => !ids.has(id) && isGone(id))
      const changed = seen.filter(({ document_id, format, size_bytes }) =>
        before.get(document_id) !== `${format} ${size_bytes}`
      )
      if (gone.length + changed.length > 0) known = undefined
      for (const some of chunks(gone)) {
        const query = "DELETE FROM documents WHERE document_id IN (SELECT value FROM json_each(?))"
        yield* Effect.andThen(sqlite.run(query, JSON.stringify(some)), Effect.yieldNow)
      }
      for (const some of chunks(changed)) {
        yield* Effect.andThen(sqlite.run(insert, JSON.stringify(some.map(toRow))), Effect.yieldNow)
      }
    })

    return Catalogue.of({
      page: (offset, limit) => storeIsBusy(select("ORDER BY document_id LIMIT ? OFFSET ?", limit, offset)),
      count: storeIsBusy(Effect.map(sqlite.all("SELECT count(*) AS n FROM documents"), ([row]) => Number(row?.["n"]))),
      find: (id) => storeIsBusy(Effect.map(select("WHERE document_id = ?", id), ([found]) => found)),
      ids: Effect.suspend(() =>
        known !== undefined ? Effect.succeed(known) : storeIsBusy(
          Effect.map(
            sqlite.all("SELECT document_id FROM documents ORDER BY document_id"),
            (rows) => known = rows.map((row) => String(row["document_id"]))
          )
        )
      ),
      update: (seen, isGone) => storeIsBusy(update(seen, isGone)),
      remember: ({ document, outputPath, sizeBytes, targetFormat }) =>
        Effect.gen(function*() {
          const timestamp = new Date(yield* Clock.currentTimeMillis).toISOString()
          const query = "INSERT OR REPLACE INTO conversions VALUES (?, ?, ?, ?, ?)"
          yield* sqlite.run(query, document.document_id, targetFormat, outputPath, sizeBytes, timestamp)
          return timestamp
        }).pipe(storeIsBusy)
    })
  })
)

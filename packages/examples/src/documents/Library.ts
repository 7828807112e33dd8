/**
 * Provides the documents: the files of a folder, catalogued in SQLite.
 *
 * A document's id is its path relative to the root, with forward slashes; its categories are the folders it lies in.
 */
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as NodePath from "node:path"
import { confine } from "../shared/folder/confine.ts"
import { Sqlite } from "../shared/Sqlite.ts"
import { formatOf, type SourceFormat, sourceFormats, type TargetFormat } from "./conversion/formats.ts"
import { DocumentNotFound } from "./errors.ts"
import { Settings } from "./settings.ts"
import { listDocuments } from "./tools.ts"

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

/** What is not there, and what cannot be: below a file, in a circle of links, or under a name longer than any file's. */
const isMissing = ({ reason }: PlatformError): boolean =>
  reason._tag === "NotFound" || reason._tag === "BadResource" ||
  (reason.cause as { readonly code?: unknown } | undefined)?.code === "ENAMETOOLONG"

type LookupError = DocumentNotFound | Errors.PermissionDenied | Errors.Unavailable

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

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** How many files of a folder are catalogued at most. */
export const maxDocuments = 10_000

/** The documents of a folder. */
export class Library extends Context.Service<Library, {
  /** Looks at the folder again and returns what is there. */
  readonly list: Effect.Effect<ReadonlyArray<Document>, Errors.Unavailable>
  /** Finds a document, or says which ones have a similar id. */
  readonly find: (documentId: string) => Effect.Effect<Document, LookupError>
  /** Reads a document's bytes. */
  readonly read: (document: Document) => Effect.Effect<Uint8Array, LookupError>
  /** The path of a file below the root, which need not be a document. */
  readonly resolve: (path: string) => Effect.Effect<string, LookupError>
  /** Remembers a conversion. */
  readonly remember: (conversion: Conversion) => Effect.Effect<string, Errors.Unavailable>
}>()("@errata/examples/documents/Library") {}

const sql = Classifier.sql({ service: "The document catalogue" })

/** A busy or lost database is a passing trouble; everything else that SQL says is a defect. */
const storeIsBusy = Classifier.orDie((failure) => {
  const error = sql(failure)
  return error instanceof Errors.Unavailable ? error : undefined
})

/** Provides the documents of the root in the settings. */
export const layer: Layer.Layer<
  Library,
  Errors.Unavailable | PlatformError,
  Settings | Sqlite | FileSystem.FileSystem
> = Layer.effect(
  Library,
  Effect.gen(function*() {
    const settings = yield* Settings
    const sqlite = yield* Sqlite
    const fs = yield* FileSystem.FileSystem
    yield* fs.readDirectory(settings.root) // a root that is no folder is a mistake, not an empty library
    const searched_locations = ["catalogue", `folder ${NodePath.basename(settings.root)}`]

    const scan = Effect.gen(function*() {
      const paths = yield* fs.readDirectory(settings.root, { recursive: true }).pipe(Effect.orElseSucceed(() => []))
      const documents: Array<Document> = []
      for (const path of paths.toSorted(byName)) {
        const format = formatOf(path)
        if (format === undefined || documents.length >= maxDocuments) continue
        const info = yield* Effect.option(fs.stat(NodePath.join(settings.root, path)))
        if (info._tag === "None" || info.value.type !== "File") continue
        const document_id = path.split(NodePath.sep).join("/")
        documents.push({
          document_id,
          format,
          size_bytes: Number(info.value.size),
          categories: document_id.split("/").slice(0, -1)
        })
      }
      return documents
    })

    const importAll = Effect.gen(function*() {
      const documents = yield* scan
      const known = yield* rows
      const unchanged = new Set(known.map((document) => JSON.stringify(document)))
      const ids = new Set(documents.map((document) => document.document_id))
      for (const { document_id } of known) {
        if (!ids.has(document_id)) yield* sqlite.run("DELETE FROM documents WHERE document_id = ?", document_id)
      }
      for (const document of documents) {
        if (unchanged.has(JSON.stringify(document))) continue
        const { categories, document_id, format, size_bytes } = document
        yield* sqlite.run(
          "INSERT OR REPLACE INTO documents (document_id, format, size_bytes, categories) VALUES (?, ?, ?, ?)",
          document_id,
          format,
          size_bytes,
          JSON.stringify(categories)
        )
      }
      return documents
    })

    const select = (condition: string, ...parameters: ReadonlyArray<string>) =>
      Effect.map(
        sqlite.all(
          `SELECT document_id, format, size_bytes, categories FROM documents ${condition} ORDER BY document_id`,
          ...parameters
        ),
        (rows): ReadonlyArray<Document> =>
          rows.map((row) => ({
            document_id: String(row["document_id"]),
            format: row["format"] as SourceFormat,
            size_bytes: Number(row["size_bytes"]),
            categories: JSON.parse(String(row["categories"])) as ReadonlyArray<string>
          }))
      )
    const rows = select("")

    const notFound = (document_id: string) =>
      Effect.map(storeIsBusy(rows), (documents) => {
        // a file that vanished is still in the catalogue
        const others = documents.map((document) => document.document_id).filter((id) => id !== document_id)
        return ToolError.withGuidance(new DocumentNotFound({ document_id, searched_locations }), {
          similarMatches: Suggestion.similar(document_id, others),
          steps: [Tool.step(listDocuments, {}, { action: "List the documents" })]
        })
      }).pipe(Effect.flatMap(Effect.fail))

    const explain = (
      path: string,
      error: Errors.PermissionDenied | PlatformError
    ): Effect.Effect<never, LookupError> => {
      if (error._tag === "PermissionDenied") return Effect.fail(error)
      if (isMissing(error)) return notFound(path)
      return error.reason._tag === "PermissionDenied"
        ? Effect.fail(new Errors.PermissionDenied({ action: "read", resource: path, cause: error }))
        : Effect.die(error)
    }

    const resolve = (path: string): Effect.Effect<string, LookupError> =>
      confine(settings.root, path).pipe(
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.catch((error) => explain(path, error))
      )

    const find = Effect.fnUntraced(function*(documentId: string) {
      const [found] = yield* storeIsBusy(select("WHERE document_id = ?", documentId))
      return found ?? (yield* notFound(documentId))
    })

    yield* storeIsBusy(importAll)
    return Library.of({
      list: storeIsBusy(importAll),
      find,
      resolve,
      read: (document) =>
        Effect.flatMap(
          resolve(document.document_id),
          (path) => fs.readFile(path).pipe(Effect.catch((error) => explain(document.document_id, error)))
        ),
      remember: ({ document, outputPath, sizeBytes, targetFormat }) =>
        Effect.gen(function*() {
          const timestamp = new Date(yield* Clock.currentTimeMillis).toISOString()
          yield* sqlite.run(
            "INSERT OR REPLACE INTO conversions VALUES (?, ?, ?, ?, ?)",
            document.document_id,
            targetFormat,
            outputPath,
            sizeBytes,
            timestamp
          )
          return timestamp
        }).pipe(storeIsBusy)
    })
  })
)

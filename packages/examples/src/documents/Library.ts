/**
 * Provides the documents: the files of a folder.
 *
 * A document's id is its path relative to the root, with forward slashes; its categories are the folders it lies in. Links
 * are no documents, and what the server itself keeps is none either.
 */
import * as Errors from "@errata/core/Errors"
import * as Suggestion from "@errata/core/Suggestion"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as NodePath from "node:path"
import type { Disk } from "../shared/folder/Disk.ts"
import { type FileChanged, Missing, type NotAFile } from "../shared/folder/errors.ts"
import * as SafeFolder from "../shared/folder/SafeFolder.ts"
import * as Walk from "../shared/folder/walk.ts"
import { Catalogue, type Document } from "./Catalogue.ts"
import { formatOf } from "./conversion/formats.ts"
import { DocumentNotFound } from "./errors.ts"
import { Settings } from "./settings.ts"
import { listDocuments } from "./tools.ts"

/** Describes what may go wrong when a document, or any file, is looked for and read. */
export type LookupError =
  | DocumentNotFound
  | NotAFile
  | FileChanged
  | Errors.PermissionDenied
  | Errors.Overloaded
  | Errors.ProcessingError
  | Errors.Unavailable

/** A part of the list of documents. */
export interface Page {
  readonly documents: ReadonlyArray<Document>
  /** Says how many documents there are. */
  readonly total: number
  /** Where the next part begins; absent where this is the last. */
  readonly next_offset?: number
  /** The places that could not be read, or not wholly. */
  readonly warnings?: ReadonlyArray<Walk.Told>
}

/** Says how many files and folders are looked at for the list. What lies behind is still found by its id. */
export const maxEntries = 200_000

/** How many characters one part of the list may have: ids can be as long as paths. */
const maxCharacters = 60_000

/** The documents of a folder. */
export class Library extends Context.Service<Library, {
  /** Lists so many documents from one on. The first part looks at the folder again. */
  readonly list: (
    options: { readonly offset: number; readonly limit: number }
  ) => Effect.Effect<Page, Errors.Unavailable>
  /** Finds a document, or says which ones have a similar id, unless they are not asked for. */
  readonly find: (
    documentId: string,
    options?: { readonly suggests?: boolean | undefined }
  ) => Effect.Effect<Document, LookupError>
  /** Opens a file below the root, which need not be a document. */
  readonly open: (path: string) => Effect.Effect<SafeFolder.OpenFile, LookupError, Scope.Scope>
  /** Copies a document into a file of ours, if it is not too large. */
  readonly copy: (document: Document, to: string) => Effect.Effect<void, LookupError | Errors.TooLarge>
}>()("@errata/examples/documents/Library") {}

const toDocument = (document_id: string, size_bytes: number): Document | undefined => {
  const format = formatOf(document_id)
  return format === undefined
    ? undefined
    : { document_id, format, size_bytes, categories: document_id.split("/").slice(0, -1) }
}

/** Tests whether a document lies where a walk could not look. */
const isUnseen = (warnings: ReadonlyArray<Walk.Warning>) => (id: string): boolean =>
  warnings.some(({ path }) => path === "." || id.startsWith(`${path}/`))

/** Returns the ids that can be near another, so that few are compared letter by letter. */
const candidates = (wanted: string, ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  const name = wanted.toLowerCase()
  const isNear = (id: string): boolean => {
    const longer = Math.max(id.length, wanted.length)
    return Math.abs(id.length - wanted.length) <= Math.max(2, longer / 3) || id.toLowerCase().includes(name)
  }
  return ids.filter((id) => id !== wanted && isNear(id)) // a file that vanished is still in the catalogue
}

/** Keeps what fits into a reply. */
const fitting = (documents: ReadonlyArray<Document>): ReadonlyArray<Document> => {
  let room = maxCharacters
  const end = documents.findIndex((document) => {
    room -= JSON.stringify(document).length
    return room < 0
  })
  return end === -1 ? documents : documents.slice(0, Math.max(1, end))
}

/** Limits how many characters of a path are told where it only says where something is. */
const maxPath = 300

const shortened = ({ path, reason }: Walk.Told): Walk.Told => ({
  path: path.length > maxPath ? `${path.slice(0, maxPath - 1)}…` : path,
  reason
})

/** Makes what looks at the folder, and says what it could not see; undefined before the first time. */
const makeLook = (folder: SafeFolder.SafeFolder, catalogue: Catalogue["Service"]) => {
  const oneAtATime = Semaphore.makeUnsafe(1)
  const walk = folder.walk(".", { maxEntries, measures: (path) => formatOf(path) !== undefined })
  let warnings: ReadonlyArray<Walk.Warning> | undefined
  let asked = 0
  let seen = 0

  /** Nothing is forgotten because it could not be read. */
  const lookNow = Effect.gen(function*() {
    const covers = asked
    const documents: Array<Document> = []
    const unread: Array<Walk.Warning> = []
    const isThere = yield* Effect.isSuccess(folder.find("."))
    if (!isThere) unread.push({ _tag: "Warning", path: ".", reason: "it is not there" })
    yield* Stream.runForEach(walk, (one) =>
      Effect.sync(() => {
        if (one._tag === "Warning") unread.push(one)
        else if (one.type === "file" && one.size !== undefined) {
          const document = toDocument(one.path, one.size)
          if (document !== undefined) documents.push(document)
        }
      }))
    const isHidden = isUnseen(unread)
    yield* catalogue.update(documents, (id) => !isHidden(id))
    warnings = unread
    seen = covers
  })

  return {
    warnings: () => warnings,
    /** Looks once for all who asked before it began. */
    look: Effect.suspend(() => {
      const mine = ++asked
      return oneAtATime.withPermits(1)(Effect.suspend(() => seen >= mine ? Effect.void : lookNow))
    })
  }
}

/** Provides the documents of the root in the settings. */
export const layer: Layer.Layer<
  Library,
  PlatformError,
  Settings | Catalogue | FileSystem.FileSystem | Disk
> = Layer.effect(
  Library,
  Effect.gen(function*() {
    const settings = yield* Settings
    const catalogue = yield* Catalogue
    const fs = yield* FileSystem.FileSystem
    const folder = yield* SafeFolder.make(settings.root, { without: [settings.data] })
    const searched_locations = ["catalogue", `folder ${NodePath.basename(settings.root)}`]
    const { look, warnings } = makeLook(folder, catalogue)

    const notFound = Effect.fnUntraced(function*(document_id: string, suggests = true) {
      if (suggests && warnings() === undefined) yield* look
      const ids = suggests ? yield* catalogue.ids : []
      return yield* ToolError.withGuidance(new DocumentNotFound({ document_id, searched_locations }), {
        similarMatches: Suggestion.similar(document_id, candidates(document_id, ids)),
        steps: [Tool.step(listDocuments, {}, { action: "List the documents" })]
      })
    })

    const explained = (path: string, suggests?: boolean) =>
    <A, E, R>(
      self: Effect.Effect<A, E, R>
    ): Effect.Effect<A, Exclude<E, Missing> | DocumentNotFound | Errors.Unavailable, R> =>
      Effect.catch(
        self,
        (error): Effect.Effect<never, Exclude<E, Missing> | DocumentNotFound | Errors.Unavailable> =>
          error instanceof Missing ? notFound(path, suggests) : Effect.fail(error as Exclude<E, Missing>)
      )

    const find = Effect.fnUntraced(function*(id: string, options?: { readonly suggests?: boolean | undefined }) {
      const known = yield* catalogue.find(id)
      if (known !== undefined) return known
      if (formatOf(id) === undefined) return yield* notFound(id, options?.suggests)
      const found = yield* folder.find(id).pipe(
        Effect.catchTag("NotAFile", () => Effect.succeed(undefined)),
        explained(id, options?.suggests)
      )
      const document = found?.type === "file" && found.path === id ? toDocument(id, 0) : undefined
      return document ?? (yield* notFound(id, options?.suggests))
    })

    const copy = Effect.fnUntraced(function*({ document_id }: Document, to: string) {
      const file = yield* folder.open(document_id)
      if (file.size > settings.documentBytes) return yield* tooLarge(document_id, file.size, settings.documentBytes)
      yield* Stream.run(file.chunks(), fs.sink(to)).pipe(
        Effect.catchTag(
          "PlatformError",
          (cause) => Effect.fail(new Errors.ProcessingError({ operation: `Reading ${document_id}`, cause }))
        )
      )
    }, Effect.scoped)

    const list = Effect.fnUntraced(function*({ limit, offset }: { readonly limit: number; readonly offset: number }) {
      if (offset === 0 || warnings() === undefined) yield* look
      const documents = fitting(yield* catalogue.page(offset, limit))
      const total = yield* catalogue.count
      const next_offset = offset + documents.length
      const told = Walk.told(warnings() ?? []).map(shortened)
      return {
        documents,
        total,
        ...next_offset < total && documents.length > 0 && { next_offset },
        ...told.length > 0 && { warnings: told }
      }
    })

    return Library.of({
      list,
      find,
      open: (path) => explained(path)(folder.open(path)),
      copy: (document, to) => explained(document.document_id)(copy(document, to))
    })
  })
)

const tooLarge = (document_id: string, size: number, limit: number): Errors.TooLarge =>
  ToolError.withGuidance(new Errors.TooLarge({ resource: `Document ${document_id}`, size, limit, unit: "bytes" }), {
    suggestion: "Split the file into parts and convert each, or raise ERRATA_DOCUMENT_SIZE"
  })

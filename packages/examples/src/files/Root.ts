/**
 * Provides the files of a folder, and nothing outside it.
 *
 * Every path is relative to the root, with forward slashes where we write it. What a path leads to is decided by
 * `shared/confine.ts`; a file is looked at again after it was opened, so that nobody can put a link in its place meanwhile.
 */
import * as Errors from "@errata/core/Errors"
import * as Suggestion from "@errata/core/Suggestion"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as NodePath from "node:path"
import { confine, outside } from "../shared/confine.ts"
import { NotAFile, PathNotFound } from "./errors.ts"
import { Settings } from "./settings.ts"

/** What may go wrong with any path. */
export type LookupError = PathNotFound | Errors.PermissionDenied | ReadError

/** What may go wrong with a file that is there. */
export type ReadError = Errors.Overloaded | Errors.ProcessingError

/** Something below the root. */
export interface Entry {
  /** Relative to the root. */
  readonly path: string
  readonly type: "file" | "directory"
}

/** A file that is open. */
export interface OpenFile {
  readonly size: number
  /** Its bytes, from the beginning. */
  readonly chunks: Stream.Stream<Uint8Array, ReadError>
}

/** The files of the root folder. */
export class Root extends Context.Service<Root, {
  /** Finds what a path leads to. Neither file nor directory is `NotAFile`. */
  readonly find: (path: string) => Effect.Effect<Entry, LookupError | NotAFile>
  /** Opens a file, which stays open as long as the scope. */
  readonly open: (path: string) => Effect.Effect<OpenFile, LookupError | NotAFile, Scope.Scope>
  /** What lies below a directory, what is near first, in the order of the names. Links are left out. */
  readonly below: (directory: string) => Stream.Stream<Entry>
  /** The paths that somebody may have meant by one that is not there. */
  readonly similar: (path: string) => Effect.Effect<ReadonlyArray<string>>
}>()("@errata/examples/files/Root") {}

/** How many bytes are read at once. */
const chunkSize = 64 * 1024

/** How often a file is opened that is replaced at the same moment, as editors do who save it. */
const maxAttempts = 3

/** How long the list of all paths is good enough to suggest some. */
const listIsFresh = Duration.seconds(2)

/** Provides the root in the settings. A root that is no directory fails at once. */
export const layer: Layer.Layer<Root, PlatformError, Settings | FileSystem.FileSystem> = Layer.effect(
  Root,
  Effect.gen(function*() {
    const { root } = yield* Settings
    const fs = yield* FileSystem.FileSystem
    yield* fs.readDirectory(root)

    const resolve = (path: string): Effect.Effect<string, LookupError> =>
      confine(root, path).pipe(
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.mapError((error) => error._tag === "PermissionDenied" ? error : lookupError(path, error))
      )
    const toPath = Effect.fnUntraced(function*(real: string) {
      const relative = NodePath.relative(yield* fs.realPath(root), real)
      return relative === "" ? "." : relative.split(NodePath.sep).join("/")
    })

    const find = Effect.fnUntraced(function*(path: string) {
      const real = yield* resolve(path)
      const { type } = yield* Effect.mapError(fs.stat(real), (error) => lookupError(path, error))
      if (type !== "File" && type !== "Directory") return yield* new NotAFile({ path, kind: "other" })
      const entry: Entry = {
        path: yield* Effect.mapError(toPath(real), (error) => lookupError(path, error)),
        type: type === "File" ? "file" : "directory"
      }
      return entry
    })

    /** Opens what a path leads to, unless it is something else by then. */
    const openSame = Effect.fnUntraced(function*(path: string) {
      const real = yield* resolve(path)
      return yield* Effect.gen(function*() {
        const file = yield* fs.open(real, { flag: "r", noFollow: true })
        const info = yield* file.stat
        const isSame = (yield* fs.realPath(real)) === real && isSameFile(info, yield* fs.stat(real))
        return isSame ? { size: Number(info.size), chunks: chunksOf(path, file) } : undefined
      }).pipe(Effect.mapError((error) => lookupError(path, error)))
    })

    const open = Effect.fnUntraced(function*(path: string) {
      const { type } = yield* find(path) // first, since opening a pipe would wait for somebody to write to it
      if (type === "directory") return yield* new NotAFile({ path: path === "" ? "." : path, kind: "directory" })
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const file = yield* openSame(path)
        if (file !== undefined) return file
      }
      return yield* outside(path)
    })

    const entriesOf = Effect.fnUntraced(function*(directory: string) {
      const real = NodePath.join(yield* fs.realPath(root), directory)
      if ((yield* fs.realPath(real)) !== real) return [] // it became a link meanwhile
      const entries: Array<Entry> = []
      for (const { name, type } of (yield* fs.readDirectoryEntries(real)).toSorted(byName)) {
        if (type !== "File" && type !== "Directory") continue
        entries.push({
          path: directory === "." ? name : `${directory}/${name}`,
          type: type === "File" ? "file" : "directory"
        })
      }
      return entries
    }, Effect.orElseSucceed((): ReadonlyArray<Entry> => [])) // nobody asked for it by name

    const below = (directory: string): Stream.Stream<Entry> =>
      Stream.paginate<ReadonlyArray<string>, Entry>(
        [directory],
        ([next = directory, ...rest]) =>
          Effect.map(entriesOf(next), (entries) => {
            const waiting = [...rest, ...entries.filter(({ type }) => type === "directory").map(({ path }) => path)]
            return [entries, waiting.length === 0 ? Option.none() : Option.some(waiting)]
          })
      )

    const paths = yield* Effect.cachedWithTTL(
      Stream.runCollect(Stream.map(Stream.take(below("."), Suggestion.maxCandidates), ({ path }) => path)),
      listIsFresh
    )
    return Root.of({ find, open, below, similar: (path) => Effect.map(paths, (all) => similar(path, all)) })
  })
)

const chunksOf = (path: string, file: FileSystem.File): Stream.Stream<Uint8Array, ReadError> =>
  Stream.paginate(undefined, () =>
    file.readAlloc(chunkSize).pipe(
      Effect.mapError((error) => readError(path, error)),
      Effect.map((chunk) =>
        Option.isNone(chunk) ? [[], Option.none()] as const : [[chunk.value], Option.some(undefined)] as const
      )
    ))

const isSameFile = (a: FileSystem.File.Info, b: FileSystem.File.Info): boolean =>
  a.type === "File" && a.dev === b.dev && Option.getOrUndefined(a.ino) === Option.getOrUndefined(b.ino)

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0

/** Paths that look alike, then those whose last name does. The folders that a path names are no news. */
const similar = (path: string, all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wanted = path.toLowerCase()
  const others = all.filter((other) => other !== path && !wanted.startsWith(`${other.toLowerCase()}/`))
  const names = new Set(Suggestion.similar(lastName(path), new Set(others.map(lastName))))
  return [...new Set([...Suggestion.similar(path, others), ...others.filter((other) => names.has(lastName(other)))])]
    .slice(0, 5)
}

const lastName = (path: string): string => path.slice(path.replace(/\/+$/, "").lastIndexOf("/") + 1)

const codeOf = ({ reason }: PlatformError): unknown => (reason.cause as { readonly code?: unknown } | undefined)?.code

/** A path that cannot be is not found: below a file, or with a name longer than any file's. A circle of links is refused. */
const lookupError = (path: string, error: PlatformError): LookupError => {
  switch (codeOf(error)) {
    case "ENOTDIR":
    case "ENAMETOOLONG":
      return new PathNotFound({ path })
    case "ELOOP":
      return outside(path)
  }
  switch (error.reason._tag) {
    case "NotFound":
      return new PathNotFound({ path })
    case "PermissionDenied":
      return new Errors.PermissionDenied({ action: "read", resource: path, cause: error })
    default:
      return readError(path, error)
  }
}

const readError = (path: string, error: PlatformError): ReadError => {
  const code = codeOf(error)
  return code === "EMFILE" || code === "ENFILE"
    ? new Errors.Overloaded({ service: "The file system", cause: error })
    : new Errors.ProcessingError({ operation: `Reading ${path}`, cause: error })
}

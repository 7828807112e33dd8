/**
 * Provides what lies below a folder, and nothing outside it: the one way of the example servers to look at files.
 *
 * Every path is relative to the folder, with forward slashes where we write it. `confine` decides where a path leads; then a
 * file is opened, without following a link and without waiting, and only then looked at: what is open cannot be swapped for
 * something else any more.
 *
 * **Details**
 *
 * - A file is read as it was when it was opened: what is appended meanwhile is not read, and a file that was cut or
 *   rewritten meanwhile is `FileChanged`, never a shorter success.
 * - A file that is replaced at the same moment, as editors do who save it, is opened again, three times at most.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as NodePath from "node:path"
import { confine, isInside, outside } from "./confine.ts"
import { Disk, type Info, type Opened } from "./Disk.ts"
import {
  FileChanged,
  isCaughtInTheAct,
  type LookupError,
  lookupError,
  Missing,
  NotAFile,
  type ReadError,
  readError
} from "./errors.ts"
import * as Walk from "./walk.ts"

/** Something below the folder. */
export interface Found {
  /** Relative to the folder, links resolved. */
  readonly path: string
  readonly type: "file" | "directory"
}

/** A file that is open. */
export interface OpenFile {
  /** In bytes, when it was opened: look at it before reading. */
  readonly size: number
  /** Its bytes, or a part of them: from a position on, so many at most. */
  readonly chunks: (from?: number, length?: number) => Stream.Stream<Uint8Array, ReadError>
}

/** Describes what lies below a folder. */
export interface SafeFolder {
  /** Finds what a path leads to. Neither file nor directory is `NotAFile`. */
  readonly find: (path: string) => Effect.Effect<Found, LookupError | NotAFile>
  /** Opens a file, which stays open as long as the scope. */
  readonly open: (path: string) => Effect.Effect<OpenFile, LookupError | NotAFile, Scope.Scope>
  /** Walks through what lies below a directory that was found. */
  readonly walk: (directory: string, options?: Walk.WalkOptions) => Stream.Stream<Walk.Entry | Walk.Warning>
}

/** Describes what to leave out. */
export interface Options {
  /** Absolute paths of folders that are not there for any caller: the server's own state. Default: none. */
  readonly without?: ReadonlyArray<string> | undefined
}

/** Says how many bytes are read at once. */
const chunkSize = 64 * 1024

const maxAttempts = 3

/**
 * Says how often a path is compared with what is open, where the system does not say where that lies. Who swaps folders without a
 * pause could deceive one comparison, but would have to guess the moment of each.
 */
const looks = 5

/** Makes a way to look at a folder. One that is no folder fails at once. */
export const make = Effect.fnUntraced(function*(root: string, { without = [] }: Options = {}): Effect.fn.Return<
  SafeFolder,
  PlatformError,
  FileSystem.FileSystem | Disk
> {
  const fs = yield* FileSystem.FileSystem
  const disk = yield* Disk
  yield* Effect.scoped(
    Effect.flatMap(disk.open(yield* fs.realPath(root)), (folder) => folder.list({ limit: 1, measures: () => false }))
  )

  /** Decides whether a real path is one of those, or below. */
  const leavesOut = Effect.map(
    Effect.forEach(without, (path) => Effect.orElseSucceed(fs.realPath(path), () => path)),
    (hidden) => (real: string): boolean => hidden.some((folder) => isInside(folder, real))
  )

  const resolve = Effect.fnUntraced(function*(path: string): Effect.fn.Return<string, LookupError | NotAFile> {
    const real = yield* confine(root, path).pipe(
      Effect.provideService(FileSystem.FileSystem, fs),
      Effect.retry({ times: 10, while: isCaughtInTheAct }),
      Effect.mapError((error): LookupError | NotAFile =>
        error._tag === "PermissionDenied" ? error : lookupError(path, error)
      )
    )
    return (yield* leavesOut)(real) ? yield* new Missing({ path }) : real
  })

  /** Whether what is open lies where it was looked for. */
  const isThere = Effect.fnUntraced(function*(opened: Opened, { identity }: Info, real: string) {
    const path = yield* opened.whereabouts
    if (path !== undefined) return path === real
    for (let look = 0; look < looks; look++) {
      if ((yield* fs.realPath(real)) !== real || (yield* disk.look(real)).identity !== identity) return false
    }
    return true
  })

  /** Opens what was resolved; undefined if it is something else by then, or somewhere else. */
  const openSame = Effect.fnUntraced(function*(real: string) {
    const opened = yield* disk.open(real)
    const info = yield* opened.info
    return (yield* isThere(opened, info, real)) ? { opened, info } : undefined
  }, Effect.catchIf(isCaughtInTheAct, () => Effect.succeed(undefined)))

  const find = Effect.fnUntraced(function*(path: string) {
    const real = yield* resolve(path)
    return yield* Effect.gen(function*() {
      const { kind } = yield* disk.look(real)
      if (kind !== "file" && kind !== "directory") return yield* new NotAFile({ path, kind: "other" })
      const found: Found = { path: relative(yield* fs.realPath(root), real), type: kind }
      return found
    }).pipe(explained(path))
  })

  const open = Effect.fnUntraced(function*(path: string) {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const real = yield* resolve(path)
      const same = yield* openSame(real).pipe(explained(path))
      if (same === undefined) continue
      const { info, opened } = same
      if (info.kind !== "file") {
        return yield* new NotAFile({
          path: path === "" ? "." : path,
          kind: info.kind === "directory" ? "directory" : "other"
        })
      }
      const file: OpenFile = { size: info.size, chunks: (from, length) => chunksOf(path, opened, info, from, length) }
      return file
    }
    return yield* outside(path)
  })

  const readFolder: Walk.ReadFolder = (path, options) =>
    Effect.scoped(Effect.gen(function*() {
      const real = NodePath.join(yield* fs.realPath(root), path)
      const isLeftOut = yield* leavesOut
      if (isLeftOut(real)) return undefined
      const same = yield* openSame(real)
      if (same?.info.kind !== "directory") return undefined // it became a link or a file meanwhile
      const { items, ...listing } = yield* same.opened.list(options)
      if (!(yield* isThere(same.opened, same.info, real))) return undefined
      return { ...listing, items: items.filter(({ name }) => !isLeftOut(NodePath.join(real, name))) }
    }))

  return { find, open, walk: (directory, options) => Walk.walk(readFolder, directory, options) }
})

const explained =
  (path: string) =>
  <A, R>(self: Effect.Effect<A, NotAFile | PlatformError, R>): Effect.Effect<A, LookupError | NotAFile, R> =>
    Effect.mapError(self, (error) => error._tag === "NotAFile" ? error : lookupError(path, error))

const relative = (root: string, real: string): string => {
  const path = NodePath.relative(root, real)
  return path === "" ? "." : path.split(NodePath.sep).join("/")
}

/** Reads what was there when the file was opened, and looks at the end whether it still is. */
const chunksOf = (path: string, { info, read }: Opened, before: Info, from = 0, length = Number.POSITIVE_INFINITY) => {
  const end = Math.min(before.size, from + length)
  const piece = Effect.fnUntraced(function*(position: number) {
    const bytes = position < end ? yield* read(position, Math.min(chunkSize, end - position)) : new Uint8Array()
    const next = position + bytes.length
    if (bytes.length > 0 && next < end) return [[bytes], Option.some(next)] as const
    if (next < end || isRewritten(before, yield* info)) return yield* new FileChanged({ path })
    return [bytes.length > 0 ? [bytes] : [], Option.none()] as const
  }, Effect.catchTag("PlatformError", (error) => Effect.fail(readError(path, error))))
  return Stream.paginate(from, piece)
}

/** Tests whether a file was rewritten: one that only grew is still what it was. */
const isRewritten = (before: Info, now: Info): boolean =>
  now.size < before.size || (now.size === before.size && now.modified !== before.modified)

/**
 * Opens files and folders without following links and without waiting, and says where an open one lies.
 *
 * effect's `FileSystem` has no words for this: it cannot open without waiting (a pipe without a writer holds a thread of
 * the pool for ever), reads a folder only whole, and does not say where a descriptor leads.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type PlatformError, systemError, type SystemErrorTag } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import type { BigIntStats, Dirent } from "node:fs"
import { constants, type FileHandle, lstat, open, opendir, readlink } from "node:fs/promises"
import * as NodePath from "node:path"

/** The kind of something in a folder. A link is not followed. */
export type Kind = "file" | "directory" | "link" | "other"

/** An open file or folder, as it is now. */
export interface Info {
  readonly kind: Kind
  /** In bytes. */
  readonly size: number
  /** When it was last written, in nanoseconds since 1970. */
  readonly modified: bigint
  /** Identifies it on this machine. */
  readonly identity: string
}

/** Something in a folder. */
export interface Item {
  readonly name: string
  readonly kind: Kind
  /** In bytes, where it was asked for. */
  readonly size?: number | undefined
}

/** Says how to read a folder. */
export interface ListOptions {
  /** Says how many items are read at most. */
  readonly limit: number
  /** Decides of which files the size is read. */
  readonly measures: (name: string) => boolean
}

/** Describes what is in a folder. */
export interface Listing {
  /** In the order of the disk. */
  readonly items: ReadonlyArray<Item>
  /** The items that are there but cannot be opened by the name that Node gives them. */
  readonly unreachable: ReadonlyArray<string>
  /** Says whether there are more items than the limit. */
  readonly isCut: boolean
}

/** A file or folder that is open. */
export interface Opened {
  readonly info: Effect.Effect<Info, PlatformError>
  /** The path it has now, links resolved; undefined where the system does not say. */
  readonly whereabouts: Effect.Effect<string | undefined>
  /** Reads so many bytes of a file from a position on: fewer at its end, none behind it. */
  readonly read: (position: number, length: number) => Effect.Effect<Uint8Array, PlatformError>
  /** Reads a folder. */
  readonly list: (options: ListOptions) => Effect.Effect<Listing, PlatformError>
}

/** The disk. */
export class Disk extends Context.Service<Disk, {
  /** Opens a file or folder for reading, as long as the scope: never through a link at its end, and without waiting. */
  readonly open: (path: string) => Effect.Effect<Opened, PlatformError, Scope.Scope>
  /** Looks at what has a path, without opening it and without following a link at its end. */
  readonly look: (path: string) => Effect.Effect<Info, PlatformError>
}>()("@errata/examples/shared/folder/Disk") {}

const tags: { readonly [code: string]: SystemErrorTag } = {
  ENOENT: "NotFound",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied",
  EISDIR: "BadResource",
  ENOTDIR: "BadResource",
  ELOOP: "BadResource"
}

const attempt = <A>(
  method: string,
  path: string,
  run: (signal: AbortSignal) => Promise<A>
): Effect.Effect<A, PlatformError> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      systemError({
        _tag: tags[(cause as { readonly code?: string }).code ?? ""] ?? "Unknown",
        module: "Disk",
        method,
        pathOrDescriptor: path,
        cause
      })
  })

/** Windows knows neither: there a link in the place of a file is found out afterwards. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Provides the real disk. */
export const layer: Layer.Layer<Disk> = Layer.succeed(
  Disk,
  Disk.of({
    open: (path) =>
      Effect.acquireRelease(
        attempt("open", path, () => open(path, flags)),
        (handle) => Effect.ignore(attempt("close", path, () => handle.close()))
      ).pipe(Effect.map((handle) => opened(path, handle))),
    look: (path) => Effect.map(attempt("look", path, () => lstat(path, { bigint: true })), infoOf)
  })
)

const opened = (path: string, handle: FileHandle): Opened => ({
  info: Effect.map(attempt("stat", path, () => handle.stat({ bigint: true })), infoOf),
  whereabouts: Effect.orElseSucceed(attempt("readlink", path, () => readlink(descriptor(handle))), () => undefined),
  read: (position, length) =>
    attempt("read", path, async () => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position)
      return buffer.subarray(0, bytesRead)
    }),
  list: (options) =>
    attempt("list", path, (signal) => list(process.platform === "linux" ? descriptor(handle) : path, options, signal))
})

/** Leads to what is open, whatever became of its path. */
const descriptor = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`

const infoOf = (stats: BigIntStats): Info => ({
  kind: kindOf(stats),
  size: Number(stats.size),
  modified: stats.mtimeNs,
  identity: `${stats.dev}:${stats.ino}`
})

const kindOf = (entry: Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink">): Kind =>
  entry.isFile() ? "file" : entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "link" : "other"

const list = async (path: string, { limit, measures }: ListOptions, signal: AbortSignal): Promise<Listing> => {
  const items: Array<Item> = []
  const unreachable: Array<string> = []
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    if (signal.aborted || items.length + unreachable.length >= limit) return { items, unreachable, isCut: true }
    const { name } = entry
    const isDoubtful = name.includes("\ufffd") // it may stand for bytes that are no UTF-8
    if (!isDoubtful && kindOf(entry) !== "other" && !(entry.isFile() && measures(name))) {
      items.push({ name, kind: kindOf(entry) })
      continue
    }
    const stats = await lstat(NodePath.join(path, name)).catch(() => undefined) // some file systems tell no kinds
    if (stats !== undefined) items.push({ name, kind: kindOf(stats), size: stats.size })
    else if (isDoubtful) unreachable.push(name)
  }
  return { items, unreachable, isCut: false }
}

/**
 * Provides the files of the root folder, in the words of this server.
 */
import * as Suggestion from "@errata/core/Suggestion"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Disk } from "../shared/folder/Disk.ts"
import type { LookupError as FolderError, Missing, NotAFile } from "../shared/folder/errors.ts"
import * as SafeFolder from "../shared/folder/SafeFolder.ts"
import type * as Walk from "../shared/folder/walk.ts"
import { PathNotFound } from "./errors.ts"
import { Settings } from "./settings.ts"

export type { ReadError } from "../shared/folder/errors.ts"
export type { OpenFile } from "../shared/folder/SafeFolder.ts"

/** Describes what may go wrong with any path. */
export type LookupError = PathNotFound | Exclude<FolderError, Missing>

/** The files of the root folder. */
export class Root extends Context.Service<Root, {
  /** Finds what a path leads to. Neither file nor directory is `NotAFile`. */
  readonly find: (path: string) => Effect.Effect<SafeFolder.Found, LookupError | NotAFile>
  /** Opens a file, which stays open as long as the scope. */
  readonly open: (path: string) => Effect.Effect<SafeFolder.OpenFile, LookupError | NotAFile, Scope.Scope>
  /** Lets so many whole texts be held at once, whoever asks for them. */
  readonly holding: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Returns what lies below a directory, what is near first, in the order of the names, with what was not looked at. */
  readonly below: (directory: string) => Stream.Stream<Walk.Entry | Walk.Warning>
  /** The paths that a caller may have meant by one that is not there. */
  readonly similar: (path: string) => Effect.Effect<ReadonlyArray<string>>
}>()("@errata/examples/files/Root") {}

/** Says how many whole texts are held in memory at once. */
const maxHeld = 16

/** How long the list of all paths is good enough to suggest some. */
const listIsFresh = Duration.seconds(2)

/** Says how many paths are listed to find one that was meant: a walk costs more than the comparison. */
const maxAlternatives = 20_000

/** Provides the root in the settings. A root that is no directory fails at once. */
export const layer: Layer.Layer<Root, PlatformError, Settings | FileSystem.FileSystem | Disk> = Layer.effect(
  Root,
  Effect.gen(function*() {
    const folder = yield* SafeFolder.make((yield* Settings).root)
    const held = yield* Semaphore.make(maxHeld)
    const paths = yield* Effect.cachedWithTTL(
      folder.walk(".", { maxEntries: maxAlternatives }).pipe(
        Stream.filter((seen) => seen._tag === "Entry"),
        Stream.map(({ path }) => path),
        Stream.runCollect
      ),
      listIsFresh
    )
    return Root.of({
      find: (path) => named(folder.find(path)),
      open: (path) => named(folder.open(path)),
      holding: held.withPermits(1),
      below: folder.walk,
      similar: (path) => Effect.map(paths, (all) => similar(path, all))
    })
  })
)

const named = <A, R>(
  self: Effect.Effect<A, FolderError | NotAFile, R>
): Effect.Effect<A, LookupError | NotAFile, R> =>
  Effect.mapError(self, (error) => error._tag === "Missing" ? new PathNotFound({ path: error.path }) : error)

/** Paths that look alike, then those whose last name does. The folders that a path names are no news. */
const similar = (path: string, all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wanted = path.toLowerCase()
  const others = all.filter((other) => other !== path && !wanted.startsWith(`${other.toLowerCase()}/`))
  const names = new Set(Suggestion.similar(lastName(path), new Set(others.map(lastName))))
  return [...new Set([...Suggestion.similar(path, others), ...others.filter((other) => names.has(lastName(other)))])]
    .slice(0, 5)
}

const lastName = (path: string): string => path.slice(path.replace(/\/+$/, "").lastIndexOf("/") + 1)

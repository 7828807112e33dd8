/**
 * Keeps paths inside a folder.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as NodePath from "node:path"

/** Makes the error that a path is refused with. */
export const outside = (path: string): Errors.PermissionDenied =>
  ToolError.withGuidance(new Errors.PermissionDenied({ action: "read", resource: path }), {
    suggestion: "Give a path relative to the root folder that stays inside it"
  })

/**
 * Resolves a path relative to a root. An absolute path, one that climbs out by `..`, one with a NUL, and a link that leads
 * out or nowhere are all `PermissionDenied`, whether there is something at the end or not; a file that does not exist
 * inside is the file system's `NotFound`.
 */
export const confine = Effect.fnUntraced(function*(root: string, path: string): Effect.fn.Return<
  string,
  Errors.PermissionDenied | PlatformError,
  FileSystem.FileSystem
> {
  if (path.includes("\0") || NodePath.isAbsolute(path) || NodePath.win32.isAbsolute(path) || climbsOut(path)) {
    return yield* outside(path)
  }
  const fs = yield* FileSystem.FileSystem
  const realRoot = yield* fs.realPath(root)
  const wanted = NodePath.resolve(realRoot, path)
  if (!isInside(realRoot, wanted)) return yield* outside(path)
  const real = yield* Effect.catch(fs.realPath(wanted), (error) =>
    Effect.flatMap(
      lastKnown(fs, wanted),
      ({ folder, isLink }): Effect.Effect<string, Errors.PermissionDenied | PlatformError> =>
        isInside(realRoot, folder) && !(isLink && error.reason._tag === "NotFound")
          ? Effect.fail(error)
          : Effect.fail(outside(path))
    ))
  return isInside(realRoot, real) ? real : yield* outside(path)
})

/**
 * Tests whether a path leaves its folder on the way, by either system's separators: one that comes back would tell whoever
 * guesses what the folder is called.
 */
const climbsOut = (path: string): boolean => {
  let depth = 0
  for (const name of path.split(/[\\/]/)) {
    if (name === "..") depth--
    else if (name !== "" && name !== ".") depth++
    if (depth < 0) return true
  }
  return false
}

/**
 * Returns the nearest folder that is there, and whether what is missing in it is a link. They decide about what is not there, so
 * that no caller can ask what is outside.
 */
const lastKnown = (
  fs: FileSystem.FileSystem,
  path: string
): Effect.Effect<{ readonly folder: string; readonly isLink: boolean }> => {
  const parent = NodePath.dirname(path)
  if (parent === path) return Effect.succeed({ folder: path, isLink: false })
  return Effect.matchEffect(fs.realPath(parent), {
    onFailure: () => lastKnown(fs, parent),
    onSuccess: (folder) => Effect.map(Effect.isSuccess(fs.readLink(path)), (isLink) => ({ folder, isLink }))
  })
}

/** Tests whether a real path is that of a folder, or below it. */
export const isInside = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(NodePath.sep) ? root : root + NodePath.sep)

/**
 * Keeps paths inside a folder.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as NodePath from "node:path"

const outside = (path: string): Errors.PermissionDenied =>
  ToolError.withGuidance(new Errors.PermissionDenied({ action: "read", resource: path }), {
    suggestion: "Give a path relative to the root folder that stays inside it"
  })

/**
 * Resolves a path relative to a root. An absolute path, one that climbs out by `..`, one with a NUL, and a link that leads
 * out are all `PermissionDenied`; a file that does not exist is the file system's `NotFound`.
 */
export const confine = Effect.fnUntraced(function*(root: string, path: string): Effect.fn.Return<
  string,
  Errors.PermissionDenied | PlatformError,
  FileSystem.FileSystem
> {
  if (path.includes("\0") || NodePath.isAbsolute(path) || NodePath.win32.isAbsolute(path)) return yield* outside(path)
  const fs = yield* FileSystem.FileSystem
  const realRoot = yield* fs.realPath(root)
  const wanted = NodePath.resolve(realRoot, path)
  if (!isInside(realRoot, wanted)) return yield* outside(path)
  const real = yield* fs.realPath(wanted)
  return isInside(realRoot, real) ? real : yield* outside(path)
})

const isInside = (root: string, path: string): boolean => path === root || path.startsWith(root + NodePath.sep)

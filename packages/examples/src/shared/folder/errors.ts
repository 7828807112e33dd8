/**
 * Names what can go wrong with a path below a folder, and with a file that is there.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Data from "effect/Data"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { outside } from "./confine.ts"

/** Nothing below the folder has that path. Each server has its own word for it. */
export class Missing extends Data.TaggedError("Missing")<{ readonly path: string }> {}

/** A directory, a socket or the like. */
export class NotAFile extends ToolError.Permanent<NotAFile>()("NotAFile", {
  path: Schema.String,
  kind: Schema.Literals(["directory", "other"])
}, {
  type: "unsupported",
  when: "The path is that of a directory, a socket or the like",
  message: (e) => e.kind === "directory" ? `${e.path} is a directory` : `${e.path} is not a regular file`,
  suggestion: "Give the path of a file"
}) {}

/** Another program cut or rewrote the file while it was read, so that what was read fits neither the old nor the new one. */
export class FileChanged extends ToolError.Transient<FileChanged>()("FileChanged", { path: Schema.String }, {
  type: "unavailable",
  when:
    "Another program cut or rewrote the file while it was read, so that what was read fits neither the old nor the new one",
  message: (e) => `${e.path} changed while it was read`,
  suggestion: "Call again when nobody writes to it"
}) {}

/** Describes what may go wrong with the disk. */
type DiskError = Errors.Overloaded | Errors.ProcessingError

/** What may go wrong while a file is read. */
export type ReadError = FileChanged | DiskError

/** Describes what may go wrong with any path. */
export type LookupError = Missing | Errors.PermissionDenied | DiskError

const codeOf = ({ reason }: PlatformError): unknown => (reason.cause as { readonly code?: unknown } | undefined)?.code

/**
 * Explains why a path leads nowhere. One that cannot be is missing: below a file, or with a name longer than any file's. A
 * circle of links is refused, and what has no bytes to open is no file.
 */
export const lookupError = (path: string, error: PlatformError): LookupError | NotAFile => {
  switch (codeOf(error)) {
    case "ENOTDIR":
    case "ENAMETOOLONG":
      return new Missing({ path })
    case "ELOOP":
      return outside(path)
    case "EISDIR":
      return new NotAFile({ path, kind: "directory" })
    case "ENXIO":
      return new NotAFile({ path, kind: "other" })
  }
  switch (error.reason._tag) {
    case "NotFound":
      return new Missing({ path })
    case "PermissionDenied":
      return new Errors.PermissionDenied({ action: "read", resource: path, cause: error })
    default:
      return readError(path, error)
  }
}

/** Explains why a file that is there cannot be read. */
export const readError = (path: string, error: PlatformError): DiskError =>
  hasNoHandles(error)
    ? new Errors.Overloaded({ service: "The file system", cause: error })
    : new Errors.ProcessingError({ operation: `Reading ${path}`, cause: error })

const hasNoHandles = (error: PlatformError): boolean => codeOf(error) === "EMFILE" || codeOf(error) === "ENFILE"

/** Tests whether a link became a file between two looks of the file system at it. */
export const isCaughtInTheAct = (error: PlatformError | Errors.PermissionDenied): boolean =>
  error._tag === "PlatformError" && codeOf(error) === "EINVAL"

/** Says in a few words why a folder cannot be looked into; undefined if it is simply no longer there. */
export const reasonOf = (error: PlatformError): string | undefined => {
  switch (error.reason._tag) {
    case "NotFound":
    case "BadResource":
      return undefined
    case "PermissionDenied":
      return "no permission to read it"
    default:
      return hasNoHandles(error)
        ? "too many files are open"
        : codeOf(error) === "ENAMETOOLONG"
        ? "its path is too long"
        : "it cannot be read"
  }
}

/**
 * Says to an error where to go from there: names that may have been meant, and calls that help.
 */
import type * as Errors from "@errata/core/Errors"
import type { RecoveryStep } from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { NotAFile } from "../shared/folder/errors.ts"
import type { PathNotFound } from "./errors.ts"
import { Root } from "./Root.ts"
import { longestQuery, searchFiles } from "./tools.ts"

/** Says how a tool goes on with a file of a directory that it was given; undefined if it cannot. */
export type Use = (file: string) => RecoveryStep | undefined

/** Adds directions to the errors that any path may lead to. */
export const directed =
  (use: Use = () => undefined) =>
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Root> =>
    Effect.tapError(self, (error) => direct(error as ToolError.Any as Known, use))

type Known = PathNotFound | NotAFile | Errors.PermissionDenied

const direct = Effect.fnUntraced(function*(error: Known, use: Use) {
  switch (error._tag) {
    case "PathNotFound": {
      const similarMatches = yield* alternatives(error)
      return ToolError.withGuidance(error, {
        similarMatches,
        steps: searchFor(error.path, "Search for it by its name")
      })
    }
    case "NotAFile":
      return error.kind === "other" ? error : yield* lookInside(error, use)
    case "PermissionDenied": {
      const action = "Search for it inside the root"
      const similarMatches = yield* alternatives(error)
      const steps = searchFor(error.resource, action)
      return ToolError.withGuidance(error, {
        similarMatches,
        steps: steps.length > 0 ? steps : [Tool.step(searchFiles, {}, { action, fill: ["query"] })]
      })
    }
  }
})

const searchFor = (path: string, action: string): ReadonlyArray<RecoveryStep> => {
  const query = queryFor(path)
  return query === undefined ? [] : [Tool.step(searchFiles, { query }, { action })]
}

/** Says how many names of a directory are looked at. */
const maxInside = 200

/** Returns the paths that a caller may have meant: near ones inside the root, or what is in a directory. */
export const alternatives = Effect.fnUntraced(function*(error: Known) {
  const root = yield* Root
  if (error._tag === "PathNotFound") return yield* root.similar(error.path)
  if (error._tag === "PermissionDenied") return yield* root.similar(error.resource)
  const { files, folders } = yield* inside(error)
  return [...files, ...folders].slice(0, 5)
})

/** Finds what is in a directory; nothing is in what is no directory. */
const inside = Effect.fnUntraced(function*(error: NotAFile) {
  const root = yield* Root
  const { path } = yield* Effect.orElseSucceed(root.find(error.path), () => error) // what a link leads to
  const entries = yield* root.below(path).pipe(
    Stream.filter((seen) => seen._tag === "Entry"),
    Stream.take(maxInside),
    Stream.takeWhile((entry) => folderOf(entry.path) === path),
    Stream.runCollect
  )
  return {
    path,
    files: entries.filter(({ type }) => type === "file").map(({ path }) => path),
    folders: entries.filter(({ type }) => type === "directory").map(({ path }) => path)
  }
})

/** Says what is in a directory, files first, and what to do with the first one that the tool can take. */
const lookInside = Effect.fnUntraced(function*(error: NotAFile, use: Use) {
  const { files, folders, path } = yield* inside(error)
  const steps = files.flatMap((file) => use(file) ?? []).slice(0, 1)
  return ToolError.withGuidance(error, {
    similarMatches: [...files, ...folders].slice(0, 5),
    steps: steps.length > 0 ? steps : searchIn(path, folders[0])
  })
})

/** Every path below a directory has its name, so that a search for it lists them all. */
const searchIn = (path: string, folder: string | undefined): ReadonlyArray<RecoveryStep> => {
  const name = path === "." ? folder : path.split("/").at(-1)
  return name === undefined || Array.from(name).length < 2 || folder === undefined
    ? []
    : [Tool.step(searchFiles, { query: name, path }, { action: "Look at what is in it" })]
}

const folderOf = (path: string): string => path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "."

/** Returns the last name of a path, without its extension, if one can search for it. */
const queryFor = (path: string): string | undefined => {
  const name = path.split("/").findLast((name) => name !== "") ?? ""
  const stem = name.replace(/(?!^)\.[^.]*$/, "")
  const characters = Array.from(stem).slice(0, longestQuery)
  return characters.length < 2 ? undefined : characters.join("").toWellFormed()
}

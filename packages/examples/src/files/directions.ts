/**
 * Says to an error where to go from there: names that may have been meant, and calls that help.
 */
import type * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import type { NotAFile } from "../shared/folder/errors.ts"
import type { PathNotFound } from "./errors.ts"
import { Root } from "./Root.ts"
import { longestQuery, searchFiles } from "./tools.ts"

/** Adds directions to the errors that any path may lead to. */
export const directed = <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Root> =>
  Effect.tapError(self, (error) => direct(error as ToolError.Any as Known))

type Known = PathNotFound | NotAFile | Errors.PermissionDenied

const direct = Effect.fnUntraced(function*(error: Known) {
  switch (error._tag) {
    case "PathNotFound": {
      const similarMatches = yield* (yield* Root).similar(error.path)
      const query = queryFor(error.path)
      const steps = query === undefined
        ? []
        : [Tool.step(searchFiles, { query }, { action: "Search for it by its name" })]
      return ToolError.withGuidance(error, { similarMatches, steps })
    }
    case "NotAFile":
      return error.kind === "other" ? error : ToolError.withGuidance(error, {
        steps: [Tool.step(searchFiles, { path: error.path }, { action: "Search the files in it", fill: ["query"] })]
      })
    case "PermissionDenied":
      return ToolError.withGuidance(error, {
        steps: [Tool.step(searchFiles, {}, { action: "Search for it inside the root", fill: ["query"] })]
      })
  }
})

/** The last name of a path, without its extension, if one can search for it. */
const queryFor = (path: string): string | undefined => {
  const name = path.split("/").findLast((name) => name !== "") ?? ""
  const stem = name.replace(/(?!^)\.[^.]*$/, "")
  const characters = Array.from(stem).slice(0, longestQuery)
  return characters.length < 2 ? undefined : characters.join("").toWellFormed()
}

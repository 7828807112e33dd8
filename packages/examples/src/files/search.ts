/**
 * Finds files by their names and by what is in them.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { directed } from "./directions.ts"
import { readText } from "./readFile.ts"
import { type Entry, Root } from "./Root.ts"
import type * as Tools from "./tools.ts"

type Match = typeof Tools.Match.Type

/** How many files and directories are looked at. */
const maxEntries = 10_000

/** How large a file may be whose lines are looked at. */
const maxBytes = 1024 * 1024

/** How much of a line is shown, in characters. */
const maxLine = 200

interface Searched {
  readonly matches: ReadonlyArray<Match>
  /** Whether the lines could not be looked at. */
  readonly isNameOnly: boolean
}

/** The handler of `search_files`. */
export const searchFiles = Effect.fnUntraced(
  function*({ max_results = 10, path = ".", query }: typeof Tools.searchFiles.input.Type) {
    const root = yield* Root
    const start = yield* root.find(path)
    const entries = start.type === "file" ? Stream.succeed(start) : root.below(start.path)
    const matches: Array<Match> = []
    let seen = 0
    let names_only = 0
    yield* entries.pipe(
      Stream.take(maxEntries),
      Stream.mapEffect((entry) => search(entry, query.toLowerCase(), max_results + 1), { concurrency: 8 }),
      Stream.runForEachWhile((searched) => {
        seen++
        if (searched.isNameOnly) names_only++
        matches.push(...searched.matches)
        return Effect.succeed(matches.length <= max_results)
      })
    )
    return {
      matches: matches.slice(0, max_results),
      count: Math.min(matches.length, max_results),
      truncated: matches.length > max_results || seen === maxEntries,
      searched_path: start.path,
      names_only
    }
  },
  directed
)

const search = ({ path, type }: Entry, query: string, limit: number): Effect.Effect<Searched, never, Root> => {
  const named: ReadonlyArray<Match> = path.toLowerCase().includes(query) ? [{ path, type }] : []
  if (type === "directory") return Effect.succeed({ matches: named, isNameOnly: false })
  return Effect.match(readText(path, maxBytes), {
    onFailure: () => ({ matches: named, isNameOnly: true }), // one file that cannot be read costs that file
    onSuccess: ({ text }) => ({ matches: [...named, ...linesWith(query, text, path, limit)], isNameOnly: false })
  })
}

const linesWith = (query: string, text: string, path: string, limit: number): ReadonlyArray<Match> => {
  if (!text.toLowerCase().includes(query)) return []
  const matches: Array<Match> = []
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (matches.length >= limit) break
    const at = line.toLowerCase().indexOf(query)
    if (at >= 0) matches.push({ path, type: "file", line: i + 1, text: excerpt(line, at) })
  }
  return matches
}

/** A line, or as much of it as is shown, around an index. */
const excerpt = (line: string, at: number): string => {
  if (line.length <= maxLine) return line
  const from = Math.max(0, Math.min(at - maxLine / 4, line.length - maxLine))
  return `${from > 0 ? "…" : ""}${line.slice(from, from + maxLine).toWellFormed()}${
    from + maxLine < line.length ? "…" : ""
  }`
}

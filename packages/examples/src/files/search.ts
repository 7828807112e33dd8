/**
 * Finds files by their names and by what is in them.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Found } from "../shared/folder/SafeFolder.ts"
import * as Walk from "../shared/folder/walk.ts"
import { directed } from "./directions.ts"
import { readText } from "./readFile.ts"
import { Root } from "./Root.ts"
import type * as Tools from "./tools.ts"

type Match = typeof Tools.Match.Type

/** Says how large a file may be whose lines are looked at. */
const maxBytes = 1024 * 1024

/** How many bytes of files are looked at in all, so that a search ends before its caller gives up. */
const maxTotalBytes = 256 * 1024 * 1024

/** Says how much of a line is shown, in characters. */
const maxLine = 200

/** How long all matches may be together, in characters. */
const maxReply = 60_000

interface Searched {
  readonly matches: ReadonlyArray<Match>
  /** Says whether the lines could not be looked at. */
  readonly isNameOnly: boolean
  /** Says how many bytes were looked at. */
  readonly bytes: number
}

/** The handler of `search_files`. */
export const searchFiles = Effect.fnUntraced(
  function*({ max_results = 10, path = ".", query }: typeof Tools.searchFiles.input.Type) {
    const root = yield* Root
    const start = yield* root.find(path)
    const tally = makeTally(max_results, start.path)
    const seen: Stream.Stream<Found | Walk.Entry | Walk.Warning> = start.type === "file"
      ? Stream.succeed(start)
      : root.below(start.path)
    yield* seen.pipe(
      Stream.mapEffect(
        (one): Effect.Effect<Searched | Walk.Warning, never, Root> =>
          "reason" in one ? Effect.succeed(one) : search(one, query.toLowerCase(), max_results + 1),
        { concurrency: 8 }
      ),
      Stream.runForEachWhile((one) => Effect.sync(() => tally.take(one)))
    )
    return { ...tally.result(), searched_path: start.path }
  },
  directed()
)

/** Counts what was found until nothing more fits into the reply, or enough was looked at. */
const makeTally = (maxResults: number, path: string) => {
  const matches: Array<Match> = []
  const warnings: Array<Walk.Warning> = []
  let names_only = 0
  let bytes = 0
  let room = maxReply
  let truncated = false
  return {
    /** Takes what was seen next and says whether more is wanted. */
    take: (one: Searched | Walk.Warning): boolean => {
      if ("reason" in one) return warnings.push(one) > 0
      if (one.isNameOnly) names_only++
      bytes += one.bytes
      for (const match of one.matches) {
        room -= JSON.stringify(match).length
        truncated ||= matches.length === maxResults || room < 0
        if (!truncated) matches.push(match)
      }
      if (bytes > maxTotalBytes) {
        warnings.push({
          _tag: "Warning",
          path,
          reason: `only the first ${maxTotalBytes / 1024 / 1024} MB of its files were looked at`
        })
      }
      return !truncated && bytes <= maxTotalBytes
    },
    result: () => ({
      matches,
      count: matches.length,
      truncated: truncated || warnings.length > 0,
      names_only,
      ...warnings.length === 0 ? {} : { warnings: Walk.told(warnings) }
    })
  }
}

const search = (
  { path, type }: Found,
  query: string,
  limit: number
): Effect.Effect<Searched, never, Root> => {
  const named: ReadonlyArray<Match> = path.toLowerCase().includes(query) ? [{ path, type }] : []
  if (type === "directory") return Effect.succeed({ matches: named, isNameOnly: false, bytes: 0 })
  return Root.use(({ holding }) =>
    holding(Effect.match(readText(path, maxBytes), {
      onFailure: () => ({ matches: named, isNameOnly: true, bytes: 0 }), // one file that cannot be read costs that file
      onSuccess: ({ size, text }) => ({
        matches: [...named, ...linesWith(query, text, path, limit)],
        isNameOnly: false,
        bytes: size
      })
    }))
  )
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

/** Returns a line, or as much of it as is shown, around an index. */
const excerpt = (line: string, at: number): string => {
  if (line.length <= maxLine) return line
  const from = Math.max(0, Math.min(at - maxLine / 4, line.length - maxLine))
  return `${from > 0 ? "…" : ""}${line.slice(from, from + maxLine).toWellFormed()}${
    from + maxLine < line.length ? "…" : ""
  }`
}

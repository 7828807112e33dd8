import { textBlocks } from "../../../fold/internal/lifted.ts"
import { read } from "../../../fold/internal/readProperty.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import * as Meta from "../../../fold/Meta.ts"
import { attempt } from "../attempt.ts"
import type { Known } from "../known.ts"
import type { Options } from "../options.ts"
import { siteOf } from "../own.ts"
import type { Becomes, Kind, Sighting, Tomorrow } from "./model.ts"
import { testOf } from "./paste.ts"
import { shapeOf, shared, sharedName } from "./sentence.ts"

interface Seen {
  readonly options: Options
  readonly known: Known
  /** Resolves with the reply, rejects with what would be thrown at the SDK. */
  readonly trial: () => Promise<unknown>
}

/** Makes a sighting of what was thrown. */
export const sightFailure = (failure: unknown, seen: Seen): Sighting => {
  const { known } = seen
  const words = wordsOf(failure)
  const at = siteOf(failure, known.origin)
  const test = testOf(failure, known.redactor)
  return {
    ...common("thrown", words, seen),
    error: sharedName(classOf(failure), known),
    ...at === undefined ? {} : { at: sharedName(at, known) },
    ...test === undefined ? {} : { test }
  }
}

/** Makes a sighting of what was returned, or said by the SDK. */
export const sightWords = (
  words: string,
  seen: Seen & { readonly kind: Exclude<Kind, "thrown">; readonly error: string }
): Sighting => ({ ...common(seen.kind, words, seen), error: seen.error })

const common = (kind: Kind, words: string, { known, options, trial }: Seen) => ({
  tool: sharedName(options.name ?? "tool", known),
  kind,
  shape: shapeOf(words, known),
  today: () => shared(words, known),
  tomorrow: () => tried(trial, known, options.metaPrefix)
})

/** Returns what an SDK sends of what was thrown. */
const wordsOf = (failure: unknown): string => {
  const message = read(failure, "message")
  return typeof message === "string" ? message : attempt(() => String(failure)) ?? typeof failure
}

const classOf = (failure: unknown): string => {
  if (typeof failure === "string") return "text"
  const name = read(failure, "name")
  if (typeof name === "string" && name !== "" && name !== "Error") return name
  const constructor = read(read(failure, "constructor"), "name")
  return typeof constructor === "string" && constructor !== "" ? constructor : typeof failure
}

const tried = async (trial: Seen["trial"], known: Known, metaPrefix = Meta.defaultPrefix): Promise<Tomorrow> => {
  const reply = await trial().catch((error: unknown) => error)
  const meta = read(reply, "_meta") ?? read(reply, "data")
  const problem = isRecord(meta) ? Meta.problem(meta, [metaPrefix]) : undefined
  const content = read(reply, "content")
  const words = content === undefined ? wordsOf(reply) : textBlocks(content).join("\n")
  const becomes = problem === undefined ? "classified" : becomesOf(problem.type, problem.error, problem.issues)
  return {
    words: shared(words.replace(/\n?Reference: [0-9a-f]{8}\s*$/, ""), known).words,
    becomes,
    ...problem === undefined ? {} : { type: problem.type, category: problem.category },
    isUndeclared: problem?.retry.reason === "undeclared_safety"
  }
}

const becomesOf = (type: string, error: string, issues: ReadonlyArray<unknown> | undefined): Becomes => {
  if (type === "internal_error") return "masked"
  if (error === "HandlerFailed") return "kept"
  return issues !== undefined && issues.length > 0 ? "itemized" : "classified"
}

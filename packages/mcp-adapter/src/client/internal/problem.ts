import { makeMark, type Mark } from "@errata/core/internal/mark"
import { shorten } from "@errata/core/internal/shorten"
import * as Limits from "@errata/core/Limits"
import * as Problem from "@errata/core/Problem"
import * as SchemaParser from "effect/SchemaParser"
import { readOther } from "../../fold/encoder/named.ts"
import { problemDetails } from "../../fold/encoder/problemDetails.ts"
import { jsonIn, textBlocks } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { readTold, toProblem } from "../../fold/internal/told.ts"
import { problemInLines } from "./lines.ts"
import type { DecodeOptions, ResultLike } from "./model.ts"
import { withoutPrefix } from "./prefix.ts"

/**
 * Returns the problem in a result: in `_meta`, or, since proxies strip that, in `structuredContent.error` or in a block of text,
 * which count only in a result that says that it is an error. What `_meta` leaves out is filled in from there.
 */
export const problemIn = (result: ResultLike, options: DecodeOptions = {}): Problem.Problem | undefined => {
  const { metaPrefixes, now } = options
  const meta = isRecord(result._meta) ? result._meta : undefined
  const told = readTold(meta, metaPrefixes)
  if (told?.message !== undefined) return toProblem(told)
  if (told === undefined && result.isError !== true) return undefined
  const beside = problemBeside(result)
  if (told === undefined) return fuller(readOther(meta, metaPrefixes, { now }), beside, result)
  return beside?.reference_id === told.reference_id ? { ...beside, ...told } : toProblem(told)
}

/** Joins another form of the problem with what the text says: a `ToolFailure` has no message. */
const fuller = (
  other: Problem.Problem | undefined,
  beside: Problem.Problem | undefined,
  { content }: ResultLike
): Problem.Problem | undefined => {
  if (other?.error !== "ToolFailure") return other ?? beside
  if (beside?.reference_id === other.reference_id) {
    return { ...other, ...beside, retry: { ...beside.retry, ...other.retry } }
  }
  const [text = ""] = textBlocks(content)
  const said = withoutPrefix(text).trim()
  return said === "" ? other : { ...other, message: shorten(said, Limits.defaults.message) }
}

/** Bounds how many blocks are read in search of a problem: it stands in one of the first. */
const mostBlocks = 100

/** Returns the problem that stands beside `_meta`, in structured content or in a text. */
export const problemBeside = ({ content, structuredContent: structured }: ResultLike): Problem.Problem | undefined => {
  const beside = isRecord(structured) ? asProblem(structured["error"]) : undefined
  if (beside !== undefined) return beside
  for (const block of textBlocks(content).slice(0, mostBlocks)) {
    const text = withoutPrefix(block)
    const json = jsonIn(text)
    const written = asProblem(json) ?? bodyIn(json) ?? asProblem(jsonIn(text.slice(text.indexOf("\n") + 1))) ??
      problemInLines(text)
    if (written !== undefined) return written
  }
  return undefined
}

const details = problemDetails()

/** Reads problem details (RFC 9457) that a server wrote as its text. */
const bodyIn = (json: unknown): Problem.Problem | undefined =>
  isRecord(json) && typeof json["type"] === "string" && typeof json["title"] === "string"
    ? details.decode(json)
    : undefined

const decode = SchemaParser.decodeUnknownResult(Problem.Problem)

/** Returns a problem, if the value is one. */
export const asProblem = (value: unknown): Problem.Problem | undefined => {
  if (!isRecord(value)) return undefined
  try {
    const decoded = decode(value)
    return decoded._tag === "Success" ? decoded.success : undefined
  } catch {
    return undefined // no JSON: it never went over a wire
  }
}

/** Holds what an error was made of: its problem, and the result that told it, if one did. */
interface Origin {
  readonly problem: Problem.Problem
  readonly result: ResultLike | undefined
}

const origin: Mark<Origin> = /*#__PURE__*/ makeMark("origin")

/** Notes on an error what it was made of. Returns the same error. */
export const madeOf = <E extends object>(error: E, problem: Problem.Problem, result?: ResultLike): E => {
  origin.put(error, { problem, result })
  return error
}

/** Returns the problem that an error was made of. */
export const problemOf = (error: object): Problem.Problem | undefined => origin.of(error)?.problem

/** Returns the result that an error was made of. */
export const resultOf = (error: object): ResultLike | undefined => origin.of(error)?.result

import type * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { textBlocks } from "../lifted.ts"
import { isRecord } from "../resultLike.ts"
import type { ResultLike } from "./problem.ts"

/** An output that fits. */
export interface Fitting {
  readonly value: unknown
}

/**
 * The output in a result: in `structuredContent`, or, from servers that never set it, in the text. `undefined` if none fits.
 */
export const outputIn = (result: ResultLike, tool: Tool.Any): Fitting | undefined => {
  if (tool.output.ast._tag === "Void") return { value: undefined }
  const decode = SchemaParser.decodeUnknownResult(
    Schema.toCodecJson(tool.output as Schema.Codec<unknown, unknown>)
  )
  for (const candidate of candidatesIn(result)) {
    const decoded = decode(candidate)
    if (decoded._tag === "Success") return { value: decoded.success }
  }
  return undefined
}

const candidatesIn = (result: ResultLike): ReadonlyArray<unknown> => {
  const { content, structuredContent: structured } = result
  if (structured !== undefined) return unwrapped(structured)
  const texts = textBlocks(content)
  if (texts.length === 0) return []
  const text = texts.join("\n")
  const json = parsed(text)
  // a text of digits is a string first: only what is written as an object or a list is surely meant as JSON
  return typeof json === "object" && json !== null
    ? [...unwrapped(json), text]
    : json === undefined
    ? [text]
    : [text, json]
}

/** What is no object travels as `{ result }`. */
const unwrapped = (value: unknown): ReadonlyArray<unknown> =>
  isRecord(value) && Object.hasOwn(value, "result") ? [value, value["result"]] : [value]

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

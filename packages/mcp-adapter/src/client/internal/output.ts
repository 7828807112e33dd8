import { isObject } from "@errata/core/internal/jsonSchema"
import type * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { isPending, textBlocks } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import type { ResultLike } from "./model.ts"

/** Describes an output that fits. */
export interface Fitting {
  readonly value: unknown
}

/**
 * Returns the output in a result: in `structuredContent`, or, from servers that never set it, in the text. `undefined` if none
 * fits.
 */
export const outputIn = (result: ResultLike, tool: Tool.Any): Fitting | undefined => {
  if (tool.output.ast._tag === "Void") return isRecord(result) && isPending(result) ? undefined : { value: undefined }
  const decode = SchemaParser.decodeUnknownResult(
    Schema.toCodecJson(tool.output as Schema.Codec<unknown, unknown>)
  )
  for (const candidate of candidatesIn(result, isObject(tool.output))) {
    const decoded = decode(candidate)
    if (decoded._tag === "Success") return { value: decoded.success }
  }
  return undefined
}

const candidatesIn = (result: ResultLike, isObject: boolean): ReadonlyArray<unknown> => {
  const { content, structuredContent: structured } = result
  if (structured !== undefined && structured !== null) return unwrapped(structured, isObject)
  const texts = textBlocks(content)
  if (texts.length === 0) return []
  const text = texts.join("\n")
  const json = parsed(text)
  // a text of digits is a string first: only what is written as an object or a list is surely meant as JSON
  return typeof json === "object" && json !== null
    ? [...unwrapped(json, isObject), text]
    : json === undefined
    ? [text]
    : [text, json]
}

/** Unwraps what is not always an object, and travels as `{ result }`. */
const unwrapped = (value: unknown, isObject: boolean): ReadonlyArray<unknown> => {
  if (!isRecord(value) || !Object.hasOwn(value, "result")) return [value]
  return isObject ? [value, value["result"]] : [value["result"], value]
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

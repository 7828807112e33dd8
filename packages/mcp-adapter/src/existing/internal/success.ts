import type { CallToolResult, ContentBlock } from "../../fold/CallToolResult.ts"
import * as Fold from "../../fold/Fold.ts"
import { malformed } from "../../fold/internal/contentBlock.ts"
import { isPending, isResult } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { textBlock as text } from "../../fold/internal/textBlock.ts"
import { isResponse } from "./returned.ts"

/** Makes a result of what a handler returned. Throws where a client could read nothing of it. */
export const toResult = (output: unknown, attached: ReadonlyArray<ContentBlock>): CallToolResult => {
  if (isResult(output)) return withBlocks(sendable(output as unknown as CallToolResult), attached)
  if (output === undefined || output === null) return Fold.done({ attached })
  if (typeof output === "string") return { content: [text(output), ...attached] }
  const { plain, text: json } = written(writable(output))
  return { content: [text(json), ...attached], structuredContent: plain }
}

/** Returns a value as JSON would be wished: the entries of a `Map`, the items of a `Set`. */
const writable = (output: unknown): unknown => {
  if (typeof output === "function" || typeof output === "symbol") {
    throw new TypeError(`The handler returned a ${typeof output}`)
  }
  if (isResponse(output)) throw new TypeError("The handler returned a Response: return what it holds")
  if (typeof output !== "object" || output === null) return output
  if (isRecord(output) && typeof output["toJSON"] === "function") return output["toJSON"]() as unknown
  const entries = entriesOf(output)
  if (entries !== undefined) return entries
  const kind = Object.prototype.toString.call(output)
  if (!silent.test(kind) && Object.keys(output).length === 0) {
    throw new TypeError(`The handler returned ${kind.slice("[object ".length, -1)}: return what it holds`)
  }
  return output
}

/** Matches what may be empty. All else of which JSON says nothing cannot be said. */
const silent = /^\[object (?:Object|Array|Module|Arguments|Number|String|Boolean|Date|\w*Array)\]$/

const collections = /^\[object (?:Map|Set|Headers|URLSearchParams)\]$/

const entriesOf = (value: unknown): ReadonlyArray<unknown> | undefined =>
  collections.test(Object.prototype.toString.call(value)) ? [...value as Iterable<unknown>] : undefined

interface Plain {
  readonly text: string
  readonly plain: { readonly [key: string]: unknown }
}

/** Writes what is to be said as JSON, the collections in it as well. What holds none goes out as it is. */
const written = (value: unknown): Plain => {
  let holdsCollections = false
  const structured = isRecord(value) ? { ...value } : { result: value }
  const json = JSON.stringify(structured, (_, inner: unknown) => {
    const entries = typeof inner === "object" && inner !== null ? entriesOf(inner) : undefined
    if (entries !== undefined) holdsCollections = true
    return entries ?? inner
  })
  return { text: json, plain: holdsCollections ? JSON.parse(json) as Plain["plain"] : structured }
}

const withBlocks = (result: CallToolResult, attached: ReadonlyArray<ContentBlock>): CallToolResult =>
  attached.length > 0 && Array.isArray(result.content)
    ? { ...result, content: [...result.content, ...attached] }
    : result

/** Throws what an SDK would throw at the client; a result without content gets what its structured content says as text. */
const sendable = (result: CallToolResult): CallToolResult => {
  for (const block of result.content ?? []) {
    const wrong = malformed(block)
    if (wrong !== undefined) throw new TypeError(wrong)
  }
  if (Array.isArray(result.content) || isPending(result as { readonly [key: string]: unknown })) return result
  const { structuredContent } = result
  return { ...result, content: structuredContent === undefined ? [] : [text(JSON.stringify(structuredContent))] }
}

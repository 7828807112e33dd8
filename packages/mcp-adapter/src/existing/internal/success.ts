import { type CallToolResult, type ContentBlock, text } from "../../fold/CallToolResult.ts"
import { malformed } from "../../fold/internal/contentBlock.ts"
import { isResult } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { isResponse } from "./returned.ts"

/** Makes a result of what a handler returned. Throws where a client could read nothing of it. */
export const toResult = (output: unknown, attached: ReadonlyArray<ContentBlock>): CallToolResult => {
  if (isResult(output)) return withBlocks(sendable(output as unknown as CallToolResult), attached)
  if (output === undefined || output === null) return { content: attached.length > 0 ? [...attached] : [text("Done.")] }
  if (typeof output === "string") return { content: [text(output), ...attached] }
  const written = writable(output)
  const structured = isRecord(written) ? { ...written } : { result: written }
  return { content: [text(JSON.stringify(structured)), ...attached], structuredContent: structured }
}

/** A value as JSON would be wished: the entries of a `Map`, the items of a `Set`. */
const writable = (output: unknown): unknown => {
  if (typeof output === "function" || typeof output === "symbol") {
    throw new TypeError(`The handler returned a ${typeof output}`)
  }
  if (isResponse(output)) throw new TypeError("The handler returned a Response: return what it holds")
  if (output instanceof Map || output instanceof Set) return [...output as Iterable<unknown>]
  return isRecord(output) && typeof output["toJSON"] === "function" ? output["toJSON"]() as unknown : output
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
  return Array.isArray(result.content) || result.structuredContent === undefined
    ? result
    : { ...result, content: [text(JSON.stringify(result.structuredContent))] }
}

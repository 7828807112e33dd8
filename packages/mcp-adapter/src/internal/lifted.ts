import type { ContentBlock } from "../CallToolResult.ts"
import { isRecord } from "./resultLike.ts"

/** A failure that a handler returned instead of throwing it. */
export interface Returned {
  readonly reason: string
}

/** Whether a value is a result for the SDK already: content, a task, or a question to the client. */
export const isResult = (value: unknown): value is { readonly [key: string]: unknown } =>
  isRecord(value) && (Array.isArray(value["content"]) || "task" in value || isQuestion(value))

const isQuestion = (value: { readonly [key: string]: unknown }): boolean =>
  value["resultType"] === "input_required" || "inputRequests" in value

/**
 * Finds the failure in what a handler returned: `isError` with text and no problem of ours, or `success: false` where nobody
 * said `isError`. `undefined` if it succeeded, or is no answer yet.
 */
export const returnedFailure = (value: unknown): Returned | undefined => {
  if (!isRecord(value) || isQuestion(value) || "task" in value) return undefined
  const text = textOf(value)
  if (value["isError"] === true) {
    return hasProblem(value)
      ? undefined
      : { reason: reasonIn(jsonIn(text)) ?? (text || "The tool failed") }
  }
  for (const candidate of [value, value["structuredContent"], jsonIn(text)]) {
    if (isRecord(candidate) && candidate["success"] === false) {
      return { reason: reasonIn(candidate) ?? "The tool failed" }
    }
  }
  return undefined
}

/** Whatever the prefix of its key is. */
const hasProblem = ({ _meta: meta }: { readonly [key: string]: unknown }): boolean =>
  isRecord(meta) &&
  Object.entries(meta).some(([key, value]) =>
    key.endsWith("problem") && isRecord(value) && typeof value["reference_id"] === "string"
  )

const textOf = ({ content }: { readonly [key: string]: unknown }): string => textBlocks(content).join("\n")

/** The texts in the content of a result. */
export const textBlocks = (content: unknown): ReadonlyArray<string> =>
  Array.isArray(content)
    ? content.filter((block) => isRecord(block) && block["type"] === "text").map((block) =>
      String((block as { text?: unknown }).text)
    )
    : []

/** The content of a result that is no text. */
export const otherBlocks = (result: unknown): ReadonlyArray<ContentBlock> =>
  isRecord(result) && Array.isArray(result["content"])
    ? result["content"].filter((block): block is ContentBlock => isRecord(block) && block["type"] !== "text")
    : []

/** The object that a text writes as JSON; `undefined` if it writes none. */
export const jsonIn = (text: string): unknown => {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The sentence in what describes a failure. */
export const reasonIn = (value: unknown): string | undefined => {
  if (!isRecord(value)) return undefined
  for (const name of ["message", "error", "reason", "detail"]) {
    const found = value[name]
    if (typeof found === "string" && found !== "") return found
    const inner = reasonIn(found)
    if (inner !== undefined) return inner
  }
  return undefined
}

import type * as Problem from "@errata/core/Problem"
import { isRecord } from "./resultLike.ts"
import { readTold, toProblem } from "./told.ts"

/** Describes a failure that a handler returned instead of throwing it. */
export interface ReturnedFailure {
  readonly reason: string
  /** Holds what is to be treated as if it had been thrown: an error that was returned whole. */
  readonly error?: unknown
}

/** Tests whether a value is a result for the SDK already: content, nothing but what only results have, a task, or a question. */
export const isResult = (value: unknown): value is { readonly [key: string]: unknown } =>
  isRecord(value) && (Array.isArray(value["content"]) || isRecordOfResult(value) || isPending(value))

const ofResult: ReadonlySet<string> = new Set(["structuredContent", "_meta", "isError"])

const isRecordOfResult = (value: { readonly [key: string]: unknown }): boolean => {
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => ofResult.has(key)) &&
    (isRecord(value["structuredContent"]) || typeof value["isError"] === "boolean" ||
      (keys.length === 1 && isRecord(value["_meta"])))
}

/** Tests whether a value asks the client for input. */
export const isRequest = (value: { readonly [key: string]: unknown }): boolean =>
  value["resultType"] === "input_required" || isRecord(value["inputRequests"])

/** Tests whether a value is no answer yet. A field with the name alone may be data. */
export const isPending = (value: { readonly [key: string]: unknown }): boolean =>
  isRequest(value) ||
  (isRecord(value["task"]) && typeof value["task"]["taskId"] === "string")

/** Tests whether a handler said itself that it failed. */
export const saysItFailed = (value: unknown): boolean => isRecord(value) && value["isError"] === true

/** The words of a result that says that it failed and has no problem of ours; `undefined` of any other. */
export const wordsOfFailure = (value: unknown): string | undefined => {
  if (!isRecord(value) || isPending(value) || value["isError"] !== true || problemIn(value) !== undefined) {
    return undefined
  }
  const text = textOf(value)
  return reasonIn(jsonIn(text)) ?? (text || "The tool failed")
}

/**
 * Finds the failure in what a handler returned: `isError` with text and no problem of ours, or `success: false` without
 * `isError`. `undefined` if it succeeded, or is no answer yet.
 */
export const returnedFailure = (value: unknown): ReturnedFailure | undefined => {
  if (!isRecord(value) || isPending(value)) return undefined
  const text = textOf(value)
  if (value["isError"] === true) {
    return problemIn(value) !== undefined
      ? undefined
      : { reason: reasonIn(jsonIn(text)) ?? (text || "The tool failed") }
  }
  for (const candidate of [value, value["structuredContent"], mayFail.test(text) ? jsonIn(text) : undefined]) {
    if (isRecord(candidate) && candidate["success"] === false) {
      const { error } = candidate
      return { reason: reasonIn(candidate) ?? "The tool failed", ...error instanceof Error ? { error } : {} }
    }
  }
  return undefined
}

/** Most texts succeed, and may be megabytes: they are not parsed for this. */
const mayFail = /"success"\s*:\s*false/

/** The problem that a result carries, whatever the prefix of its key is. */
export const problemIn = ({ _meta: meta }: { readonly [key: string]: unknown }): Problem.Problem | undefined =>
  isRecord(meta) ? ownIn(meta) : undefined

/** Other forms may be the author's own: then nothing of ours is there yet. */
const ownIn = (meta: { readonly [key: string]: unknown }): Problem.Problem | undefined => {
  const told = readTold(meta, prefixes(meta))
  return told === undefined ? undefined : toProblem(told)
}

const prefixes = (meta: object): ReadonlyArray<string> =>
  Object.keys(meta).filter((key) => key.endsWith("problem")).map((key) => key.slice(0, -"problem".length))

const textOf = ({ content }: { readonly [key: string]: unknown }): string => textBlocks(content).join("\n")

/** Returns the texts in the content of a result. */
export const textBlocks = (content: unknown): ReadonlyArray<string> =>
  Array.isArray(content)
    ? content.flatMap((block) =>
      isRecord(block) && block["type"] === "text" && typeof block["text"] === "string" ? [block["text"]] : []
    )
    : []

/** Returns the object that a text writes as JSON; `undefined` if it writes none. */
export const jsonIn = (text: string): unknown => {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Returns the sentence in what describes a failure. */
export const reasonIn = (value: unknown, depth = 5): string | undefined => {
  if (!isRecord(value) || depth === 0) return undefined
  for (const name of ["message", "error", "reason", "detail"]) {
    const found = value[name]
    if (typeof found === "string" && found !== "") return found
    const inner = reasonIn(found, depth - 1)
    if (inner !== undefined) return inner
  }
  return undefined
}

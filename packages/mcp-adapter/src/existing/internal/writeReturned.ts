import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import { errored } from "../../call/internal/answer.ts"
import type { Call, Written } from "../../call/internal/model.ts"
import { type CallToolResult, type ContentBlock, text } from "../../fold/CallToolResult.ts"
import { malformed } from "../../fold/internal/contentBlock.ts"
import { withoutStack } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import * as Render from "../../fold/Render.ts"
import { reasonOf } from "./returned.ts"
import { type Cleaning, cleanLines } from "./words.ts"

type Raw = { readonly [key: string]: unknown }

/** Says whether structured content fits the listed output schema; `undefined` if nobody knows the schema. */
export type Fits = (structured: unknown) => boolean | undefined

/**
 * Writes a failure that a handler returned: its blocks, structured content and `_meta` stay, without what must not leave; our
 * lines are added.
 */
export const writeReturned = (
  error: ToolError.Any,
  content: unknown,
  call: Call,
  { cleaning, fits }: { readonly cleaning: Cleaning; readonly fits: Fits | undefined }
): Written => {
  const { result, ...log } = errored(call, error)
  const given: Raw = isRecord(content) ? content : { content: [text(String(content))] }
  const structured = structuredOf(given["structuredContent"], cleaning, fits)
  return {
    ...log,
    cause: Cause.fail(content),
    result: {
      isError: true,
      content: withLines(blocksOf(given, cleaning), linesOf(result)),
      ...structured === undefined ? {} : { structuredContent: structured },
      _meta: { ...masked(given["_meta"], cleaning) as Raw | undefined, ...result._meta }
    }
  }
}

/** Our lines: all but the message, which the handler said in its own words. */
const linesOf = (result: CallToolResult): string => {
  const [block] = result.content
  const written = block?.type === "text" ? block.text : ""
  const second = written.slice(written.indexOf("\n") + 1)
  return second.startsWith("{") ? written : second
}

/**
 * Adds our lines to the only text, since some hosts show the first block alone; a text that is JSON stays JSON, and several
 * texts stay as they are: then our lines are a block of their own.
 */
const withLines = (blocks: ReadonlyArray<ContentBlock>, lines: string): Array<ContentBlock> => {
  const texts = blocks.filter((block) => block.type === "text")
  const [only] = texts
  if (texts.length !== 1 || only?.type !== "text" || isJson(only.text)) return [...blocks, text(lines)]
  return blocks.map((block) => block === only ? { ...only, text: `${only.text.replace(/\n+$/, "")}\n${lines}` } : block)
}

const isJson = (written: string): boolean => {
  if (!/^\s*[[{]/.test(written)) return false
  try {
    JSON.parse(written)
    return true
  } catch {
    return false
  }
}

const blocksOf = (given: Raw, cleaning: Cleaning): ReadonlyArray<ContentBlock> => {
  const blocks = Array.isArray(given["content"])
    ? given["content"].filter((block): block is ContentBlock => malformed(block) === undefined)
    : []
  const safe = blocks.map((block) => blockOf(block, cleaning))
  return safe.length > 0 ? safe : [text(textOf(reasonOf(given), cleaning))]
}

const blockOf = (block: ContentBlock, cleaning: Cleaning): ContentBlock => {
  if (block.type === "text") return { ...block, text: textOf(block.text, cleaning) }
  if ("data" in block) return block
  return withoutSecrets(block, cleaning) as ContentBlock
}

/** A line that reads as one of ours would be taken for ours. */
const ours =
  /^(?=Error: \w+ \((?:transient|permanent|validation)\)\.|Reference: [0-9a-f]{8}\s*$|Details: \{|Suggestion: |Did you mean: |Next steps:\s*$)/gm

const textOf = (said: string, cleaning: Cleaning): string => {
  const isOneJson = isJson(said)
  const safe = cleanLines(isOneJson ? said : withoutStack(said), cleaning)
  if (isOneJson && isJson(safe)) return Render.lines(safe, cleaning.limits.returned)
  return Render.lines(safe, cleaning.limits.returned).replace(ours, "| ")
}

const mostDepth = 30

/** Masks texts only: everything else is data, and stays. */
const masked = (
  value: unknown,
  cleaning: Cleaning,
  depth = 0,
  clean: (text: string) => string = (text) => cleanLines(text, cleaning)
): unknown => {
  if (typeof value === "string") return clean(value)
  if (typeof value !== "object" || value === null || depth > mostDepth) return value
  if (Array.isArray(value)) return value.map((inner) => masked(inner, cleaning, depth + 1, clean))
  const named = cleaning.redactor.json(value, { ...cleaning.limits, items: 10_000, depth: 2, total: 1_000_000 })
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const shown = isRecord(named) ? named[key] : undefined
      const isHidden = typeof inner === "string" && shown === "[redacted]"
      return [key, isHidden ? shown : masked(inner, cleaning, depth + 1, clean)]
    })
  )
}

/** A resource is data that the handler chose to send: places in it are its own. */
const withoutSecrets = (value: unknown, cleaning: Cleaning): unknown =>
  masked(value, { ...cleaning, args: undefined }, 0, (text) => cleaning.redactor.text(text))

const structuredOf = (given: unknown, cleaning: Cleaning, fits: Fits | undefined): Raw | undefined => {
  if (!isRecord(given)) return undefined
  const safe = masked(given, cleaning) as Raw
  if (JSON.stringify(safe) === JSON.stringify(given)) return given
  return fits?.(safe) === true ? safe : undefined
}

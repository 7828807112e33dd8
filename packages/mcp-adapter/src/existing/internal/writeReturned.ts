import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import { errored } from "../../call/internal/answer.ts"
import type { Call, Written } from "../../call/internal/model.ts"
import type { CallToolResult, ContentBlock } from "../../fold/CallToolResult.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { textBlock as text } from "../../fold/internal/textBlock.ts"
import { attempt } from "./attempt.ts"
import { blocksOf, isJson } from "./returnedBlocks.ts"
import { haveSameShape, safeData } from "./safeData.ts"
import { type Cleaner, cleanerOf, type Cleaning } from "./words.ts"

type Raw = { readonly [key: string]: unknown }

/** Says whether structured content fits the listed output schema; `undefined` if the schema is unknown. */
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
  const clean = cleanerOf(cleaning)
  const structured = structuredOf(given["structuredContent"], { cleaning, clean, fits })
  const blocks = blocksOf(given, cleaning, clean)
  const meta = given["_meta"]
  return {
    ...log,
    cause: Cause.fail(content),
    result: {
      isError: true,
      content: withLines(blocks, `${structured.note ?? ""}${linesOf(result)}`),
      ...structured.kept === undefined ? {} : { structuredContent: structured.kept },
      _meta: {
        ...isRecord(meta) ? safeData(meta, cleaning, cleaning.limits.returnedTotal, clean) as Raw : undefined,
        ...result._meta
      }
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
  if (texts.length !== 1 || only?.type !== "text" || isJson(only)) return [...blocks, text(lines)]
  return blocks.map((block) => block === only ? { ...only, text: `${withoutLineEnds(only.text)}\n${lines}` } : block)
}

const withoutLineEnds = (text: string): string => {
  let end = text.length
  while (end > 0 && text[end - 1] === "\n") end--
  return text.slice(0, end)
}

interface Structured {
  readonly kept?: Raw
  /** Holds what is said of it where it was too long. */
  readonly note?: string
}

/**
 * Returns what leaves of structured content. Where a listed schema would refuse what had to be masked, it is dropped, since a
 * client would lose the text too; where the schema is unknown, texts may differ, but no more.
 */
const structuredOf = (
  given: unknown,
  { clean, cleaning, fits }: { readonly cleaning: Cleaning; readonly clean: Cleaner; readonly fits: Fits | undefined }
): Structured => {
  if (!isRecord(given)) return {}
  const safe = safeData(given, cleaning, cleaning.limits.returnedTotal, clean) as Raw
  const before = asJson(given)
  if (before === asJson(safe)) return { kept: given }
  if (fits?.(safe) ?? attempt(() => haveSameShape(given, safe)) === true) return { kept: safe }
  const length = before?.length ?? 0
  return length <= cleaning.limits.returnedTotal
    ? {}
    : { note: `[structured content of ${length} characters left out]\n` }
}

const asJson = (value: unknown): string | undefined => attempt(() => JSON.stringify(value))

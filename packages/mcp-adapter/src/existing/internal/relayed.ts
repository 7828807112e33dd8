import { isRecord } from "../../fold/internal/resultLike.ts"

type Raw = { readonly [key: string]: unknown }

/**
 * Takes out of another server's failure what it advises: it knows nothing of what the tool did that asked it. What is said
 * instead is added where the failure is written.
 */
export const withoutAdvice = (result: Raw): Raw => ({
  ...result,
  ...isRecord(result["structuredContent"]) ? { structuredContent: quiet(result["structuredContent"]) } : {},
  ...Array.isArray(result["content"]) ? { content: result["content"].map(quietBlock) } : {}
})

/** Takes the advice out of a problem, of a problem in an envelope, or of a report of items. */
const quiet = (structured: Raw): Raw => {
  // where it may pass, a suggestion is on how to try again
  const rest = without(structured, structured["category"] === "transient" ? ["suggestion", ...advising] : advising)
  return {
    ...rest,
    ...isRecord(rest["retry"]) ? { retry: refused } : {},
    ...isRecord(rest["error"]) ? { error: quiet(rest["error"]) } : {},
    ...isRecord(rest["error_summary"])
      ? { error_summary: { ...without(rest["error_summary"], ["suggestion"]), retry_keys: [] } }
      : {}
  }
}

const refused = { should_retry: false }

/** Names the fields on trying again, in any form of a problem. */
const advising = ["advice", "retry_keys", "more_retry_keys"]

const without = (value: Raw, names: ReadonlyArray<string>): Raw =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

/** Takes the advice out of a block of text, or of a resource that holds one. */
const quietBlock = (block: unknown): unknown => {
  if (!isRecord(block)) return block
  if (block["type"] === "text" && typeof block["text"] === "string") {
    const { json, text } = quietText(block["text"])
    const quieted = { ...block, text }
    if (json !== undefined) written.set(quieted, json)
    return quieted
  }
  const { resource } = block
  return isRecord(resource) && typeof resource["text"] === "string"
    ? { ...block, resource: { ...resource, text: quietText(resource["text"]).text } }
    : block
}

/** Keeps what is written in blocks that were made here, so that nobody reads it again. */
const written = new WeakMap<object, Raw>()

/** Returns what the text of a block holds as JSON, where it was written here. */
export const writtenIn = (block: object): Raw | undefined => written.get(block)

/** Describes a text without advice, and what it holds if all of it is JSON. */
interface Quieted {
  readonly text: string
  readonly json?: Raw | undefined
}

/** Takes the advice out of a problem that is written as JSON, alone or as a line among others. */
const quietText = (text: string): Quieted => {
  const whole = quietJson(text)
  if (whole !== undefined) return whole
  return {
    text: text.replace(/^- retry_keys: .*\n?/gm, "").replace(
      /^[ \t]*\{.*\}[ \t\r]*$/gm,
      (line) => quietJson(line)?.text ?? line
    )
  }
}

/** Numbers that are too large for JSON are written otherwise than they are read. */
const mayBeTooLarge = /[eE]\+?\d{3}|\d{300}/

const quietJson = (text: string): Quieted | undefined => {
  const problem = /^\s*\{/.test(text) ? parsed(text) : undefined
  if (problem === undefined || !holdsRetry(problem)) return undefined
  const json = quiet(problem)
  return { text: JSON.stringify(json), json: mayBeTooLarge.test(text) ? undefined : json }
}

const holdsRetry = (value: Raw): boolean =>
  isRecord(value["retry"]) || (isRecord(value["error"]) && isRecord(value["error"]["retry"]))

const parsed = (body: string): Raw | undefined => {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

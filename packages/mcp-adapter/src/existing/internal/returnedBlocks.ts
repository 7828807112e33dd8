import { safeBlock } from "../../call/internal/safeBlock.ts"
import type { ContentBlock } from "../../fold/CallToolResult.ts"
import { malformed } from "../../fold/internal/contentBlock.ts"
import { withoutStack } from "../../fold/internal/frames.ts"
import { lines } from "../../fold/internal/line.ts"
import { textBlock as text } from "../../fold/internal/textBlock.ts"
import { cutMiddle } from "./cut.ts"
import { writtenIn } from "./relayed.ts"
import { reasonOf } from "./returned.ts"
import { safeData } from "./safeData.ts"
import type { Cleaner, Cleaning } from "./words.ts"

type Raw = { readonly [key: string]: unknown }

/** More blocks are counted, and left out. */
const mostBlocks = 1_000
/** So much of every text stays, however many there are. */
const least = 200

/** Returns the blocks of a failure that was returned, without what must not leave, and as long as they may be together. */
export const blocksOf = (given: Raw, cleaning: Cleaning, clean: Cleaner): ReadonlyArray<ContentBlock> => {
  const all = Array.isArray(given["content"])
    ? given["content"].filter((block): block is ContentBlock => malformed(block) === undefined)
    : []
  const blocks = all.slice(0, mostBlocks)
  const longest = share(
    blocks.map(({ type, ...block }) => type === "text" ? String(Object(block)["text"]).length : 0),
    cleaning
  )
  const safe = blocks.map((block) => blockOf(block, { cleaning, clean, longest }))
  if (all.length > blocks.length) return [...safe, text(`[${all.length - blocks.length} more blocks left out]`)]
  return safe.length > 0 ? safe : [text(textOf(reasonOf(given), { cleaning, clean, longest }).text)]
}

/** Returns how long each text may be, so that all of them together are not too long: short ones leave their room to long ones. */
const share = (lengths: ReadonlyArray<number>, { limits }: Cleaning): number => {
  let room = limits.returnedTotal
  const sorted = lengths.toSorted((a, b) => a - b)
  for (const [i, length] of sorted.entries()) {
    const each = Math.floor(room / (sorted.length - i))
    if (length > each) return Math.min(limits.returned, Math.max(least, each))
    room -= length
  }
  return limits.returned
}

interface Rules {
  readonly cleaning: Cleaning
  readonly clean: Cleaner
  /** Says how long a text may be. */
  readonly longest: number
}

const blockOf = (block: ContentBlock, rules: Rules): ContentBlock => {
  const { clean, cleaning } = rules
  if (block.type !== "text") return safeBlock(block, cleaning)
  const { text, ...rest } = block
  const { isWhole, text: safe } = textOf(text, rules, writtenIn(block))
  const out = { ...safeData(rest, cleaning, cleaning.limits.total, clean) as { readonly type: "text" }, text: safe }
  if (isWhole) ofJson.add(out)
  return out
}

/** Holds the blocks whose text was written as JSON here. */
const ofJson = new WeakSet<object>()

/** Tests whether the text of a block is JSON, so that nothing may be added to it. */
export const isJson = (block: ContentBlock & { readonly text: string }): boolean =>
  ofJson.has(block) || parsed(block.text) !== undefined

const parsed = (written: string): { readonly json: unknown } | undefined => {
  if (!/^\s*[[{]/.test(written)) return undefined
  try {
    return { json: JSON.parse(written) as unknown }
  } catch {
    return undefined
  }
}

/** A line that reads as one of ours would be taken for ours. */
const ours =
  /^(?=Error: \w+ \((?:transient|permanent|validation)\)\.|Reference: [0-9a-f]{8}\s*$|Details: \{|Suggestion: |Did you mean: |Next steps:\s*$)/gm

/** Describes a text that may leave, and whether it is JSON for sure. */
interface Safe {
  readonly text: string
  readonly isWhole: boolean
}

const textOf = (said: string, rules: Rules, written?: unknown): Safe => {
  const whole = said.length > rules.longest ? undefined : written === undefined ? parsed(said) : { json: written }
  if (whole !== undefined) {
    const json = jsonOf(said, whole.json, rules)
    const text = lines(json, rules.longest)
    return { text, isWhole: text === json }
  }
  const safe = cutMiddle(withoutStack(said), rules.longest, rules.clean)
  return { text: lines(safe, rules.longest).replace(ours, "| "), isWhole: false }
}

/** JSON is data: what is a secret by its name or form goes, and all else stays as it was written. */
const jsonOf = (said: string, json: unknown, { clean, cleaning }: Rules): string => {
  const safe = safeData(json, cleaning, cleaning.limits.returnedTotal, clean)
  if (JSON.stringify(safe) === JSON.stringify(json)) return said
  return JSON.stringify(safe, null, /\n([ \t]{1,10})\S/.exec(said)?.[1])
}

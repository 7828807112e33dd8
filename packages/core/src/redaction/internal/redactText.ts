import { fold } from "./fold.ts"
import { makeFindNamed } from "./named.ts"
import type { Kind } from "./names.ts"
import { findShapes } from "./shapes.ts"
import { cover, type Spans } from "./spans.ts"
import { findTokens } from "./tokens.ts"

/** Describes how a text is looked through. */
export interface Look {
  /** Also for what only has the general shape of a token. */
  readonly isStrict: boolean
  /** A text whose tokens of the general shape stay: it is shown anyway. */
  readonly known?: string | undefined
}

/** Escapes of escapes of escapes: what is written in JSON in JSON in a URL. */
const maxFolds = 4
/** A mask can bring together what stood apart. */
const maxRounds = 4

/** Matches what every secret but a bare token is written with: a text without it needs no other look. */
// oxlint-disable-next-line no-control-regex -- plain letters are what this is not about
const special = /[^A-Za-z .,;!?()/_]|passw|basic\s/i
/** Matches what stands between a name and its value. */
const assigning = /[:=\t"'`>\u2018\u201c\u00ab]|[0-9]/

/** Makes the search through a text: as it stands, and as a reader takes it. */
export const makeRedactText = (
  kindOf: (name: string) => Kind,
  own: ReadonlyArray<string>
): (text: string, look: Look) => string => {
  const findNamed = makeFindNamed(kindOf, own)

  const find = (text: string, spans: Spans, { isStrict, known }: Look): void => {
    findTokens(text, spans, isStrict, known)
    if (!special.test(text)) return
    if (assigning.test(text)) findNamed(text, spans)
    findShapes(text, spans, kindOf, isStrict)
  }

  const once = (text: string, look: Look): string => {
    const spans: Spans = []
    find(text, spans, look)
    let folded = fold(text)
    let origin = (at: number): number => at
    for (let i = 0; folded !== undefined && i < maxFolds; i++) {
      const { origin: below, text } = folded
      const above = origin
      origin = (at) => above(below(at))
      const found: Spans = []
      find(text, found, look)
      for (const at of found) spans.push(origin(at))
      folded = fold(text)
    }
    return spans.length === 0 ? text : cover(text, spans)
  }

  return (text, look) => {
    let out = text
    for (let i = 0; i < maxRounds; i++) {
      const next = once(out, look)
      if (next === out) return out
      out = next
    }
    return out
  }
}

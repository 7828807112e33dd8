import { fold } from "./fold.ts"
import { makeFindNamed } from "./named.ts"
import type { Kind } from "./names.ts"
import { findShapes } from "./shapes.ts"
import { cover, type Spans } from "./spans.ts"
import { findTokens } from "./tokens.ts"
import { traits, traitsOf } from "./traits.ts"

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

/** Matches the words with which a text of nothing but plain letters can still hold a secret that is no bare token. */
const telling = /passw|basic\s/i

/** Makes the search through a text: as it stands, and as a reader takes it. */
export const makeRedactText = (
  kindOf: (name: string) => Kind,
  own: ReadonlyArray<string>
): (text: string, look: Look) => string => {
  const findNamed = makeFindNamed(kindOf, own)

  const find = (text: string, spans: Spans, { isStrict, known }: Look): number => {
    const found = traitsOf(text)
    if ((found & traits.run) !== 0) findTokens(text, spans, found, isStrict, known)
    if ((found & traits.special) === 0 && !telling.test(text)) return found
    if ((found & traits.assigning) !== 0) findNamed(text, spans)
    findShapes(text, spans, found, kindOf, isStrict)
    return found
  }

  const once = (text: string, look: Look): string => {
    const spans: Spans = []
    const found = find(text, spans, look)
    let folded = (found & traits.written) === 0 ? undefined : fold(text)
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

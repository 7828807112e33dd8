import { distance } from "fastest-levenshtein"
import { edits } from "./edits.ts"
import { bitsIn, type Form, formOf, joined, wordsOf } from "./form.ts"

/**
 * Limits the number of candidates that are looked at.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxCandidates = 100_000

/** Limits the work on distances: one unit is one character of a name against 32 of another, or one word of a candidate. */
const maxWork = 1_500_000

/** So many names beyond ASCII are folded. */
const maxFolds = 25_000

/** Bounds how many near names are held: beyond it, only the nearest so far are kept. */
const mostFound = 2048
const keptFound = 256

/** So many of the nearest are compared once more, with swaps and words. */
const maxRefined = 64

/**
 * Returns the candidates that are near a name, the nearest first. Never throws.
 *
 * @category combinators
 * @since 0.1.0
 */
export const similar = (
  name: string,
  candidates: Iterable<string>,
  options?: {
    /** The greatest number of names to return. Default: 5. */
    readonly limit?: number | undefined
    /** Tests whether the caller may see a candidate that is near. One for which it throws stays unseen. Default: all may be seen. */
    readonly maySee?: ((candidate: string) => boolean) | undefined
  }
): ReadonlyArray<string> => {
  if (typeof name !== "string") return []
  const wanted = new Wanted(formOf(name))
  const nearest = wanted.collect(candidates, options?.maySee).sort(byScore)
  for (const found of nearest.slice(0, maxRefined)) wanted.refine(found)
  return nearest.slice(0, maxRefined).filter(({ score }) => score < far).sort(byScore)
    .slice(0, options?.limit ?? 5)
    .map((entry) => entry.candidate)
}

interface Found {
  readonly candidate: string
  readonly form: Form
  /** The number of characters at the start that are alike. */
  readonly prefix: number
  /** The edits that still count as near. */
  readonly near: number
  /** Is true if one of the names is part of the other. */
  readonly contains: boolean
  /** The distance: less than one where the names are the same in another way. */
  score: number
}

const far = Number.POSITIVE_INFINITY

const byScore = (a: Found, b: Found): number => a.score - b.score || b.prefix - a.prefix

/** So many edits make the same words of others, wherever they stand. */
const mostEditsInWords = 2

/** Says how near names are that are written alike. */
const alike = { same: -1, folded: 0, joined: 0.25, words: 0.5 }

/**
 * Returns the number of edits that still count as near: a third of the longer name, and two at least where that leaves something
 * to share.
 */
const reach = (a: string, b: string): number => {
  const longer = Math.max(a.length, b.length)
  return longer <= 2 ? 1 : Math.max(2, Math.floor(longer / 3))
}

/** Holds a name that is looked for, and how much work may still be done for it. */
class Wanted {
  private readonly form: Form
  private readonly joined: string
  private readonly words: ReadonlyArray<string>
  private readonly sorted: string
  private left = maxWork
  private folds = maxFolds

  constructor(form: Form) {
    this.form = form
    this.joined = joined(form.plain)
    this.words = wordsOf(form)
    this.sorted = this.words.join(" ")
  }

  collect(candidates: Iterable<string>, maySee: ((candidate: string) => boolean) | undefined): Array<Found> {
    const found: Array<Found> = []
    let seen = 0
    let worst = far
    try {
      for (const candidate of candidates) {
        if (++seen > maxCandidates) break
        if (typeof candidate !== "string") continue
        const near = this.look(candidate)
        if (near === undefined || near.score > worst || !mayBeSeen(candidate, maySee)) continue
        found.push(near)
        if (found.length < mostFound) continue
        found.sort(byScore).length = keptFound
        worst = found[keptFound - 1]!.score
      }
    } catch {
      return found // an iterable that throws has nothing more to say
    }
    return found
  }

  /** Looks at a candidate once, cheaply; `undefined` if it is not near. */
  private look(candidate: string): Found | undefined {
    const { letters, plain } = this.form
    const form = formOf(candidate, this.folds > 0)
    if (!form.isAscii) this.folds--
    const other = form.plain
    const near = reach(plain, other)
    const shorter = Math.min(plain.length, other.length)
    const contains = shorter > 2 && (other.includes(plain) || plain.includes(other))
    const found = (score: number): Found => ({
      candidate,
      form,
      near,
      contains,
      prefix: prefix(plain, other),
      score: contains ? Math.min(score, near) : score
    })
    if (form.given === this.form.given) return form.given === "" ? undefined : found(alike.same)
    if (plain === other) return plain === "" ? undefined : found(alike.folded)
    const differ = bitsIn(letters ^ form.letters)
    const isNear = Math.abs(plain.length - other.length) <= near && differ <= 2 * near
    const mayShare = this.mayShareWords(form, differ)
    if (!isNear && !mayShare) return contains ? found(near) : undefined
    this.left -= (isNear ? 1 + plain.length * Math.ceil(other.length / 32) : 8) + (mayShare && differ === 0 ? 24 : 0)
    if (this.left < 0) return contains ? found(near) : undefined
    if (differ === 0 && this.joined !== "" && joined(other) === this.joined) return found(alike.joined)
    if (differ === 0 && mayShare && wordsOf(form).join(" ") === this.sorted) return found(alike.words)
    const count = isNear ? distance(plain, other) : far
    // every swap counts two here; what is as far as that is looked at again
    if (count <= 2 * near && count <= Math.max(plain.length, other.length)) return found(count)
    return mayShare ? found(near + differ) : contains ? found(near) : undefined
  }

  /** Tests by its letters whether a candidate may consist of much the same words, or of words that begin alike. */
  private mayShareWords({ letters, plain }: Form, differ: number): boolean {
    if (this.words.length < 2) return false
    const own = this.form
    return differ <= 6 && Math.abs(plain.length - own.plain.length) <= 8 ||
      plain.length > own.plain.length && (own.letters & ~letters) === 0
  }

  /** Compares once more what seems near: with swaps, and word by word. */
  refine(found: Found): void {
    const { plain } = this.form
    if (found.score < 1) return
    const other = found.form.plain
    const longer = Math.max(plain.length, other.length)
    const byEdits = edits(plain, other, found.near)
    let score = byEdits <= found.near && byEdits < longer ? byEdits : far
    if (found.contains) score = Math.min(score, found.near)
    found.score = Math.min(score, this.byWords(found))
  }

  private byWords({ form, near }: Found): number {
    if (this.words.length < 2) {
      return this.words.length === 1 && wordsOf(form).join(" ") === this.sorted
        ? alike.words
        : far
    }
    const words = wordsOf(form)
    const sorted = words.join(" ")
    if (sorted === this.sorted) return alike.words
    const most = Math.min(near, mostEditsInWords)
    const count = edits(this.sorted, sorted, most)
    if (count <= most && count < Math.max(sorted.length, this.sorted.length)) return count + 0.5
    const begun = this.beginIn(words)
    if (begun) return near + 0.25 + (words.length - this.words.length) / 10
    const own = new Set(this.words)
    const shared = new Set(words.filter((word) => own.has(word))).size
    return shared > 1 && shared / Math.max(words.length, own.size) >= 0.75 ? near + 0.5 : far
  }

  /** Tests whether every word begins one of a candidate's: `doc_id` is short for `document_id`. */
  private beginIn(words: ReadonlyArray<string>): boolean {
    if (words.length > this.words.length + 2) return false
    const left = [...words]
    return this.words.every((word) => {
      const at = left.findIndex((other) => word === other || word.length > 1 && other.startsWith(word))
      if (at >= 0) left.splice(at, 1)
      return at >= 0
    })
  }
}

const mayBeSeen = (candidate: string, maySee: ((candidate: string) => boolean) | undefined): boolean => {
  try {
    return maySee === undefined || maySee(candidate) === true
  } catch {
    return false
  }
}

const prefix = (a: string, b: string): number => {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i
}

/** The number of characters of a name that are compared. */
const maxLength = 128

/** Before anything else a name is cut to so many units: what is longer is not looked at. */
const maxUnits = 4 * maxLength

/** Describes a name in the form in which names are compared. */
export interface Form {
  /** The name as it was given, but for its length. */
  readonly given: string
  /** Without case, accents, widths, and characters that cannot be seen. */
  readonly plain: string
  /** One bit for each kind of letter or digit: whatever the order, every edit changes two of them at most. */
  readonly letters: number
  /** Is true if lower case is all that makes it plain. */
  readonly isAscii: boolean
}

/** Made when a name is foreign: an engine collects the letters of such classes when it reads the expression. */
let unseen: RegExp | undefined

/** Returns a name as it is compared. Beyond ASCII that takes a while: without `folds` such a name is compared as it stands. */
export const formOf = (name: string, folds = true): Form => {
  const given = name.length > maxUnits ? name.slice(0, maxUnits) : name
  let letters = 0
  let isPlain = given.length <= maxLength
  for (let i = 0; i < given.length && i < maxLength; i++) {
    const code = given.charCodeAt(i)
    if (code > 126 || code < 32) {
      isPlain = false
      break
    }
    if (isLetterOrDigit(code)) letters |= 1 << (code & 31)
  }
  if (isPlain) return { given, plain: given.toLowerCase(), letters, isAscii: true }
  return folds ? foreign(given) : { given, plain: given.toLowerCase(), letters: every, isAscii: false }
}

const isLetterOrDigit = (code: number): boolean =>
  code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57

/** Rules nothing out. */
const every = -1

const foreign = (given: string): Form => {
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- what cannot be seen, and marks that stand on letters
  unseen ??= /[\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
  const folded = given.normalize("NFKD").replace(unseen, "").toLowerCase()
  const plain = folded.length <= maxLength ? folded : Array.from(folded).slice(0, maxLength).join("")
  let letters = 0
  for (let i = 0; i < plain.length; i++) {
    const code = plain.charCodeAt(i)
    if (code > 127 || isLetterOrDigit(code)) letters |= 1 << (code & 31)
  }
  return { given, plain, letters, isAscii: false }
}

export const bitsIn = (bits: number): number => {
  let left = bits - ((bits >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return (((left + (left >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

let boundary: RegExp | undefined

/** Returns the words of a name, each in the singular, in the order of the alphabet; those that say nothing are left out. */
export const wordsOf = ({ given, plain }: Form): ReadonlyArray<string> => {
  const whole = given.length === plain.length ? given : plain // where folding changed more than case, its borders are lost
  boundary ??= /[\s._\-/:]+|(?<=\p{Ll}|\d)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u
  return whole.split(boundary).filter((word) => word !== "").map((word) => singular(word.toLowerCase())).sort()
}

const singular = (word: string): string =>
  word.length < 4 || !word.endsWith("s") || /(?:ss|us|is)$/.test(word)
    ? word
    : word.endsWith("ies")
    ? `${word.slice(0, -3)}y`
    : /(?:s|x|z|ch|sh)es$/.test(word)
    ? word.slice(0, -2)
    : word.slice(0, -1)

const separators = /[\s._\-/:]+/g

/** Returns a name without what stands between its words. */
export const joined = (plain: string): string => plain.replace(separators, "")

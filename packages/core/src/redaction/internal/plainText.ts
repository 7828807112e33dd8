type IsPlain = (text: string) => boolean

/** Holds what the redactors of this package look for. Of any other nothing is known. */
const known = new WeakMap<object, IsPlain>()

/** Notes how to tell that neither form of a redactor changes a text. */
export const notePlain = (redactor: object, isPlain: IsPlain): void => void known.set(redactor, isPlain)

/** Tests by one look whether both forms of a redactor leave a text as it is; false where that takes more than one. */
export const isPlainText = (redactor: object, text: string): boolean => known.get(redactor)?.(text) === true

const again = new WeakMap<object, Set<string>>()
const mostAgain = 1_000

/** Tests the same of a text that comes again and again, and remembers it. */
export const isPlainAgain = (redactor: object, text: string): boolean => {
  const seen = again.get(redactor)
  if (seen?.has(text) === true) return true
  if (!isPlainText(redactor, text)) return false
  if (seen === undefined) again.set(redactor, new Set([text]))
  else if (seen.size < mostAgain) seen.add(text)
  return true
}

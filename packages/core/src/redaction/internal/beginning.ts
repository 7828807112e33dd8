/** A secret that a cut has split is no longer than this, or it is known by the part that is left. */
const longestSplit = 1_024

/** Redacts a text, or the beginning of a long one: what the cut may have split is dropped from its end. */
export const redactBeginning = (text: string, longest: number, redact: (text: string) => string): string => {
  if (text.length <= longest) return redact(text)
  const beginning = redact(text.slice(0, longest))
  return `${beginning.slice(0, -longestSplit).toWellFormed()}…`
}

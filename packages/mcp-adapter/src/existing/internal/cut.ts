import { marker } from "../../fold/internal/line.ts"

/** Drops what a cut may have split with it, up to so many letters: half a secret is one too. */
const longestWord = 512

/**
 * Cuts in the middle, and gives both parts that stay to `clean`, each for itself. It says how much was left out. A text that is
 * short enough is cleaned whole.
 */
export const cutMiddle = (text: string, longest: number, clean: (part: string) => string): string => {
  if (text.length <= longest) return clean(text)
  const keep = Math.max(0, longest - marker(text.length).length)
  const first = wholeWords(text.slice(0, Math.ceil(keep * 0.6)))
  const from = startOf(text, text.length - Math.floor(keep * 0.4))
  return `${clean(first)}${marker(from - first.length)}${clean(text.slice(from))}`
}

/** Drops the word at the end of a text, which goes on beyond it. */
const wholeWords = (text: string): string => {
  const last = text.slice(-longestWord)
  const space = Math.max(last.lastIndexOf(" "), last.lastIndexOf("\n"))
  return text.slice(0, text.length - last.length + Math.max(0, space)).toWellFormed()
}

/** Returns where the last part begins: with a line, or a word, and not inside a private key. */
const startOf = (text: string, from: number): number => {
  const near = text.slice(from, from + longestWord)
  const line = near.indexOf("\n")
  const start = from + (line >= 0 ? line + 1 : near.includes(" ") ? near.indexOf(" ") + 1 : near.length)
  const begin = text.lastIndexOf("-----BEGIN", start)
  const end = begin < 0 ? -1 : text.indexOf("-----END", begin)
  if (begin < 0 || (end >= 0 && end < start)) return start
  const after = end < 0 ? -1 : text.indexOf("\n", end)
  return after < 0 ? text.length : after + 1
}

/** Finds where a value ends that begins at a place of a text. */
export interface Value {
  /** Without what it is quoted by. */
  readonly start: number
  readonly end: number
  readonly isQuoted: boolean
  /** Says where to go on looking. */
  readonly next: number
}

const longest = 8192
/** Limits how much of a value is read to see whether it is a secret: many that are none must not cost more than one. */
export const glance = 256
const opening = /\\{0,8}(?:"""|'''|["'`\u201c\u2018\u00ab])/y
const closing: Readonly<Record<string, string>> = { "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb" }
/** A comma or a bracket belongs to a value if it goes on right after it, and not with the next name. */
const letter =
  `(?:[^\\s"'\`,;&)}\\]<>|]|[,)\\]}](?![\\s"'\`,;:&)}\\]|]|$|[\\w.-]{1,40}\\s{0,2}[=:])|[<>|](?=[^\\s"'\`,;&)}\\]<>|]))`
const bare = new RegExp(`${letter}{1,${longest}}`, "y")
const glanced = new RegExp(`${letter}{1,${glance}}`, "y")

/** Returns the value that begins at a place: in quotes, with or without backslashes before them, or one word. */
export const readValue = (text: string, at: number, most = longest): Value => {
  opening.lastIndex = at
  const quote = opening.exec(text)?.[0]
  if (quote === undefined) {
    const expression = most === glance ? glanced : bare
    expression.lastIndex = at
    const end = expression.test(text) ? expression.lastIndex : at
    return { start: at, end, isQuoted: false, next: end }
  }
  const start = at + quote.length
  const last = quote.at(-1)!
  const end = closingQuote(text, start, closing[last] ?? quote, quote === last, most)
  return { start, end, isQuoted: true, next: Math.min(text.length, end + quote.length) }
}

/** Finds the quote that closes a value. One that is never closed ends with its line: the text was cut. */
const closingQuote = (text: string, from: number, quote: string, isPlain: boolean, most: number): number => {
  const bound = Math.min(text.length, from + most)
  for (let i = from; i < bound; i++) {
    const code = text.charCodeAt(i)
    if (code === 10 || code === 13) return i
    if (isPlain && code === 92) {
      i++
      continue
    }
    if (text.startsWith(quote, i)) return i
  }
  return bound
}

/** Returns the end of a line, or of the quotes around it: those inside have more backslashes before them. */
export const readLine = (text: string, at: number, around: string, most = longest): number => {
  const bound = Math.min(text.length, at + most)
  for (let i = at; i < bound; i++) {
    const code = text.charCodeAt(i)
    if (code === 10 || code === 13) return i
    if (around === "" || text[i] !== around.at(-1)) continue
    if (text[i - 1] === "=") { // a parameter in quotes of its own
      i = Math.max(i, text.indexOf(text[i]!, i + 1))
      continue
    }
    if (backslashes(text, i) < around.length) return i - backslashes(text, i)
  }
  return bound
}

const backslashes = (text: string, at: number): number => {
  let count = 0
  while (count < 16 && text[at - count - 1] === "\\") count++
  return count
}

/** Returns the end of what a bracket opens, or -1. Quotes may hold brackets. */
export const readBrackets = (text: string, at: number): number => {
  let depth = 0
  let quote = ""
  const bound = Math.min(text.length, at + 4 * glance)
  for (let i = at; i < bound; i++) {
    const letter = text[i]!
    if (letter === "\\") i++
    else if (quote !== "") {
      if (letter === quote) quote = ""
    } else if (letter === "\"" || letter === "'") quote = letter
    else if (letter === "{" || letter === "[") depth++
    else if ((letter === "}" || letter === "]") && --depth === 0) return i + 1
  }
  return -1
}

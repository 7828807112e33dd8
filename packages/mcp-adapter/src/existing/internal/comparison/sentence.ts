import { withoutStack } from "../../../fold/internal/frames.ts"
import { line, lines } from "../../../fold/internal/line.ts"
import { attempt } from "../attempt.ts"
import type { Known } from "../known.ts"
import { clean, cleanerOf } from "../words.ts"
import type { Sentence } from "./model.ts"

const longest = 2_000
const longestShown = 600

/** Lists what cleaning leaves behind, and what stood there. */
const marks: ReadonlyArray<readonly [mark: string, what: string]> = [
  ["[redacted]", "a secret"],
  ["[path]", "a path"],
  ["[host]", "a host"],
  ["[address]", "an address"]
]

/**
 * Writes words so that any reader may see them: what comes from arguments stands as their names, and what a reply may not
 * hold is not there, whoever said it first. Total.
 */
export const shared = (words: string, { args, limits, redactor }: Known): Sentence => {
  const bounded = words.length > longest ? words.slice(0, longest) : words
  const plain = withoutArguments(bounded, args)
  const cleaning = { args: undefined, limits, redactor }
  const nobodys = plain.replace(credentials, "[redacted]@").replace(email, "[email]")
  const cleaned = attempt(() => clean(nobodys, cleaning))
  const safe = cleaned ?? attempt(() => cleanerOf(cleaning)(withoutStack(nobodys))) ?? "[unreadable]"
  const stack = plain !== withoutStack(plain) ? ["a stack"] : []
  return {
    words: lines(safe.trim(), longestShown),
    hides: [...stack, ...marks.filter(([mark]) => safe.includes(mark) && !plain.includes(mark)).map(([, what]) => what)]
  }
}

/** Matches what a reply may hold, since its caller knows it, and a comparison may not. */
const credentials = /(?<![\w/])[\w.+-]{1,64}:[^\s:@/]{1,200}@(?=[\w[.])/g
const email = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g

/** Returns a name as any reader may see it, on one line. */
export const sharedName = (name: string, known: Known): string =>
  line(attempt(() => known.redactor.text(name.slice(0, 200))) ?? "[unreadable]", 100)

/** Takes out what differs from call to call, so that failures of one kind are known as one. */
export const shapeOf = (words: string, { args }: Pick<Known, "args">): string =>
  withoutArguments(words.slice(0, longest), args)
    .split("\n", 1)[0]!
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, "_")
    .replace(/[\w./\\:@-]*\d[\w./\\:@-]*/g, "_")
    .slice(0, 200)

/** Limits how much of the arguments is looked at. */
const most = { words: 100, depth: 6, length: 1_000 }

/** Puts the names of arguments where their values stand: a comparison is about sentences, not about what users asked. */
const withoutArguments = (words: string, args: unknown): string => {
  const said = attempt(() => saidIn(args)) ?? []
  return said.reduce((text, [value, name]) => {
    const escaped = JSON.stringify(value).slice(1, -1)
    const plain = replaced(text, value, `<${name}>`)
    return escaped === value ? plain : replaced(plain, escaped, `<${name}>`)
  }, words)
}

/** Returns the texts that were sent, the longest first, with the names of their arguments. */
const saidIn = (args: unknown): ReadonlyArray<readonly [value: string, name: string]> => {
  const found = new Map<string, string>()
  const visit = (value: unknown, name: string, depth: number): void => {
    if (found.size >= most.words || depth > most.depth) return
    if (typeof value === "string") {
      // a reply may stand between its lines
      for (const said of value.includes("\n") ? [value, ...value.split("\n", most.words)] : [value]) {
        if (said.length > 2 && said.length <= most.length && !found.has(said)) found.set(said, name)
      }
    } else if (Array.isArray(value)) {
      for (const item of value) visit(item, name, depth + 1)
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, nameOf(key), depth + 1)
    }
  }
  visit(args, "argument", 0)
  return [...found].toSorted(([a], [b]) => b.length - a.length)
}

/** Keys may be what users sent, too. */
const nameOf = (key: string): string => /^[A-Za-z_][\w-]{0,40}$/.test(key) ? key : "argument"

const isWord = (letter: string | undefined): boolean => letter !== undefined && /\w/.test(letter)

/** Tests for the end of a word: the letter of an escaped line end is no part of it. */
const endsWord = (text: string, end: number): boolean =>
  isWord(text[end - 1]) && !/\\[nrt]$/.test(text.slice(Math.max(0, end - 2), end))

/** Replaces a value where it stands by itself, not inside a longer word. */
const replaced = (text: string, value: string, name: string): string => {
  let written = ""
  let from = 0
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, from)) {
    const end = at + value.length
    const isInside = (isWord(value[0]) && endsWord(text, at)) || (isWord(value.at(-1)) && isWord(text[end]))
    written += text.slice(from, at) + (isInside ? value : name)
    from = end
  }
  return from === 0 ? text : written + text.slice(from)
}

import { formats, type Infix, infixes, type TokenFormat } from "./formats.ts"
import type { Spans } from "./spans.ts"
import { traits } from "./traits.ts"
import { isRandom } from "./values.ts"

const alphabets: Readonly<Record<string, string>> = {
  d: "[0-9]",
  h: "[0-9a-fA-F]",
  a: "[a-z0-9]",
  U: "[A-Z0-9]",
  A: "[A-Za-z0-9]",
  w: "[\\w-]",
  b: "[\\w+/=-]",
  "%": "[\\w+/=%-]",
  "~": "[\\w.~-]",
  "/": "[\\w/@.-]"
}

/** Returns how many characters of a token must be masked: one that lost its last third is as good as whole. */
const least = (length: number): number => length < 30 ? length : Math.floor(length * 0.7)

/** The expression of a body. Only its last part is without an upper bound, so that a failed look is a short one. */
const expressionOf = (body: string, doubt?: TokenFormat[2]): string => {
  const parts = [...body.matchAll(/([dhaUAwb%~/])([0-9]+)|[^]/g)]
  return parts.map(([whole, alphabet, count], i) => {
    if (alphabet === undefined || count === undefined) return whole.replace(/[.$+]/, "\\$&")
    const length = Number(count)
    const isLast = i === parts.length - 1
    const most = doubt === "exact" ? length : isLast && doubt === undefined ? "" : length * 4
    return `${alphabets[alphabet]}{${isLast ? least(length) : Math.min(length, least(length))},${most}}`
  }).join("")
}

/** Describes a format whose expression is made when it is first needed. */
interface Known {
  readonly start: string
  readonly format: TokenFormat
  expression?: RegExp
}

const isShort = ([, body]: TokenFormat): boolean => /^[b%]/.test(body)

/** Holds the formats in the ways in which they are looked for. */
interface Table {
  /** By the first two letters: nearly every place of a text is ruled out by one look. */
  readonly byStart: ReadonlyMap<number, ReadonlyArray<Known>>
  readonly isStart: Uint8Array
  /** Holds the formats that may have `+` or `/` early on: no run of letters, and looked for by its start. */
  readonly byWord: ReadonlyArray<Known>
  /** By what is looked for first: letters that nearly no text has, so that most of the table is never asked. */
  readonly byRare: ReadonlyMap<string, ReadonlyArray<ReturnType<typeof infix>>>
}

const keyOf = (text: string, at: number): number => text.charCodeAt(at) * 128 + text.charCodeAt(at + 1)

/** Makes the table, which a server has no need of before a text with a long run of letters. */
const makeTable = (): Table => {
  const byStart = new Map<number, Array<Known>>()
  const byWord: Array<Known> = []
  const isStart = new Uint8Array(128 * 128)
  for (const format of formats) {
    for (const start of format[0].split(" ")) {
      if (isShort(format)) {
        byWord.push({ start, format })
        continue
      }
      const key = keyOf(start, 0)
      isStart[key] = 1
      const known = byStart.get(key)
      if (known === undefined) byStart.set(key, [{ start, format }])
      else known.push({ start, format })
    }
  }
  const byRare = new Map<string, ReadonlyArray<ReturnType<typeof infix>>>()
  for (const it of infixes.map(infix)) {
    const rare = /hook|[~$!+]|AA|sv1/.exec(it.letters)?.[0] ?? it.letters
    byRare.set(rare, [...byRare.get(rare) ?? [], it])
  }
  return { byStart, isStart, byWord, byRare }
}

let table: Table | undefined

const matchAt = (known: Known, text: string, at: number): number => {
  if (known.start === "eyJ") {
    jsonWebToken.lastIndex = at
    return jsonWebToken.test(text) ? jsonWebToken.lastIndex : -1
  }
  const [, body, doubt] = known.format
  known.expression ??= new RegExp(expressionOf(body, doubt) + (doubt === "exact" ? "(?![A-Za-z0-9])" : ""), "y")
  const { expression, start } = known
  if (doubt === "random" && !longWord.test(text.slice(at + start.length, at + telling))) return -1
  expression.lastIndex = at + start.length
  if (!expression.test(text)) return -1
  const stop = expression.lastIndex
  return doubt === "random" && !isRandom(text.slice(at + start.length, Math.min(stop, at + telling)))
    ? -1
    : restOf(text, stop, known)
}

/** Chance shows early. A look that may fail goes no further, so that many of them cost no more than one. */
const telling = 72
const longWord = /[A-Za-z0-9]{8}/

const restOf = (text: string, at: number, { format: [, , doubt] }: Known): number => {
  if (doubt !== "random") return at
  let end = at
  while (end < text.length && (isWord[text.charCodeAt(end)] === 1 || text[end] === "_" || text[end] === "-")) end++
  return end
}

/** Letters of which tokens are made: a token has sixteen and more of them in a row. */
const isRun = new Uint8Array(128)
const isWord = new Uint8Array(128)
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") {
  isRun[letter.charCodeAt(0)] = 1
  isWord[letter.charCodeAt(0)] = 1
}
for (const letter of "_-.") isRun[letter.charCodeAt(0)] = 1

const shortest = 16

const runs = (text: string, each: (start: number, end: number) => void): void => {
  const { length } = text
  const inRun = (at: number): boolean => isRun[text.charCodeAt(at)] === 1
  for (let i = shortest - 1; i < length;) {
    if (!inRun(i)) {
      i += shortest
      continue
    }
    let start = i
    let end = i + 1
    while (start > 0 && inRun(start - 1)) start--
    while (end < length && inRun(end)) end++
    if (end - start >= shortest) each(start, end)
    i = end + shortest
  }
}

const inRun = (
  text: string,
  start: number,
  end: number,
  spans: Spans,
  { byStart, isStart }: Table
): void => {
  let isInWord = false
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (!isInWord && i + 1 < end && isStart[code * 128 + text.charCodeAt(i + 1)] === 1) {
      const stop = token(text, i, byStart)
      if (stop > 0) {
        spans.push(i, stop)
        if (code === 65) awsSecret(text, stop, spans)
        i = stop - 1
        isInWord = true
        continue
      }
    }
    if (!isInWord && code >= 77 && code <= 79 && end - i >= 59) {
      discord.lastIndex = i
      if (discord.test(text)) spans.push(i, discord.lastIndex)
    }
    isInWord = isWord[code] === 1
  }
}

/** Matches the secret that belongs to the id of an AWS key, which often stands right behind it. */
const behindId = /[^\w+/]{1,6}([A-Za-z0-9+/]{36,44})(?![\w+/])/y

const awsSecret = (text: string, at: number, spans: Spans): void => {
  behindId.lastIndex = at
  if (behindId.test(text)) spans.push(at, behindId.lastIndex)
}

/** Matches when it was made, by whom, and a check: three parts that say nothing of where they come from. */
const discord = /[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}/y

/** The end of the longest token that begins here, or -1. */
const token = (text: string, at: number, byStart: Table["byStart"]): number => {
  let stop = -1
  for (const known of byStart.get(keyOf(text, at))!) {
    if (text.startsWith(known.start, at)) stop = Math.max(stop, matchAt(known, text, at))
  }
  return stop > 0 && /(.)\1{11}$/.test(text.slice(stop - 12, stop)) ? -1 : stop // `ghp_xxxxxxxxxxxx` shows how one looks
}

/** A token that is signed has three parts, one that is encrypted five, some of them empty; some writers put spaces between. */
const jsonWebToken =
  /eyJ[\w-]{8,1024}(?:\.\.[\w-]{4,8192}|\.[\w-]{4,8192}|\s{0,4}\.\s{0,4}eyJ[\w-]{4,8192})(?:\s{0,4}\.\s{0,4}[\w-]{16,}|\.[\w-]*){0,3}/y

/** The expression is made when a text first has the letters. */
const infix = (format: Infix): { readonly letters: string; readonly expression: RegExp } => {
  let made: RegExp | undefined
  return {
    letters: format[1],
    get expression() {
      return made ??= expressionAround(format)
    }
  }
}

const expressionAround = ([before, letters, after]: Infix): RegExp =>
  new RegExp(
    `${before.startsWith("d") ? "(?<![0-9])" : letters.startsWith("/") ? "" : "(?<![A-Za-z0-9])"}${bounded(before)}${
      letters.replaceAll(/[.$+]/g, "\\$&")
    }${expressionOf(after)}`,
    "g"
  )

/** Bounds what stands before, as above: nothing is looked through twice. */
const bounded = (before: string): string =>
  [...before.matchAll(/([dhaUAwb%~/])([0-9]+)|[^]/g)].map(([whole, alphabet, count]) =>
    alphabet === undefined || count === undefined
      ? whole
      : `${alphabets[alphabet]}{${least(Number(count))},${Number(count) < 5 ? Number(count) : Number(count) + 24}}`
  ).join("")

export const every = (text: string, expression: RegExp, spans: Spans): void => {
  expression.lastIndex = 0
  for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
    spans.push(found.index, expression.lastIndex)
    if (found[0] === "") expression.lastIndex++
  }
}

/** Finds the tokens of the table; strictly also what only looks like one, unless it stands in `known`. */
export const findTokens = (
  text: string,
  spans: Spans,
  found: number,
  isStrict: boolean,
  known: string | undefined
): void => {
  const made = table ??= makeTable()
  runs(text, (start, end) => {
    inRun(text, start, end, spans, made)
    if (isStrict && end - start > 22) findGeneral(text.slice(start, end), start, spans, known)
  })
  if ((found & traits.longRun) === 0) return
  for (const known of made.byWord) {
    for (let at = text.indexOf(known.start); at >= 0; at = text.indexOf(known.start, at + 1)) {
      if (at > 0 && isWord[text.charCodeAt(at - 1)] === 1) continue
      const stop = matchAt(known, text, at)
      if (stop > 0) spans.push(at, stop)
    }
  }
  for (const [rare, several] of made.byRare) {
    if (!text.includes(rare)) continue
    for (const { expression, letters } of several) if (text.includes(letters)) every(text, expression, spans)
  }
}

/** A word, a low line, and twenty letters of which some are digits: what a token of any vendor looks like. And what ids do. */
const general =
  /(?<![A-Za-z0-9])(?!(?:sha|md)[0-9]+_)[A-Za-z][A-Za-z0-9]{0,15}(?:_[A-Za-z0-9]{1,12}){0,3}_(?=[A-Za-z]{0,200}[0-9])(?=[0-9]{0,200}[A-Za-z])[A-Za-z0-9]{20,}/g
const words = /^[A-Z]?[a-z]+(?:[A-Z][a-z]+|[0-9]{1,2}(?![0-9]))*$/

const findGeneral = (run: string, start: number, spans: Spans, known: string | undefined): void => {
  if (!run.includes("_")) return
  for (const { 0: token, index } of run.matchAll(general)) {
    if (words.test(token.slice(token.lastIndexOf("_") + 1)) || known?.includes(token) === true) continue
    spans.push(start + index, start + index + token.length)
  }
}

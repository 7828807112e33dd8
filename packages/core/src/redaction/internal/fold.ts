/** Matches invisible letters: a secret with one inside is still that secret. */
export const invisible =
  // oxlint-disable-next-line no-misleading-character-class, no-irregular-whitespace -- these are what this is about
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb"
/** The same beyond the first plane: tags, more variation selectors, format letters of music and shorthand. */
export const invisiblePairs = "\\udb40[\\udc00-\\uddef]|\\ud834[\\udd73-\\udd7a]|\\ud82f[\\udca0-\\udca3]"

const escapeCode = "\\u001b"
const written = new RegExp(
  `[${invisible}]|${invisiblePairs}|${escapeCode}\\[[0-9;]{0,12}[A-Za-z]|[\\uff01-\\uff5e\\ufe50-\\ufe6b]|\\ud835[\\udc00-\\udfff]|` +
    "%[2-7][0-9A-Fa-f]|\\\\(?:[nrtbf\"'/\\\\`]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|&(?:#[0-9]{2,4}|#x[0-9A-Fa-f]{2,3}|quot|amp|apos|lt|gt|equals|colon);",
  "g"
)
/** Letters for letters: what a text without them is made of stands for itself. */
const mayBeWritten = new RegExp(written.source)

const entities: Readonly<Record<string, string>> = {
  quot: "\"",
  amp: "&",
  apos: "'",
  lt: "<",
  gt: ">",
  equals: "=",
  colon: ":"
}
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

const letterOf = (found: string): string => {
  switch (found[0]) {
    case "%":
      return String.fromCharCode(Number.parseInt(found.slice(1), 16))
    case "\\":
      return found.length > 2
        ? String.fromCharCode(Number.parseInt(found.slice(2), 16))
        : escapes[found[1]!] ?? found[1]!
    case "&":
      return entities[found.slice(1, -1)] ??
        String.fromCharCode(found[2] === "x" ? Number.parseInt(found.slice(3, -1), 16) : Number(found.slice(2, -1)))
    default:
      return mayBeWide.test(found) ? found.normalize("NFKC") : ""
  }
}

const mayBeWide = /^(?:[\uff01-\uff5e\ufe50-\ufe6b]|\ud835)/

/** Describes a text as a reader takes it, and where its letters stood. */
export interface Folded {
  readonly text: string
  /** Returns where the letter at a place of the folded text stands in the text itself. */
  readonly origin: (at: number) => number
}

/** Resolves escapes, percent signs, entities and wide letters and drops what is invisible; `undefined` if there is none of it. */
export const fold = (text: string): Folded | undefined => {
  if (!mayBeWritten.test(text)) return undefined
  let out = ""
  let done = 0
  const places: Array<number> = [0]
  const origins: Array<number> = [0]
  const mark = (origin: number): void => {
    places.push(out.length)
    origins.push(origin)
  }
  written.lastIndex = 0
  for (let found = written.exec(text); found !== null; found = written.exec(text)) {
    if (found.index > done) out += text.slice(done, found.index)
    mark(found.index)
    out += letterOf(found[0])
    done = written.lastIndex
    mark(done)
  }
  out += text.slice(done)
  const end = text.length
  return { text: out, origin: (at) => at >= out.length ? end : originOf(places, origins, at) }
}

/** Returns the last mark that is not behind the place. */
const originOf = (places: ReadonlyArray<number>, origins: ReadonlyArray<number>, at: number): number => {
  let low = 0
  let high = places.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (places[middle]! <= at) low = middle
    else high = middle - 1
  }
  return origins[low]! + at - places[low]!
}

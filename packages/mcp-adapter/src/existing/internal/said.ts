/** Describes what the caller said itself, which is no secret to the caller. */
export interface Said {
  /** All of it, as far as it is looked at. */
  readonly whole: string
  /** Returns true if something stands in what was said, or lies below a path that was. */
  readonly holds: (found: string) => boolean
  /** The end of a path that the caller named, without what leads there; `undefined` if it named none. */
  readonly endOf: (path: string) => string | undefined
}

/** Limits how much of the arguments is looked at. */
const mostWords = 1_000
const mostDepth = 12
const mostLetters = 262_144
/** Longer ones name no place. */
const longest = 4_096
/** Limits how many letters are compared at most for what is no word of its own. */
const mostCompared = 10_000_000
/** Limits how many folders of a path are looked at. */
const mostFolders = 40

/** Looks at what the caller said, once, and at most as long as the law of time allows. */
export const saidBy = (args: unknown): Said => new Words(wordsIn(args))

/** Splits what was said where somebody asks for parts of it: most texts name no place. */
class Words implements Said {
  readonly whole: string
  readonly #words: ReadonlyArray<string>
  readonly #answers = new Map<string, boolean>()
  #left = mostCompared
  #parts: Parts | undefined

  constructor(words: ReadonlyArray<string>) {
    this.whole = words.join("\n")
    this.#words = words
  }

  readonly holds = (found: string): boolean => {
    if (this.whole === "" || found.length > longest) return false
    const known = this.#answers.get(found)
    if (known !== undefined) return known
    const { folders } = this.#split()
    const answer = this.#stands(found) || (folders.size > 0 && foldersOf(found).some((folder) => folders.has(folder)))
    this.#answers.set(found, answer)
    return answer
  }

  readonly endOf = (path: string): string | undefined => {
    const { ends } = this.#split()
    if (ends.size === 0 || path.length > longest) return undefined
    return tailsOf(path).find((tail) => ends.has(tail))
  }

  #stands(found: string): boolean {
    if (this.#split().tokens.has(found)) return true
    this.#left -= this.whole.length
    return this.#left > 0 && this.whole.includes(found)
  }

  #split(): Parts {
    return this.#parts ??= partsOf(this.#words, this.whole)
  }
}

/** Holds the parts of what was said. */
interface Parts {
  readonly tokens: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
  readonly ends: ReadonlyMap<string, string>
}

const partsOf = (words: ReadonlyArray<string>, whole: string): Parts => {
  const short = words.filter((word) => word.length <= longest)
  const tokens = new Set(short)
  for (const token of whole.split(/[\s"'`<>|,;()[\]{}]+/)) if (token.length <= longest) tokens.add(token)
  return {
    tokens,
    folders: new Set(short.filter(isPath).map((word) => word.replace(/[\\/]+$/, ""))),
    ends: new Map(short.filter((word) => word.length > 2 && /\w/.test(word)).map((word) => [ended(word), word]))
  }
}

const isPath = (word: string): boolean => word.length > 1 && /^(?:[/~]|[A-Za-z]:)/.test(word)

const ended = (word: string): string => word.replace(/^\.?\//, "")

/** Returns a path, and every folder that it lies in. A path that goes up lies anywhere. */
const foldersOf = (path: string): ReadonlyArray<string> => {
  if (!isPath(path) || /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(path)) return []
  const folders = [path.replace(/[\\/]+$/, "")]
  for (let i = path.length - 1; i > 0 && folders.length < mostFolders; i--) {
    if (path[i] === "/" || path[i] === "\\") folders.push(path.slice(0, i))
  }
  return folders
}

/** Returns the ends of a path, the longest first. */
const tailsOf = (path: string): ReadonlyArray<string> => {
  const tails: Array<string> = []
  for (let at = path.indexOf("/"); at >= 0 && tails.length < mostFolders; at = path.indexOf("/", at + 1)) {
    tails.push(path.slice(at + 1))
  }
  return tails
}

/** Returns the texts that the caller sent, at any depth. */
const wordsIn = (args: unknown): ReadonlyArray<string> => {
  const words: Array<string> = []
  let letters = 0
  const visit = (value: unknown, depth: number): void => {
    if (words.length >= mostWords || letters >= mostLetters || depth > mostDepth) return
    if (typeof value === "string") {
      if (value.length > 1) words.push(value.slice(0, mostLetters - letters))
      letters += value.length
    } else if (typeof value === "object" && value !== null) {
      for (const name of Object.keys(value)) visit((value as { readonly [key: string]: unknown })[name], depth + 1)
    }
  }
  try {
    visit(args, 0)
  } catch {
    // arguments that cannot be read excuse nothing
  }
  return words
}

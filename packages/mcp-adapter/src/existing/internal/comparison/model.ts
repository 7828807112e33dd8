/** See `Comparison`. */
export interface Comparison {
  /** Lists what was seen, in the order in which it was seen first. */
  readonly entries: () => ReadonlyArray<Entry>
  /** Counts the failures that have no entry, since there are too many kinds of them. */
  readonly omitted: () => number
  /** Lists what could not be looked at, and what to do about it. */
  readonly unseen: () => ReadonlyArray<string>
  /** Resolves when everything that was seen was tried. */
  readonly settled: () => Promise<void>
  /** Adds a failure. Shadow mode calls it; it never throws, and what it is given is safe to be shared. */
  readonly add: (sighting: Sighting) => void
  /** Adds a sentence about what cannot be looked at. Shadow mode calls it. */
  readonly addUnseen: (sentence: string) => void
}

/** See `Comparison`'s `Entry`. */
export interface Entry {
  /** Names the tool, or the method where it was no tool. */
  readonly tool: string
  /** Says if a handler threw or returned the failure, or the SDK refused the call. */
  readonly kind: Kind
  /** Names the class of what was thrown; of the rest, what it is. */
  readonly error: string
  /** Gives the place where the error was made, as `file:line` below the server's folder. */
  readonly at?: string | undefined
  /** Counts how often it was seen. */
  readonly count: number
  /** Says what adopting makes of it; `undefined` until it was tried. */
  readonly becomes?: Becomes | undefined
  /** Names the type of tomorrow's problem. */
  readonly type?: string | undefined
  /** Names the family of tomorrow's problem. */
  readonly category?: string | undefined
  /** Says if the advice is careful only because no option declares whether the tool's calls may be repeated. */
  readonly isUndeclared?: boolean | undefined
  /** Lists what leaves today and would not tomorrow: `a secret`, `a path`, `an address`, `a stack`, `a statement`. */
  readonly hides: ReadonlyArray<string>
  /** Shows some of the sentences. */
  readonly examples: ReadonlyArray<Example>
  /** Holds the line of `classify` that would give it a class, where there is one. */
  readonly paste?: string | undefined
}

/** See `Comparison`'s `Kind`. */
export type Kind = "thrown" | "returned" | "refused"

/** See `Comparison`'s `Becomes`. */
export type Becomes = "masked" | "kept" | "classified" | "itemized"

/** See `Comparison`'s `Example`. */
export interface Example {
  /** Gives what a model reads today, without what must not be shared; arguments stand as `<name>`. */
  readonly today: string
  /** Gives what it would read, without its reference; `undefined` until it was tried. */
  readonly tomorrow?: string | undefined
}

/** See `Comparison`'s `Sighting`. */
export interface Sighting {
  /** Names the tool or method. */
  readonly tool: string
  /** Says who failed the call. */
  readonly kind: Kind
  /** Names the class of what was thrown, or what the failure is. */
  readonly error: string
  /** Gives the place where the error was made. */
  readonly at?: string | undefined
  /** Holds the condition that knows such a failure in `classify`, where there is one. */
  readonly test?: string | undefined
  /** Tells failures of the same tool, kind, class and place apart. */
  readonly shape: string
  /** Writes today's sentence; asked for a few of many. */
  readonly today: () => Sentence
  /** Tries what would be said; asked for a few of many. */
  readonly tomorrow: () => Promise<Tomorrow>
}

/** See `Comparison`'s `Sentence`. */
export interface Sentence {
  /** Gives the words, safe to be shared. */
  readonly words: string
  /** Lists what was taken out of them. */
  readonly hides: ReadonlyArray<string>
}

/** See `Comparison`'s `Tomorrow`. */
export interface Tomorrow {
  /** Gives the words, safe to be shared. */
  readonly words: string
  /** Says what becomes of the failure. */
  readonly becomes: Becomes
  /** Names the type of the problem. */
  readonly type?: string | undefined
  /** Names the family of the problem. */
  readonly category?: string | undefined
  /** Says if the advice is careful only because no option declares whether the tool's calls may be repeated. */
  readonly isUndeclared: boolean
}

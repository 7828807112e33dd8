import { attempt } from "../attempt.ts"
import { lineOf } from "./guess.ts"
import type { Comparison, Entry, Example, Sighting, Tomorrow } from "./model.ts"

/** A server may throw whatever its clients make it throw: what is kept is bounded. */
const bounds = { entries: 500, ofTool: 60, examples: 3, unseen: 50 }

interface Kept {
  readonly sighting: Pick<Sighting, "at" | "error" | "kind" | "test" | "tool">
  count: number
  tomorrow: Tomorrow | undefined
  readonly hides: Set<string>
  readonly examples: Array<{ readonly today: string; tomorrow: string | undefined }>
}

/** Makes what collects sightings. `onChange` hears of every one, and of what was tried since. */
export const collect = (onChange: () => void = () => undefined): Comparison => {
  const kept = makeKinds()
  const unseen = new Set<string>()
  const trials = new Set<Promise<unknown>>()
  let omitted = 0
  return {
    add: (sighting) =>
      attempt(() => {
        const one = kept.find(sighting)
        if (one === undefined) omitted++
        else {
          one.count++
          const trial = exemplify(one, sighting)?.finally(() => {
            trials.delete(trial!)
            onChange()
          })
          if (trial !== undefined) trials.add(trial)
        }
        onChange()
      }),
    addUnseen: (sentence) => {
      if (unseen.size < bounds.unseen) unseen.add(sentence)
    },
    settled: async () => {
      while (trials.size > 0) await Promise.all(trials)
    },
    entries: () => kept.all().map(entryOf),
    omitted: () => omitted,
    unseen: () => [...unseen]
  }
}

interface Kinds {
  /** Finds or makes the kind of a sighting; `undefined` if there are too many. */
  readonly find: (sighting: Sighting) => Kept | undefined
  readonly all: () => ReadonlyArray<Kept>
}

const makeKinds = (): Kinds => {
  const kept = new Map<string, Kept>()
  const ofTool = new Map<string, number>()
  return {
    all: () => [...kept.values()],
    find: ({ at, error, kind, shape, test, tool }) => {
      const key = JSON.stringify([tool, kind, error, at ?? shape])
      const known = kept.get(key)
      if (known !== undefined) return known
      const of = `${kind} ${tool}`
      const count = ofTool.get(of) ?? 0
      if (kept.size >= bounds.entries || count >= bounds.ofTool) return undefined
      ofTool.set(of, count + 1)
      const sighting = { at, error, kind, test, tool }
      const made: Kept = { sighting, count: 0, tomorrow: undefined, hides: new Set(), examples: [] }
      kept.set(key, made)
      return made
    }
  }
}

/** Keeps a few sentences of many, and tries what they would become. */
const exemplify = (one: Kept, sighting: Sighting): Promise<void> | undefined => {
  if (one.examples.length >= bounds.examples) return undefined
  const today = sighting.today()
  for (const what of today.hides) one.hides.add(what)
  if (one.examples.some((example) => example.today === today.words)) return undefined
  const example: Kept["examples"][number] = { today: today.words, tomorrow: undefined }
  one.examples.push(example)
  return sighting.tomorrow().then((tomorrow) => {
    one.tomorrow ??= tomorrow
    example.tomorrow = tomorrow.words
  }).catch(() => undefined)
}

const entryOf = ({ count, examples, hides, sighting, tomorrow }: Kept): Entry => {
  const { at, error, kind, test, tool } = sighting
  const paste = tomorrow?.becomes === "masked" ? test && lineOf(test) : undefined
  return {
    tool,
    kind,
    error,
    ...at === undefined ? {} : { at },
    count,
    ...tomorrow === undefined ? {} : { becomes: tomorrow.becomes },
    ...tomorrow?.type === undefined ? {} : { type: tomorrow.type },
    ...tomorrow?.category === undefined ? {} : { category: tomorrow.category },
    hides: [...hides],
    examples: examples.map(({ today, tomorrow }): Example => tomorrow === undefined ? { today } : { today, tomorrow }),
    ...paste === undefined ? {} : { paste },
    ...tomorrow?.isUndeclared === true ? { isUndeclared: true } : {}
  }
}

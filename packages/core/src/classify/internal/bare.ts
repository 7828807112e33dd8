import type { Family, View } from "./finding.ts"

/** Describes of which bare errors some families say something. */
interface Heard {
  /** Holds the names that were asked about, and whether one of the families reads them. */
  readonly names: Map<string, boolean>
  readonly reads: ReadonlyArray<(name: string) => boolean>
  readonly messages: ReadonlyArray<RegExp>
}

/** A service may choose the names of its failures. */
const mostNames = 1_000
const longestName = 200

/** `undefined`: one of the families does not tell what it reads. */
const heard = new WeakMap<ReadonlyArray<Family>, Heard | undefined>()

/**
 * Tests whether no family says anything of an error that has only a name and a message, without asking each: most errors that
 * people make are of this kind.
 */
export const saysNothing = ({ code, message, names }: View, families: ReadonlyArray<Family>): boolean => {
  if (!heard.has(families)) heard.set(families, heardBy(families))
  const known = heard.get(families)
  return known !== undefined && code === undefined &&
    !names.some((name) => isRead(known, name)) && !known.messages.some((pattern) => pattern.test(message))
}

const isRead = ({ names, reads }: Heard, name: string): boolean => {
  if (name.length > longestName) return reads.some((read) => read(name))
  let known = names.get(name)
  if (known === undefined) {
    if (names.size >= mostNames) names.clear()
    names.set(name, known = reads.some((read) => read(name)))
  }
  return known
}

const heardBy = (families: ReadonlyArray<Family>): Heard | undefined => {
  const all = families.map(({ ofBare }) => ofBare)
  if (!all.every((ofBare) => ofBare !== undefined)) return undefined
  return {
    names: new Map(),
    reads: all.flatMap(({ names }) => names ?? []),
    messages: joined(all.flatMap(({ messages }) => messages?.() ?? []))
  }
}

/** Joins patterns, since a text is searched once for each: what begins a text is searched there only. */
const joined = (patterns: ReadonlyArray<RegExp>): ReadonlyArray<RegExp> => {
  const groups = new Map<string, { readonly flags: string; readonly sources: Array<string> }>()
  for (const { flags, source } of patterns) {
    const key = `${flags} ${source.startsWith("^")}`
    const group = groups.get(key) ?? { flags, sources: [] }
    groups.set(key, group)
    group.sources.push(`(?:${source})`)
  }
  return [...groups.values()].map(({ flags, sources }) => new RegExp(sources.join("|"), flags))
}

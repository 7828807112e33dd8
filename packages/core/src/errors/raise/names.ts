import { AlreadyExists, NotFound } from "../stock/resource.ts"
import * as Suggestion from "../Suggestion.ts"
import { causeOf, type Details, either, told } from "./details.ts"

/** Says which names there are, and which of them the caller may see. */
interface Names {
  /** The names that there are. The nearest of them are told. Default: none are known. */
  readonly among?: Iterable<string> | undefined
  /** Tests whether the caller may see a name; asked of names that are near, or that would be told. Default: all may be seen. */
  readonly maySee?: ((name: string) => boolean) | undefined
}

/** So many names are told where none is near. */
const mostNames = 5

/**
 * Makes the error of something that is not there. Where names are given, the nearest are told, or, where none is near, what there is,
 * if that is little.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notFound = (resource: string, id?: string, details: Details & Names = {}): NotFound => {
  const { among, maySee } = details
  const error = new NotFound({ resource, ...id === undefined ? {} : { id }, ...causeOf(details) })
  if (among === undefined) return told(error, details, {})
  const similarMatches = id === undefined ? [] : Suggestion.similar(id, among, { maySee })
  const all = similarMatches.length > 0 ? [] : visible(among, maySee)
  return told(error, details, {
    similarMatches,
    suggestion: all.length === 0 || all.length > mostNames ? undefined : `Use ${either(all.map(quoted))}`
  })
}

/** Returns the names that the caller may see, as far as they are told, and one more. */
const visible = (among: Iterable<string>, maySee: Names["maySee"]): ReadonlyArray<string> => {
  const seen: Array<string> = []
  let looked = 0
  try {
    for (const name of among) {
      if (++looked > Suggestion.maxCandidates || seen.length > mostNames) break
      if (typeof name === "string" && maySee?.(name) !== false) seen.push(name)
    }
  } catch {
    return [] // what cannot be read through is not told in part
  }
  return seen
}

const quoted = (name: string): string => JSON.stringify(name)

/**
 * Makes the error of something that is there already.
 *
 * @category constructors
 * @since 0.1.0
 */
export const alreadyExists = (resource: string, id?: string, details: Details = {}): AlreadyExists =>
  told(new AlreadyExists({ resource, ...id === undefined ? {} : { id }, ...causeOf(details) }), details, {
    suggestion: "Choose another name, or update the one that exists"
  })

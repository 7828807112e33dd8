import { isRecord } from "../../../fold/internal/resultLike.ts"

/** Holds the references of answers that are on their way through an SDK, which takes no longer than its own few steps. */
const answered = new Set<string>()
const mostAnswered = 10_000

/** Notes that a call is answered with a failure that was folded here. */
export const noteOurs = (result: unknown): void => {
  for (const reference of referencesIn(result)) {
    if (answered.size >= mostAnswered) answered.clear()
    answered.add(reference)
  }
}

/** Tests whether what an SDK made of such an answer still is that: SDK 1.x copies it, and may put words of its own in its place. */
export const isOurs = (result: unknown): boolean => {
  let isNoted = false
  for (const reference of referencesIn(result)) isNoted = answered.delete(reference) || isNoted
  return isNoted
}

/** Returns the references of the problems that a result tells. */
const referencesIn = (result: unknown): ReadonlyArray<string> => {
  const meta = isRecord(result) ? result["_meta"] : undefined
  if (!isRecord(meta)) return []
  const references: Array<string> = []
  for (const key of Object.keys(meta)) {
    const told = key.endsWith("problem") ? meta[key] : undefined
    if (isRecord(told) && typeof told["reference_id"] === "string") references.push(told["reference_id"])
  }
  return references
}

import type { Batch, Failed } from "../Batch.ts"
import { total } from "./model.ts"
import { countOf } from "./tally.ts"

/** How many keys a sentence names, and how much of each. */
const named = 3
const longest = 80

/** One sentence on what to do about the whole batch, by the pattern of what went wrong; none if nothing did. */
export const advise = (batch: Batch<unknown, unknown>): string | undefined => {
  const { failed, isTruncated, notAttempted, tally } = batch
  if (failed === 0) {
    if (notAttempted > 0) return "Call again with retry_keys to go on."
    return isTruncated ? "Call again with fewer items, or with those that are missing." : undefined
  }
  const all = total(batch)
  const count = (type: string): number => countOf(tally.byType, type)
  const later = tally.retryAfterSeconds === undefined ? "" : ` after ${tally.retryAfterSeconds} s`
  const again = countOf(tally.byCategory, "transient")
  if (again === failed) return `${share(failed, all)} failed for now: call again with retry_keys${later}.`
  if (count("outcome_unknown") > 0) {
    return `${share(count("outcome_unknown"), all)} may have taken effect: check ${
      keys(batch, "outcome_unknown")
    } before calling again.`
  }
  if (again > 0 || notAttempted > 0) {
    return `Call again with retry_keys${later}; for the others do what their suggestion says.`
  }
  if (count("not_found") === failed) {
    return failed === all && all > 1
      ? `None of the ${all} was found: check the names.`
      : `${share(failed, all)} not found: remove ${keys(batch, "not_found")} and call again.`
  }
  if (count("permission_denied") * 2 >= failed) {
    return `${share(count("permission_denied"), all)} denied: ask for permission, or leave ${
      keys(batch, "permission_denied")
    } out.`
  }
  if (count("internal_error") === failed) {
    return `${share(failed, all)} failed unexpectedly: do not call again with ${keys(batch, "internal_error")}.`
  }
  const [only, ...others] = Object.keys(tally.byType)
  return others.length === 0 && only !== undefined
    ? `${share(failed, all)} ${only.replaceAll("_", " ")}: do what the suggestion says, or leave ${
      keys(batch, only)
    } out.`
    : "Several things went wrong: do what the suggestion of each error says."
}

const share = (count: number, all: number): string => count === all && all > 1 ? `All ${all}` : `${count} of ${all}`

const keys = (batch: Batch<unknown, unknown>, type: string): string => {
  const first: Array<Failed<unknown>> = []
  for (const failure of batch.failures) {
    if (failure.advice.type.name === type && first.push(failure) === named) break
  }
  const rest = countOf(batch.tally.byType, type) - first.length
  const names = first.map(({ key }) => key.length <= longest ? key : `${key.slice(0, longest - 1).toWellFormed()}…`)
    .join(", ")
  return names === "" ? "them" : rest > 0 ? `${names} and ${rest} more` : names
}

import { ofOpen, ofType } from "../../errors/internal/advice.ts"
import { fromName } from "../../errors/internal/errorType.ts"
import { advice, retryLater } from "../../errors/internal/wording.ts"
import { shorten } from "../../redaction/internal/shorten.ts"
import { type Batch, countOf, total } from "./model.ts"

/** Describes what the sentences about a batch depend on besides the batch. */
export interface Told {
  /** Is true if what is done may be done again. */
  readonly isRepeatable: boolean
  /** Is true if there are keys to retry that could be listed. */
  readonly hasRetryKeys: boolean
  /** Is true if the call did something besides its items that may not be done again. */
  readonly didMore: boolean
  /** A key as it may be shown. */
  readonly shown: (key: string) => string
}

type Any = Batch<unknown, unknown>

/** Limits how many keys a sentence names, and how much of each. */
const named = 3
const longest = 80

const untouched = "The items that succeeded are done: do not send them again."

/** Writes one sentence on what to do about the whole batch, by the pattern of what went wrong; none if nothing did. */
export const suggest = (batch: Any, told: Told): string | undefined => {
  const { failed, isTruncated, notAttempted, tally } = batch
  if (told.didMore && failed + notAttempted > 0) return checkTheRest
  if (failed === 0) {
    if (notAttempted > 0) {
      return mustNotRepeat(batch, told) ? again(batch, told) : `Call again with ${whatToRetry(told)} to go on.`
    }
    if (!isTruncated) return undefined
    return mustNotRepeat(batch, told)
      ? `Call again with the missing items only. ${untouched}`
      : "Call again with fewer items, or with those that are missing."
  }
  const temporarily = countOf(tally.byCategory, "transient")
  const unknown = countOf(tally.byType, "outcome_unknown")
  if (isUncertain(batch, told)) {
    return `${share(temporarily, batch)} failed temporarily, and may have taken effect: check before calling again.`
  }
  if (temporarily === failed) return `${share(failed, batch)} failed temporarily. ${again(batch, told)}`
  if (unknown > 0) {
    return `${share(unknown, batch)} may have taken effect: check ${
      keys(batch, "outcome_unknown", told)
    } before calling again.`
  }
  if (temporarily > 0 || notAttempted > 0) {
    const only = mustNotRepeat(batch, told) ? " only" : ""
    return `Call again with ${whatToRetry(told)}${only}${later(batch)}; for the others, read their errors.`
  }
  return mustNotRepeat(batch, told) ? `${resolve(batch, told)} ${untouched}` : correct(batch, told)
}

/** Tells if all that might help is to call again, and nothing is known to be safe to call again with. */
const isUncertain = ({ failures, notAttempted, tally }: Any, { isRepeatable }: Told): boolean =>
  !isRepeatable && notAttempted === 0 && countOf(tally.byCategory, "transient") > 0 &&
  failures.every(({ advice }) => !advice.retry.should_retry)

const checkTheRest = "The call did more than its items: check what took effect before calling again."

/** "Call again with retry_keys after 5 s." */
const again = (batch: Any, told: Told): string =>
  mustNotRepeat(batch, told)
    ? batch.tally.retryAfterSeconds === undefined
      ? `Call again with ${whatToRetry(told)} only: the others are done.`
      : `Call again with ${whatToRetry(told)} only,${later(batch)}: the others are done.`
    : `Call again with ${whatToRetry(told)}${later(batch)}.`

const whatToRetry = ({ hasRetryKeys }: Told): string =>
  hasRetryKeys ? "retry_keys" : "the items that failed temporarily"

const later = ({ tally }: Any): string =>
  tally.retryAfterSeconds === undefined ? "" : ` after ${tally.retryAfterSeconds} s`

const mustNotRepeat = ({ succeeded }: Any, { isRepeatable }: Told): boolean => succeeded > 0 && !isRepeatable

/** Returns what to do about failures that no waiting helps, where the whole may be called again. */
const correct = (batch: Any, told: Told): string => {
  const { failed, tally } = batch
  const denied = countOf(tally.byType, "permission_denied")
  const [only, ...others] = Object.keys(tally.byType)
  if (countOf(tally.byType, "not_found") === failed) {
    return failed === total(batch) && failed > 1
      ? `None of the ${failed} was found: check the names.`
      : `${share(failed, batch)} not found: remove ${keys(batch, "not_found", told)} and call again.`
  }
  if (denied * 2 >= failed) {
    return `${share(denied, batch)} denied: ask for permission, or leave ${keys(batch, "permission_denied", told)} out.`
  }
  if (only === undefined || others.length > 0 || only === "internal_error") return resolve(batch, told)
  return `${share(failed, batch)} ${only.replaceAll("_", " ")}: read the error, or leave ${
    keys(batch, only, told)
  } out.`
}

/** Writes the same where it may not imply to do again what is done. */
const resolve = (batch: Any, told: Told): string => {
  const { failed, tally } = batch
  const denied = countOf(tally.byType, "permission_denied")
  const [only, ...others] = Object.keys(tally.byType)
  if (only === undefined || others.length > 0) {
    return denied * 2 >= failed
      ? `${share(denied, batch)} denied: ask for permission for ${keys(batch, "permission_denied", told)}.`
      : "Several things went wrong: read each error."
  }
  const these = keys(batch, only, told)
  switch (only) {
    case "internal_error":
      return `${share(failed, batch)} failed unexpectedly: do not call again with ${these}.`
    case "permission_denied":
      return `${share(failed, batch)} denied: ask for permission for ${these}.`
    default:
      return `${share(failed, batch)} ${only.replaceAll("_", " ")}: read the error of ${these}.`
  }
}

const share = (count: number, batch: Any): string =>
  count === total(batch) && count > 1 ? `All ${count}` : `${count} of ${total(batch)}`

const keys = (batch: Any, type: string, { shown }: Told): string => {
  const first: Array<string> = []
  for (const { advice, key } of batch.failures) {
    if (advice.type.name === type && first.push(shown(key)) === named) break
  }
  const rest = countOf(batch.tally.byType, type) - first.length
  const names = first.map((key) => shorten(key, longest))
  if (names.length === 0) return "them"
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ")
}

/** Returns what to do about the call as a whole, as the first lines of an error have it; none if all succeeded. */
export const advise = (batch: Any, told: Told): string | undefined => {
  const { failed, notAttempted, succeeded, tally } = batch
  const temporarily = countOf(tally.byCategory, "transient")
  if (failed === 0 && notAttempted === 0) return suggest(batch, told)
  if (told.didMore) return advice.mayHaveTakenEffect
  if (isUncertain(batch, told)) return advice.checkEffect
  if (succeeded > 0 && temporarily + notAttempted > 0) return again(batch, told)
  if (temporarily === failed) return retryLater(tally.retryAfterSeconds)
  const [sentence, ...others] = new Set(
    Object.keys(tally.byType).map((type) => ofType(fromName(type)))
  )
  const common = others.length === 0 ? sentence : undefined
  if (succeeded === 0) {
    const said = common ?? advice.changeArguments
    return told.isRepeatable ? said : ofOpen(said)
  }
  if (common !== undefined && common !== advice.correctArguments) return common
  const these = "Correct the items that failed and call again with those only."
  return told.isRepeatable ? these : `${these} ${untouched}`
}

/** Returns the counts in words, and what is not listed. */
export const note = (batch: Any, unlisted: ReadonlyArray<string>): string => {
  const { failed, isTruncated, notAttempted, succeeded } = batch
  const all = total(batch)
  const counts = [
    `${succeeded} of ${all} succeeded`,
    ...failed > 0 ? [`${failed} failed`] : [],
    ...notAttempted > 0 ? [notAttempted === 1 ? "1 was not attempted" : `${notAttempted} were not attempted`] : []
  ]
  return [
    all > 0 ? `${counts.join(", ")}.` : isTruncated ? "No item was started." : "There were no items.",
    isTruncated ? "The items were not read to their end." : "",
    ...unlisted
  ].filter((part) => part !== "").join(" ")
}

/** Returns how many entries of a list are left out. */
export const unlisted = (count: number, one: string, many = `${one}s`): string =>
  count <= 0 ? "" : count === 1 ? `1 more ${one} is not listed.` : `${count} more ${many} are not listed.`

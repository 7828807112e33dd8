/**
 * The sentences on trying again, written and read in one place: what renders them and what reads them back cannot differ.
 */
import * as Duration from "effect/Duration"

/** Names who can make a call succeed. */
export type ResolvedBy = "model" | "wait" | "user" | "operator"

export const advice = {
  changeArguments: "Do not retry with the same arguments.",
  resolveFirst: "Retry only after this is resolved.",
  correctArguments: "Correct the arguments and call again.",
  newKey: "Use the original arguments or a new key.",
  checkState: "Check the state before calling again.",
  retryKeysOnly: "Call again with retry_keys only: the others are done.",
  checkEffect: "Check whether it took effect before calling again.",
  mayHaveTakenEffect: "Do not retry: the call may have taken effect. Check first.",
  reportReference: "Do not retry. Report the reference."
} as const

/** Holds what stands before a sentence that could be read as a call to repeat what is done. */
export const checkFirst = "Check that it did not take effect."

const resolvers: { readonly [By in ResolvedBy]?: string } = { user: "the user has", operator: "an operator has" }

/** Returns what must happen first, and who can do it, where that is not the model. */
export const resolvedFirst = (by: ResolvedBy | undefined): string => {
  const who = by === undefined ? undefined : resolvers[by]
  return who === undefined ? advice.resolveFirst : `Retry only after ${who} resolved this.`
}

/** Lists why a call is not to be repeated, where more is known than that. */
export const reasons = { notSafe: "not_safe_to_repeat", undeclared: "undeclared_safety" } as const

export const retryLater = (seconds: number | undefined): string =>
  seconds === undefined ? "Retry later." : `Retry after ${seconds} s.`

export const alreadyTried = (attempts: number): string =>
  `Already tried ${attempts} ${attempts === 1 ? "time" : "times"}.`

const ordinals = ["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]

const ordinal = (n: number): string => {
  const named = ordinals[n - 3]
  if (named !== undefined) return named
  const ending = n % 100 >= 11 && n % 100 <= 13 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th"
  return `${n}${ending}`
}

const identical = /(?:^| )This is the \w{4,20} identical failure of this call\.$/

/** Adds to a sentence that the same call failed the same way before, where it is worth telling. */
export const afterIdentical = (sentence: string, count: number | undefined): string =>
  count === undefined || count < 3
    ? sentence
    : `${sentence}${sentence === "" ? "" : " "}This is the ${ordinal(count)} identical failure of this call.`

/** Tells which attempt comes next, and when, if not at once. */
export const nextAttempt = (
  { attempt, delay, maxAttempts }: {
    readonly attempt: number
    readonly maxAttempts: number
    readonly delay: Duration.Duration
  }
): string => {
  const seconds = Math.round(Duration.toSeconds(delay) * 10) / 10
  return `attempt ${attempt} of ${maxAttempts}${seconds === 0 ? "" : ` in ${seconds} s`}`
}

/** Describes what a sentence of ours says to a program. */
export interface Said {
  readonly shouldRetry: boolean
  readonly seconds: number | undefined
  readonly attempts: number | undefined
  readonly reason: string | undefined
}

/** Reads a sentence of ours back. What is none of ours says nothing of trying again. */
export const read = (whole: string): Said => {
  const sentence = whole.replace(identical, "")
  const [, tried, later] = /^(?:Already tried (\d{1,6}) times?\. )?(.*)$/s.exec(sentence) ?? []
  const seconds = /^Retry after (\d{1,9}) s\.$/.exec(later ?? "")?.[1]
  const shouldRetry = seconds !== undefined || later === retryLater(undefined)
  return {
    shouldRetry,
    seconds: seconds === undefined ? undefined : Number(seconds),
    attempts: tried === undefined ? undefined : Number(tried),
    reason: shouldRetry
      ? tried === undefined ? undefined : "exhausted"
      : sentence === advice.mayHaveTakenEffect || sentence.startsWith(checkFirst)
      ? reasons.notSafe
      : sentence === advice.checkEffect
      ? reasons.undeclared
      : undefined
  }
}

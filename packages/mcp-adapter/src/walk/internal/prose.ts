/** Says what a text advises about calling again. */
export interface Advised {
  /** Says to call again as it was, perhaps later. */
  readonly repeats: boolean
  /** The seconds to wait before. */
  readonly seconds: number | undefined
  /** Says to find out first what the call did. */
  readonly checks: boolean
  /** Says to change the arguments. */
  readonly corrects: boolean
  /** Names who must act first; `something` where it does not say who. */
  readonly waitsFor: "user" | "operator" | "something" | undefined
  /** Says to hand the reference to a person. */
  readonly reports: boolean
}

const units: { readonly [unit: string]: number } = { m: 60, s: 1 }

const secondsIn = (text: string): number | undefined => {
  const [, count, unit = "s"] =
    /\b(?:retry|try again|call again|wait)\b[^.]{0,40}?\b(?:after|in|for)?\s(\d{1,9}(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?)\b/i
      .exec(text) ?? []
  if (count === undefined) return undefined
  return Number(count) * (/^mi?l?l?i?s/i.test(unit) && !/^min/i.test(unit) ? 0.001 : units[unit[0]!.toLowerCase()] ?? 1)
}

const forbidden = /\b(?:do not|don't|never|must not|cannot) (?:be )?(?:retry|retried|repeat|try again|call again)/i

/** Takes a missing permission for the user's matter, where nothing else is said of it. */
const asksForPermission = (text: string): "user" | undefined =>
  /\b(?:not have permission|permission denied|not authori[sz]ed|not allowed to|forbidden)\b/i.test(text)
    ? "user"
    : undefined

/** Reads advice in plain English: ours, and that of others. */
export const advised = (text: string): Advised => {
  const waitsFor = /\bonly after (?:(?:the|an) (user|operator)|this)\b/i.exec(text)
  const checks = /\b(?:check (?:first|the state|whether|that it)|verify (?:first|whether))/i.test(text)
  const repeats = /\b(?:retry|try again|trying again|call again|repeat the (?:call|request))\b/i.test(text)
  const corrects = /\bcorrect the arguments\b/i.test(text)
  return {
    repeats: repeats && !corrects && !checks && waitsFor === null && !forbidden.test(text),
    seconds: secondsIn(text),
    checks,
    corrects,
    waitsFor: waitsFor === null
      ? asksForPermission(text)
      : (waitsFor[1]?.toLowerCase() as "user" | "operator" | undefined) ?? "something",
    reports: /\breport the reference\b/i.test(text)
  }
}

const lists = [
  /\bdid you (?:perhaps )?mean:? ([^?\n]{1,2000})\?/i,
  /\bone of:? ?([^\n;]{1,2000})/i,
  /\bExpected ((?:"[^"\n]+" \| )+"[^"\n]+")/,
  /\b(?:allowed|valid|available|existing|supported|known)(?: [a-z_]+){0,3}(?: are)?: ([^\n.;]{1,2000})/i
]

/** Returns the values that a text offers in place of a wrong one. */
export const offered = (text: string): ReadonlyArray<string> => {
  const found = lists.map((list) => list.exec(text)?.[1]).find((list) => list !== undefined)
  return found === undefined ? [] : valuesIn(found)
}

/** Takes a list apart: quoted values, else what stands between commas, bars or "or". */
const valuesIn = (list: string): ReadonlyArray<string> => {
  const quoted = [...list.matchAll(/["'`]([^"'`]{1,200})["'`]/g)].map(([, value]) => value!)
  return quoted.length > 0
    ? quoted
    : list.split(/\s*(?:,|\||\bor\b|\band\b)\s*/).map((value) => value.trim().replace(/\.$/, "")).filter((value) =>
      value !== ""
    )
}

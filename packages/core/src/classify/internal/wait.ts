import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import { isObject } from "./read.ts"

/** The longest hint that is told: a day. */
const longest = 24 * 3600

/** Numbers from here on are points in time: the year 2001 in seconds. */
const epoch = 1e9

/** Numbers from here on are points in time in milliseconds. */
const epochMillis = 1e11

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }

const amount = /^\d+(?:\.\d+)?$/
const span =
  /^(?:\d+(?:\.\d+)?\s*(?:ms|milli(?:second)?s?|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)[ ,]*)+$/
const part = /(\d+(?:\.\d+)?)\s*(ms|milli|s|m|h|d)/g
const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/

/**
 * Returns the whole seconds that a hint asks for, whatever its form: an amount (`30`, `1.5`), several (`10, 20`: the longest), a
 * span (`1m30s`), a date of HTTP or ISO, a point in time as a number, an effect `Duration`. None if it cannot be read, or is a
 * point in time and `now` is not known.
 */
export const secondsOf = (hint: unknown, now: number | undefined, unit: 1 | 0.001 = 1): number | undefined => {
  const seconds = read(hint, now, unit)
  return seconds === undefined || Number.isNaN(seconds)
    ? undefined
    : Math.min(longest, Math.max(0, Math.ceil(Number(seconds.toFixed(3)))))
}

const read = (hint: unknown, now: number | undefined, unit: number): number | undefined => {
  if (typeof hint === "number") return hint >= 0 ? ofNumber(hint, now, unit) : undefined
  if (typeof hint === "string") return ofText(hint.trim(), now, unit)
  if (hint instanceof Date) return until(hint.getTime(), now)
  return isObject(hint) && Duration.isDuration(hint) ? Duration.toSeconds(hint) : undefined
}

const ofNumber = (number: number, now: number | undefined, unit: number): number | undefined => {
  if (unit !== 1 || number < epoch) return number * unit
  const seconds = until(number < epochMillis ? number * 1000 : number, now)
  return seconds === undefined || seconds < -longest ? undefined : seconds // long gone: it was no point in time
}

const ofText = (hint: string, now: number | undefined, unit: number): number | undefined => {
  const parts = hint.split(",", 10).map((part) => part.trim())
  if (parts.every((part) => amount.test(part))) {
    const all = parts.map((part) => ofNumber(Number(part), now, unit)).filter((seconds) => seconds !== undefined)
    return all.length === 0 ? undefined : Math.max(...all)
  }
  if (span.test(hint)) {
    return [...hint.matchAll(part)].reduce(
      (sum, [, n, unit]) => sum + Number(n) * units[unit === "milli" ? "ms" : unit!]!,
      0
    )
  }
  if (isoDate.test(hint)) return until(Date.parse(hint), now)
  const parsed = Headers.parseRetryAfter(hint)
  return parsed._tag === "Success" && parsed.success._tag === "DateTime"
    ? until(DateTime.toEpochMillis(parsed.success.dateTime), now)
    : undefined
}

const until = (millis: number, now: number | undefined): number | undefined =>
  now === undefined ? undefined : (millis - now) / 1000

/** Reads a date of HTTP, in milliseconds. */
export const httpDate = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const parsed = Headers.parseRetryAfter(text)
  return parsed._tag === "Success" && parsed.success._tag === "DateTime"
    ? DateTime.toEpochMillis(parsed.success.dateTime)
    : undefined
}

/**
 * Describes one column of a table while its values come, in little memory.
 */
import type * as Tools from "../tools.ts"

type ColumnAnalysis = typeof Tools.ColumnAnalysis.Type
type Type = Exclude<ColumnAnalysis["type"], "empty">

/** A column that is looked at. */
export interface Column {
  readonly add: (value: string) => void
  readonly result: () => ColumnAnalysis
}

/** Says how many different values are told apart; beyond that there are at least so many. */
const maxDistinct = 1_000

/** How much of a value is compared. */
const maxCompared = 64

/** A number with leading zeros is none: it is a name that happens to have digits. */
const forms: { readonly [T in Type]: RegExp } = {
  integer: /^[+-]?(?:0|[1-9]\d{0,14})$/,
  number: /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/,
  boolean: /^(?:true|false)$/i,
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ][\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d)?)?$/,
  text: /^/
}
const narrowestFirst: ReadonlyArray<Type> = ["integer", "number", "boolean", "date"]

const typeOf = (value: string): Type => narrowestFirst.find((type) => forms[type].test(value)) ?? "text"

/** Returns the type of a column when one more value has come. */
const widened = (type: Type, value: string): Type => {
  if (forms[type].test(value)) return type
  return type === "integer" && forms.number.test(value) ? "number" : "text"
}

/** Starts to look at a column. */
export const make = (name: string): Column => {
  const distinct = new Set<string>()
  let type: Type | undefined
  let filled = 0
  let empty = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  let earliest = ""
  let latest = ""
  let longest = 0

  const measure = (value: string): void => {
    if (type === "integer" || type === "number") {
      const number = Number(value)
      min = Math.min(min, number)
      max = Math.max(max, number)
      sum += number
    } else if (type === "date") {
      if (earliest === "" || value < earliest) earliest = value
      if (value > latest) latest = value
    }
  }

  const measures = (): Partial<ColumnAnalysis> => {
    if (type === "integer" || type === "number") return { min, max, mean: sum / filled }
    if (type === "date") return { earliest, latest }
    return type === "text" ? { longest } : {}
  }

  return {
    add: (value) => {
      if (value === "") return void empty++
      filled++
      type = type === undefined ? typeOf(value) : widened(type, value)
      longest = Math.max(longest, value.length)
      if (distinct.size < maxDistinct) distinct.add(value.slice(0, maxCompared))
      measure(value)
    },
    result: () => {
      const counts = { filled, empty, distinct: distinct.size, distinct_is_exact: distinct.size < maxDistinct }
      return { name, type: type ?? "empty", ...counts, ...measures() }
    }
  }
}

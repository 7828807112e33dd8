/**
 * Tells what parts the fields of a table in a text file.
 */

/** Holds what may part fields, and what it is called. */
export const names = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" } as const

/** What may part fields. */
export type Delimiter = keyof typeof names

const all = Object.keys(names) as ReadonlyArray<Delimiter>

/** Says how many records, and how many characters, are looked at. */
const maxRecords = 20
const maxCharacters = 64 * 1024

type Counts = { readonly [D in Delimiter]: number }

/** Counts what may part fields in each of the first records, outside of quoted fields. */
const countRecords = (text: string): ReadonlyArray<Counts> => {
  const records: Array<Counts> = []
  let counts = { ",": 0, ";": 0, "\t": 0, "|": 0 }
  let isQuoted = false
  let isFieldStart = true
  let length = 0
  for (const character of text.slice(0, maxCharacters)) {
    if (isQuoted) {
      if (character === "\"") isQuoted = false
      continue
    }
    if (character === "\n" || character === "\r") {
      if (length > 0) records.push(counts)
      if (records.length === maxRecords) return records
      counts = { ",": 0, ";": 0, "\t": 0, "|": 0 }
      length = 0
      isFieldStart = true
      continue
    }
    length++
    if (character === "\"" && isFieldStart) isQuoted = true
    isFieldStart = character in names
    if (isFieldStart) counts[character as Delimiter]++
  }
  // a record that was cut off by the limit does not count, unless it is the only one
  return text.length <= maxCharacters && length > 0 || records.length === 0 ? [...records, counts] : records
}

/**
 * Finds what parts the fields: the comma, unless the first records have none and all have as many of another.
 *
 * A first line `sep=;`, which spreadsheets write, decides by itself; `declaration` is its length.
 */
export const find = (text: string): { readonly delimiter: Delimiter; readonly declaration: number } => {
  const declared = /^sep=([,;\t|])(\r\n|\n|\r|$)/.exec(text)
  if (declared !== null) return { delimiter: declared[1] as Delimiter, declaration: declared[0].length }
  const records = countRecords(text)
  const columns = (delimiter: Delimiter): number => {
    const wanted = records[0]?.[delimiter] ?? 0
    return wanted > 0 && records.every((counts) => counts[delimiter] === wanted) ? wanted : 0
  }
  if (columns(",") > 0) return { delimiter: ",", declaration: 0 }
  const best = all.toSorted((a, b) => columns(b) - columns(a))[0] ?? ","
  const isOther = columns(best) > 0 && (records[0]?.[","] ?? 0) < columns(best)
  return { delimiter: isOther ? best : ",", declaration: 0 }
}

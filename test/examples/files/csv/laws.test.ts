/**
 * What holds for every CSV text: the same in any pieces, the same as csv-parse says, windows that fit together.
 */
import { it } from "@effect/vitest"
import * as rows from "@errata/examples/files/csv/rows"
import { assert, describe } from "vitest"
import { runs, seeded, type Source } from "../../../core/support/arbitraries.ts"
import { type Reading, reading } from "./reading.ts"

const fragments = [",", ",", "\"", "\"", "\"\"", "\n", "\n", "\r\n", "\r", "a", "bc", "ü", "日", "👩‍👧", " ", ",\"a\","]

/** Text that is often nearly CSV. */
const texts = (from: Source): string => {
  const lines = Array.from(
    { length: from.int(6) },
    () => Array.from({ length: from.int(6) }, () => from.pick(fragments)).join("")
  )
  return `${from.pick(["", "", "x,y\n", "x\n", "\ufeffx,y\r\n"])}${lines.join(from.pick(["\n", "\r\n", "\r", ""]))}`
}

const cases = seeded((from) => ({
  text: texts(from),
  offset: from.int(4),
  limit: from.chance(50) ? 1 + from.int(4) : undefined,
  validates: from.chance(30),
  sizes: Array.from({ length: 7 }, () => 1 + from.int(from.pick([1, 3, 9])))
}))

/** What csv-parse says of the whole text at once. */
const reference = (text: string): ReadonlyArray<ReadonlyArray<string>> | undefined => {
  try {
    return rows.toRows([new TextEncoder().encode(text.replace(/^\ufeff/, ""))])
  } catch {
    return undefined
  }
}

const isFault = (read: ReturnType<typeof reading>): boolean => "reason" in read

/** What only we refuse: a header that is not there, and one with a name twice. */
const isOurs = (read: ReturnType<typeof reading>): boolean =>
  "reason" in read && /a header is expected|name of an earlier one/.test(read.reason)

describe("reading CSV", () => {
  it.prop("is the same whatever pieces the text comes in", [cases], ([{ sizes, text, ...options }]) => {
    let i = 0
    assert.deepStrictEqual(reading(text, options, () => sizes[i++ % sizes.length]!), reading(text, options))
  }, runs(600))

  it.prop("gives what csv-parse gives, and refuses what it refuses", [cases], ([{ text }]) => {
    const read = reading(text)
    if (isOurs(read)) return
    const expected = reference(text)
    assert.strictEqual(isFault(read), expected === undefined)
    if (expected !== undefined) assert.deepStrictEqual((read as Reading).rows, expected.slice(1))
  }, runs(600))

  it.prop("reads of a window what reading all gives there", [cases], ([{ limit, offset, text }]) => {
    const all = reading(text)
    if (isFault(all)) return
    const { rows } = all as Reading
    const window = reading(text, { offset, limit }) as Reading
    assert.deepStrictEqual(window.rows, rows.slice(offset, limit === undefined ? undefined : offset + limit))
    assert.strictEqual(window.count, window.rows.length)
    assert.strictEqual(window.hasMore, limit !== undefined && rows.length > offset + limit)
  }, runs(600))

  it.prop("validates what it reads, and collects what it would not read", [cases], ([{ text }]) => {
    const read = reading(text)
    const validated = reading(text, { validates: true })
    if (!isFault(read)) {
      assert.deepStrictEqual(validated, { ...read as Reading, rows: [] })
    } else if (!isFault(validated)) {
      assert.deepStrictEqual((validated as Reading).ragged[0], read)
    }
  }, runs(600))

  it.prop("points at a place that is there", [cases], ([{ text }]) => {
    const read = reading(text)
    if (!("reason" in read)) return
    const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/)
    assert.isAtLeast(read.line, 1)
    assert.isAtMost(read.line, lines.length)
    assert.isAtLeast(read.column, 1)
    assert.isAtMost(read.column, Array.from(lines[read.line - 1]!).length + 1)
  }, runs(600))
})

/**
 * Checks the records of a document against a schema, in a child process.
 */
import * as Issue from "@errata/core/Issue"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { SourceCorrupted } from "./ConversionError.ts"
import { explainRangeErrors } from "./convert.ts"
import * as limits from "./limits.ts"
import type { Checked, Milestone, Problem } from "./protocol.ts"
import * as Csv from "./sources/Csv.ts"
import * as Json from "./sources/Json.ts"

const isCalendarDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

const amount = { title: "amount", description: "a number" }

/** Holds what a record must be. CSV knows no numbers, so an amount may come as text. */
export const Order = Schema.Struct({
  id: Schema.NonEmptyString,
  date: Schema.String.check(
    Schema.makeFilter((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDate(text), {
      expected: "a date as YYYY-MM-DD"
    })
  ),
  customer: Schema.NonEmptyString,
  title: Schema.NonEmptyString,
  amount: Schema.Union([Schema.Finite, Schema.FiniteFromString]).annotate(amount),
  note: Schema.optionalKey(Schema.String)
})

/** Says how many records are checked between two milestones. */
const milestone = 1_000

/** A document may say what it likes in a field's name: no more of it than this is repeated. */
const maxText = 200

const decode = SchemaParser.decodeUnknownResult(Order, { errors: "all" })

const read = async (source: Uint8Array, format: "csv" | "json"): Promise<ReadonlyArray<unknown>> => {
  const records = await explainRangeErrors(
    format,
    async () => format === "csv" ? Csv.records(source, () => undefined) : Json.value(source, () => undefined)
  )
  if (!Array.isArray(records)) throw new SourceCorrupted({ format, reason: "it is no list of records" })
  return records as ReadonlyArray<unknown>
}

/** Checks all records, and says after every thousand how far it is. */
export const check = async (
  source: Uint8Array,
  format: "csv" | "json",
  onMilestone: (milestone: Milestone) => void
): Promise<Checked> => {
  const records = await read(source, format)
  const total = records.length
  onMilestone({ count: 0, total, invalid: 0 })
  const problems: Array<Problem> = []
  let invalid = 0
  for (const [i, value] of records.entries()) {
    const decoded = decode(value)
    if (Result.isFailure(decoded)) {
      invalid++
      if (problems.length < limits.maxProblems) problems.push(...problemsOf(i, value, decoded.failure))
    }
    if ((i + 1) % milestone === 0) onMilestone({ count: i + 1, total, invalid })
  }
  return { total, invalid, problems: problems.slice(0, limits.maxProblems) }
}

const problemsOf = (
  record: number,
  value: unknown,
  failure: Parameters<typeof Issue.fromSchemaIssue>[0]
): ReadonlyArray<Problem> =>
  Issue.fromSchemaIssue(failure, { input: Order, value }).map((issue) => ({
    record,
    field: Issue.path(issue).slice(0, maxText),
    problem: issue.message.slice(0, maxText)
  }))

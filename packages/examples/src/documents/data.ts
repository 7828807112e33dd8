/**
 * Checks the records of a document against a schema.
 */
import * as Issue from "@errata/core/Issue"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { run } from "./convert.ts"
import { DocumentCorrupted, InvalidRecords, NoRecords } from "./errors.ts"
import { Library } from "./Library.ts"

const isCalendarDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

const amount = { title: "amount", description: "a number" }

/** What a record must be. CSV knows no numbers, so an amount may come as text. */
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

/** How many records are checked between two milestones. */
const milestone = 1_000

/** How many problems are named; the rest is counted. */
const maxProblems = 100

const decode = SchemaParser.decodeUnknownResult(Order, { errors: "all" })

/** The handler of `process_data`. */
export const processData = Effect.fnUntraced(
  function*({ data_id }: { readonly data_id: string }) {
    const startedAt = yield* Clock.currentTimeMillis
    yield* Effect.logInfo("START process_data", { data_id })
    return yield* Effect.onExit(
      check(data_id),
      (exit) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          Effect.logInfo("END process_data", {
            data_id,
            outcome: exit._tag.toLowerCase(),
            duration_ms: now - startedAt
          }))
    )
  }
)

const check = Effect.fnUntraced(function*(data_id: string) {
  const records = yield* readRecords(data_id)
  yield* Effect.logInfo("read", { data_id, count: records.length })

  const problems: Array<typeof InvalidRecords.fields.problems.Type[number]> = []
  let invalid = 0
  for (const [i, value] of records.entries()) {
    const decoded = decode(value)
    if (Result.isFailure(decoded)) {
      invalid++
      for (const issue of Issue.fromSchemaIssue(decoded.failure, { input: Order, value })) {
        if (problems.length < maxProblems) {
          problems.push({ record: i, field: Issue.path(issue), problem: issue.message })
        }
      }
    }
    if ((i + 1) % milestone === 0) {
      yield* Effect.logInfo("checked", { data_id, count: i + 1, total: records.length, invalid })
      yield* Effect.yieldNow
    }
  }
  yield* Effect.logInfo("checked", { data_id, count: records.length, total: records.length, invalid })
  if (invalid > 0) return yield* new InvalidRecords({ data_id, total: records.length, invalid, problems })
  return { status: "success" as const, count: records.length }
})

/** Parsing a large file would block, so it happens where conversions do: a worker makes JSON of it. */
const readRecords = Effect.fnUntraced(function*(data_id: string) {
  const library = yield* Library
  const document = yield* library.find(data_id)
  if (document.format !== "csv" && document.format !== "json") {
    return yield* new NoRecords({ data_id, format: document.format, supported_formats: ["csv", "json"] })
  }
  const json = yield* run(document, yield* library.read(document), "json")
  const records: unknown = JSON.parse(json)
  if (!Array.isArray(records)) {
    return yield* new DocumentCorrupted({
      document_id: data_id,
      format: document.format,
      reason: "it is no list of records"
    })
  }
  return records as ReadonlyArray<unknown>
})

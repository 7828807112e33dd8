import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Batch, ReportAnnotation, ReportFields, ReportOptions } from "../Batch.ts"
import { TypeId } from "./model.ts"
import { report } from "./report.ts"

export const isBatch = (u: unknown): u is Batch<unknown, ToolError.Any> => Predicate.hasProperty(u, TypeId)

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const errorFields = {
  index: count,
  key: Schema.String,
  error: Schema.String,
  type: Schema.String,
  category: Schema.Literals(["transient", "permanent", "validation"]),
  message: Schema.String,
  recoverable: Schema.Boolean.annotate({ description: "Whether the caller can make this item succeed" }),
  suggestion: Schema.optionalKey(Schema.String)
}

export const makeReport = <Value extends Schema.Top>(
  value: Value,
  options: ReportOptions = {}
): Schema.Struct<ReportFields<Value>> =>
  Schema.Struct({
    status: Schema.Literals(["success", "partial", "failed"]),
    summary: Schema.Struct({
      total: count,
      succeeded: count,
      failed: count,
      not_attempted: count,
      success_rate: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
    }),
    results: Schema.Array(Schema.Struct({ index: count, key: Schema.String, value })),
    errors: Schema.Array(Schema.Struct(errorFields)),
    error_summary: Schema.Struct({
      by_type: Schema.Record(Schema.String, count),
      by_category: Schema.Record(Schema.String, count),
      recoverable_count: count,
      retry_keys: Schema.Array(Schema.String).annotate({ description: "Keys to retry as they are" }),
      retry_after_seconds: Schema.optionalKey(count),
      suggestion: Schema.optionalKey(Schema.String)
    }),
    note: Schema.String
  }).annotate({ "errata/batch": annotation(options) }) as Schema.Struct<ReportFields<Value>>

const annotation = (options: ReportOptions): ReportAnnotation => ({
  toReport: (returned, settings) => isBatch(returned) ? report(returned, { ...settings, ...options }) : returned
})

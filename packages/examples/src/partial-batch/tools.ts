/**
 * Defines the tools of the story: a desk where pages are proofread, some of them not at once.
 */
import * as Batch from "@errata/core/Batch"
import * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"

export const proofreadPages = Tool.make("proofread_pages", {
  description: "Has pages read and counts their misprints.",
  input: { pages: Schema.Array(Schema.String).annotate({ description: "The names of the pages" }) },
  output: Batch.Report(Schema.Struct({ page: Schema.String, misprints: Schema.Int })),
  safety: "read",
  isOpenWorld: false
})

export const countReadings = Tool.make("count_readings", {
  description: "Says how often each page was asked for.",
  output: { readings: Schema.Record(Schema.String, Schema.Int) },
  safety: "read",
  isOpenWorld: false
})

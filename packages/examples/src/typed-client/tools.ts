/**
 * Defines the tools of the story: a press that is asked over the wire. This file is all that server and client share.
 */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

export class PaperSoldOut extends ToolError.Permanent<PaperSoldOut>()("PaperSoldOut", {
  paper: Schema.String,
  sheets_left: Schema.Int,
  in_stock: Schema.Array(Schema.String)
}, {
  type: "invalid_state",
  message: (e) => `Only ${e.sheets_left} sheets of ${e.paper} are left`,
  suggestion: (e) => `Take ${e.in_stock[0]}`
}) {}

export const orderPaper = Tool.make("order_paper", {
  description: "Orders paper for a job.",
  input: { paper: Schema.String, sheets: Schema.Int },
  output: { ordered_at: Schema.Date, sheets: Schema.Int },
  errors: [PaperSoldOut],
  safety: "once",
  effects: "marked"
})

export const pullProof = Tool.make("pull_proof", {
  description: "Pulls a proof, unless the ink of the last one is wet.",
  output: { proof: Schema.Int },
  errors: [Errors.RateLimited],
  safety: "idempotent"
})

export const printJob = Tool.make("print_job", {
  description: "Prints; 0 sheets are printed for ever.",
  input: { sheets: Schema.Int },
  output: { printed: Schema.Int },
  safety: "once",
  effects: "marked"
})

export const castType = Tool.make("cast_type", {
  description: "Casts type. The caster is broken.",
  effects: "marked"
})

export const readCounters = Tool.make("read_counters", {
  description: "Says what the press was asked for.",
  output: { proofs_asked_for: Schema.Int, jobs_begun: Schema.Int, jobs_cancelled: Schema.Int },
  safety: "read"
})

/**
 * The press behind the tools.
 */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import { castType, orderPaper, PaperSoldOut, printJob, pullProof, readCounters } from "./tools.ts"

/** Says how a press may be other than it should be. */
export interface Habits {
  /** Says how long the ink takes to dry, as it says. Default 1 s. */
  readonly drySeconds?: number | undefined
  /** Says whether it goes on printing when no client wants it any more. */
  readonly isDeaf?: boolean | undefined
}

/** Returns the tools with their handlers. Every other proof is refused: the ink is wet. */
export const press = ({ drySeconds = 1, isDeaf = false }: Habits = {}): ReadonlyArray<Tool.Handled> => {
  const counters = { proofs_asked_for: 0, jobs_begun: 0, jobs_cancelled: 0 }
  const printing = Effect.gen(function*() {
    counters.jobs_begun++
    const { progress } = yield* ToolCall.ToolCall
    yield* progress({ progress: 0, message: "inked" })
    return yield* Effect.never
  }).pipe(
    Effect.onInterrupt(() => Effect.sync(() => void counters.jobs_cancelled++)),
    ToolCall.irreversible({ name: "print" })
  )
  return [
    Tool.handle(orderPaper, ({ paper, sheets }) =>
      sheets > 100
        ? Effect.fail(new PaperSoldOut({ paper, sheets_left: 100, in_stock: ["laid", "wove"] }))
        : ToolCall.irreversible(Effect.succeed({ ordered_at: new Date("2026-11-21T09:00:00Z"), sheets }), {
          name: "order the paper"
        })),
    Tool.handle(pullProof, () =>
      Effect.suspend(() =>
        ++counters.proofs_asked_for % 2 === 1
          ? Effect.fail(new Errors.RateLimited({ service: "The press", retry_after_seconds: drySeconds }))
          : Effect.succeed({ proof: counters.proofs_asked_for / 2 })
      )),
    Tool.handle(printJob, ({ sheets }) =>
      sheets === 0
        ? isDeaf ? Effect.andThen(Effect.forkDetach(printing), Effect.never) : printing
        : ToolCall.irreversible(
          Effect.gen(function*() {
            const { progress } = yield* ToolCall.ToolCall
            for (let sheet = 1; sheet <= sheets; sheet++) {
              yield* progress({ progress: sheet, total: sheets, message: `sheet ${sheet}` })
              yield* Effect.sleep("50 millis")
            }
            return { printed: sheets }
          }),
          { name: "print" }
        )),
    Tool.handle(castType, () => Effect.die(new Error("the matrix of the letter k is cracked"))),
    Tool.handle(readCounters, () => Effect.sync(() => ({ ...counters })))
  ]
}

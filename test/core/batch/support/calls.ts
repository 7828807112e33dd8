import type * as Advice from "@errata/core/Advice"
import { makeState } from "@errata/core/internal/state"
import type { ReferenceId } from "@errata/core/ReferenceId"
import { type Progress, type Retry, ToolCall } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The call of a tool, and what was told on the way. */
export const recorded = (safety: Advice.Safety = "idempotent"): {
  readonly call: ToolCall["Service"]
  readonly progress: Array<Progress>
  readonly retries: Array<Retry>
} => {
  const progress: Array<Progress> = []
  const retries: Array<Retry> = []
  return {
    progress,
    retries,
    call: {
      tool: "convert",
      safety,
      marksEffects: false,
      state: makeState(),
      referenceId: "5f3c9a1e" as ReferenceId,
      attempt: 1,
      principal: Option.none(),
      meta: { a: 1 },
      traceId: Option.some("trace"),
      progress: (told) => Effect.sync(() => void progress.push(told)),
      onRetry: (retry) => Effect.sync(() => void retries.push(retry)),
      attach: () => Effect.void
    }
  }
}

/** Runs an effect inside a call. */
export const inside =
  (call: ToolCall["Service"]) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, ToolCall>> =>
    Effect.provideService(self, ToolCall, call)

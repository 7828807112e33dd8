import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Errors from "../../errors/Errors.ts"
import { secondsUp } from "../../errors/internal/secondsUp.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { State } from "../store/model.ts"
import { annotated, type Plan } from "./plan.ts"

/** Types what work under a key answers where it does not run. */
type Answer = Effect.Effect<unknown, ToolError.Any>

export const conflict = ({ tool }: Plan): Answer => Effect.fail(new Errors.IdempotencyConflict({ operation: tool }))

export const inProgress = ({ tool }: Plan, left: Duration.Duration): Answer =>
  Effect.fail(new Errors.InProgress({ operation: tool, retry_after_seconds: Math.max(1, secondsUp(left)) }))

export const storeFailed = (): Answer =>
  Effect.fail(new Errors.Unavailable({ service: "The store of idempotency keys" }))

/** The first step is the one that finds out. */
export const outcomeUnknown = ({ tool, verify }: Plan): Answer => {
  const error = new Errors.OutcomeUnknown({ operation: tool })
  return Effect.fail(verify?.step === undefined ? error : ToolError.withGuidance(error, { steps: [verify.step] }))
}

export const tooLate = ({ seconds, tool }: Plan): ToolError.Any =>
  new Errors.Timeout({ operation: tool, ...Number.isFinite(seconds) ? { timeout_seconds: seconds } : {} })

/** Answers as the call did that has ended. */
export const replay = (plan: Plan, { outcome: { kind, value }, referenceId }: State.Completed): Answer =>
  Effect.andThen(
    plan.onNote({ replayed: true, originalReferenceId: referenceId }),
    value === undefined ? notKept(plan, kind) : Effect.suspend((): Answer => {
      try {
        const json = JSON.parse(value) as unknown
        return kind === "success"
          ? Effect.succeed(plan.codec.decodeSuccess(json))
          : Effect.fail(plan.codec.decodeFailure(json))
      } catch (cause) {
        const log = Effect.logError("an outcome that was kept cannot be read", cause)
        return Effect.andThen(annotated(plan)(log), notReadable(plan, kind))
      }
    })
  )

const notKept = ({ maxSize, tool }: Plan, kind: "success" | "failure"): Answer =>
  Effect.fail(
    ToolError.withGuidance(
      new Errors.TooLarge({ resource: `The outcome of ${tool}`, limit: maxSize, unit: "characters" }),
      { message: `${ended(tool, kind)}, and its ${named(kind)} was too large to keep` }
    )
  )

const notReadable = ({ tool }: Plan, kind: "success" | "failure"): Answer =>
  Effect.fail(
    ToolError.withGuidance(new Errors.ProcessingError({ operation: tool }), {
      message: `${ended(tool, kind)}, and its ${named(kind)} cannot be read any more`
    })
  )

const ended = (tool: string, kind: "success" | "failure"): string =>
  kind === "success"
    ? `An earlier call of ${tool} with this key took effect`
    : `An earlier call of ${tool} with this key failed`

const named = (kind: "success" | "failure"): string => kind === "success" ? "result" : "error"

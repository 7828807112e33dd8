import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ToolError from "../../errors/ToolError.ts"
import { Outcome, outcome } from "../../resilience/internal/outcome.ts"

const Undone = Schema.Struct({
  /** The names of activities that were undone. */
  undone: Schema.Array(Schema.String),
  /** The names of activities that had ended and were not. */
  left: Schema.Array(Schema.String),
  /** The names of activities that could not be undone. */
  stuck: Schema.Array(Schema.String)
})

/** Says what became of the activities that had ended when a run failed. */
export interface Undone extends Schema.Schema.Type<typeof Undone> {}

const Guidance = Schema.Struct({
  message: Schema.optionalKey(Schema.String),
  keepsLines: Schema.optionalKey(Schema.Boolean),
  suggestion: Schema.optionalKey(Schema.String),
  similarMatches: Schema.optionalKey(Schema.Array(Schema.String)),
  steps: Schema.optionalKey(Schema.Array(Schema.Unknown)),
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
})

const Told = Schema.Struct({
  attempts: Schema.Finite,
  maxAttempts: Schema.Finite,
  stopped: Schema.UndefinedOr(Schema.Literals(["exhausted", "budget", "deadline"]))
})

/**
 * Returns the schema under which an engine keeps a failure: the error, and what stands beside it.
 */
export const failureOf = (classes: ReadonlyArray<ToolError.AnyClass>): Schema.Codec<Failure> =>
  Schema.Struct({
    error: classes.length === 0 ? Schema.Never : Schema.Union(classes),
    guidance: Schema.optionalKey(Guidance),
    outcome: Schema.optionalKey(Told),
    end: Schema.optionalKey(Undone)
  }) as Schema.Top as Schema.Codec<Failure>

/** Describes a failure as an engine keeps it. */
export interface Failure {
  readonly error: ToolError.Any
  readonly guidance?: typeof Guidance.Type
  readonly outcome?: typeof Told.Type
  /** Says what became of what had been done; only of a whole run. */
  readonly end?: Undone
}

/** Tests whether a value that an engine failed with is such a failure. */
export const isFailure = (u: unknown): u is Failure =>
  typeof u === "object" && u !== null && "error" in u && ToolError.is(u.error)

/**
 * Makes what an engine keeps of a cause; `undefined` if the cause is a defect, or an interruption. A failure beside which a finalizer died is
 * that failure, as in any call.
 */
export const failureIn = ({ reasons }: Cause.Cause<unknown>): Failure | undefined => {
  const reason = withFinalizer(reasons) ?? (reasons.some(isForeign) ? undefined : reasons.find(Cause.isFailReason))
  const error = reason === undefined ? undefined : errorOf(reason)
  if (reason === undefined || !ToolError.is(error)) return undefined
  const told = outcome(reason)
  const guidance = guidanceOf(error)
  return {
    error,
    ...guidance === undefined ? {} : { guidance },
    ...told === undefined ? {} : { outcome: told }
  }
}

type Reason = Cause.Reason<unknown>

const errorOf = (reason: Reason): unknown =>
  reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined

const isForeign = (reason: Reason): boolean => reason._tag !== "Interrupt" && !ToolError.is(errorOf(reason))

/** effect makes a failure the first of nothing but defects, if a finalizer dies. */
const withFinalizer = (reasons: ReadonlyArray<Reason>): Reason | undefined => {
  const [first] = reasons
  return first !== undefined && reasons.length > 1 && !isForeign(first) && reasons.every(({ _tag }) => _tag === "Die")
    ? first
    : undefined
}

const guidanceOf = (error: ToolError.Any): typeof Guidance.Type | undefined => {
  const { keepsLines, message, similarMatches, steps, suggestion } = ToolError.guidance(error)
  const retryAfter = ToolError.retryAfter(error)
  const known = {
    ...message === undefined ? {} : { message },
    ...keepsLines === undefined ? {} : { keepsLines },
    ...suggestion === undefined ? {} : { suggestion },
    ...similarMatches === undefined ? {} : { similarMatches },
    ...steps === undefined ? {} : { steps },
    ...retryAfter === undefined ? {} : { retryAfterMillis: Duration.toMillis(retryAfter) }
  }
  return Object.keys(known).length === 0 ? undefined : known
}

/** Fails as the first caller failed: with the error, what was added to it, and what a policy did. */
export const raise = ({ error, guidance, outcome: told }: Failure): Effect.Effect<never, ToolError.Any> => {
  const { retryAfterMillis, steps, ...rest } = guidance ?? {}
  const guided = guidance === undefined ? error : ToolError.withGuidance(error, {
    ...rest,
    ...steps === undefined ? {} : { steps: steps as NonNullable<ToolError.Guidance["steps"]> },
    ...retryAfterMillis === undefined ? {} : { retryAfter: Duration.millis(retryAfterMillis) }
  })
  const cause = Cause.fail(guided)
  return Effect.failCause(
    told === undefined ? cause : Cause.annotate(cause, Context.make(Outcome, told), { overwrite: true })
  )
}

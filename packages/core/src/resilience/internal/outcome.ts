import * as Cause from "effect/Cause"
import * as Context from "effect/Context"

/**
 * Reports what a policy did before an error was raised.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outcome {
  /** The number of attempts, the first one included. */
  readonly attempts: number
  /** The greatest number of attempts that the policy allows. */
  readonly maxAttempts: number
  /**
   * The reason why a transient error was given up on: no attempts left, no budget left, or no time left; `undefined` if it was
   * not.
   */
  readonly stopped: "exhausted" | "budget" | "deadline" | undefined
}

/**
 * Annotates a cause with the {@link Outcome}.
 *
 * @category references
 * @since 0.1.0
 */
export const Outcome: Context.Reference<Outcome | undefined> = Context.Reference<Outcome | undefined>(
  "errata/RetryPolicy/Outcome",
  { defaultValue: () => undefined }
)

/**
 * Returns what a policy did before this failure; `undefined` if it never was under one.
 *
 * **Details**
 *
 * A failure that crossed a border (a promise, another copy of this package) has no annotations: it carries a mark under
 * `Symbol.for("errata/outcome")`, itself or one of its causes. Never throws.
 *
 * @category accessors
 * @since 0.1.0
 */
export const outcome = (reason: Cause.Reason<unknown>): Outcome | undefined =>
  annotatedOn(reason) ?? (Cause.isFailReason(reason) ? markOf(reason.error)?.mark.outcome : undefined)

const annotatedOn = (reason: Cause.Reason<unknown>): Outcome | undefined =>
  reason.annotations.size === 0
    ? undefined
    : Context.get(Cause.reasonAnnotations(reason) as Context.Context<never>, Outcome)

const OutcomeMark: unique symbol = Symbol.for("errata/outcome") as never
const Turn: unique symbol = Symbol.for("errata/turn") as never

/** The depth to which a failure's causes are looked into. */
const depth = 5

/** An outcome on a failure, and when it was put there: a failure may be a constant that is thrown again and again. */
interface Mark {
  readonly outcome: Outcome
  readonly turn: number
}

type Turns = { [Turn]?: number }

const turns = globalThis as Turns

/** Returns a moment between marks, by a count that all copies of this package share. */
export const turn = (): number => turns[Turn] ?? 0

/** Marks a failure that crosses a border with what a policy did. What cannot be marked stays as it is. */
export const mark = (failure: unknown, outcome: Outcome): void => {
  if (typeof failure !== "object" || failure === null) return
  const value: Mark = { outcome, turn: turns[Turn] = turn() + 1 }
  try {
    Object.defineProperty(failure, OutcomeMark, { value, configurable: true, writable: true })
  } catch {
    // frozen, or a hostile proxy
  }
}

/** Takes a mark off that was there before: it tells of another call. */
export const forget = (failure: unknown, since: number): void => {
  for (let found = markOf(failure); found !== undefined && found.mark.turn <= since; found = markOf(failure)) {
    try {
      if (!Reflect.deleteProperty(found.on, OutcomeMark)) return
    } catch {
      return
    }
  }
}

const markOf = (failure: unknown): { readonly on: object; readonly mark: Mark } | undefined => {
  let here = failure
  try {
    for (let i = 0; i < depth && typeof here === "object" && here !== null; i++) {
      const found = (here as { readonly [OutcomeMark]?: unknown })[OutcomeMark]
      if (isMark(found)) return { on: here, mark: found }
      here = (here as { readonly cause?: unknown }).cause
    }
  } catch {
    return undefined
  }
  return undefined
}

const isMark = (u: unknown): u is Mark => {
  const { outcome, turn } = Object(u) as Partial<Mark>
  return typeof turn === "number" && Number.isSafeInteger(outcome?.attempts) &&
    Number.isSafeInteger(outcome?.maxAttempts)
}

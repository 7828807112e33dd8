import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { Deadline } from "../../call/Deadline.ts"
import * as Errors from "../../errors/Errors.ts"
import { secondsUp } from "../../errors/internal/secondsUp.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Degraded, Fields, OptionalPart, Options } from "../Degrade.ts"
import { type Outcome, report, type Settled } from "./report.ts"
import { type Exits, type Program, runAll } from "./run.ts"

/** Whether a value is what a part's schema says. */
type Fits = (value: unknown) => Result.Result<unknown, unknown>

/** Where the parts of one call come from; the types in `Degrade` say more. */
type Given = { readonly [name: string]: unknown }

/** An optional part that was asked for. */
interface Asked {
  readonly name: string
  readonly fits: Fits
  readonly part: OptionalPart<unknown>
}

/** Runs the parts; see the documentation in `Degrade`. */
export const makeCollect = (declared: { readonly required: Fields; readonly optional: Fields }) => {
  const required = Object.keys(declared.required)
  const optional = Object.entries(declared.optional).map(([name, schema]) => {
    const fits: Fits = SchemaParser.decodeUnknownResult(Schema.toType(schema))
    return { name, fits }
  })
  return Effect.fnUntraced(function*(given: Given, options: Options = {}) {
    const asked = optional.flatMap(({ fits, name }): ReadonlyArray<Asked> => {
      const part = Object.hasOwn(given, name) ? given[name] as OptionalPart<unknown> | undefined : undefined
      return part === undefined ? [] : [{ name, fits, part }]
    })
    const deadline = yield* Deadline
    const { partsUntil, stopAt } = schedule(deadline, yield* Clock.currentTimeMillis, options.reserve)
    const programs = [
      ...required.map((name) => requiredProgram(name, given[name] as Effect.Effect<unknown, unknown, unknown>)),
      ...asked.map((part) => optionalProgram(part, partsUntil))
    ]
    const exits = yield* runAll(programs, { concurrency: concurrencyOf(options), deadline, stopAt })
    const values = required.map((name) => [name, (exits.get(name) as Exit.Success<unknown, unknown>).value] as const)
    const settled = yield* withLastGood(asked.map((part) => settle(part, exits)), deadline)
    const answer = report(values, settled, options)
    yield* tell(answer, exits)
    return answer
  })
}

const concurrencyOf = ({ concurrency = "unbounded" }: Options): number =>
  concurrency === "unbounded" ? Number.POSITIVE_INFINITY : Math.max(1, concurrency)

/**
 * When optional parts are stopped, and until when they are told that there is time: a little less, so that those that keep
 * to it can still answer with what they have.
 */
const schedule = (
  deadline: number,
  now: number,
  reserve: Duration.Input = "500 millis"
): { readonly stopAt: number; readonly partsUntil: number } => {
  if (deadline === Number.POSITIVE_INFINITY) return { stopAt: deadline, partsUntil: deadline }
  const kept = Duration.toMillis(Duration.fromInputUnsafe(reserve))
  const left = Math.max(0, deadline - now)
  const time = Math.max(left - kept, left / 2) // of a very short time half is kept, rather than all of it
  return { stopAt: now + time, partsUntil: now + time - Math.min(kept, time) / 10 }
}

const requiredProgram = (name: string, effect: Effect.Effect<unknown, unknown, unknown>): Program => ({
  name,
  isRequired: true,
  effect: Effect.annotateLogs(effect, "component", name),
  onFailure: () => Effect.void
})

const optionalProgram = ({ fits, name, part }: Asked, until: number): Program => ({
  name,
  isRequired: false,
  effect: fetched(name, part).pipe(
    Effect.tap((outcome) => mustFit(fits, outcome)),
    Effect.provideService(Deadline, until),
    Effect.annotateLogs("component", name)
  ),
  onFailure: (cause) =>
    isDeclared(cause)
      ? Effect.void // its warning tells it
      : Effect.logError("an optional part failed unexpectedly", { component: name }, cause)
})

const fetched = (name: string, part: OptionalPart<unknown>): Effect.Effect<Outcome, unknown, unknown> =>
  part.answer === undefined
    ? Effect.map(part.effect, (value): Outcome => ({ _tag: "Fresh", value }))
    : Effect.map(part.answer, ({ error, staleFor, value }): Outcome =>
      Option.match(staleFor, {
        onNone: () => ({ _tag: "Fresh", value }),
        onSome: (age) => ({ _tag: "Stale", value, age, error: Option.getOrElse(error, () => onlyOld(name)) })
      }))

const onlyOld = (name: string): ToolError.Any =>
  new Errors.Unavailable({ service: name, reason: "only an old value is there" })

/** A value that could not be encoded would cost the whole answer. */
const mustFit = (fits: Fits, outcome: Outcome): Effect.Effect<void> => {
  if (outcome._tag === "Missing") return Effect.void
  if (outcome._tag === "Stale" && !Number.isSafeInteger(secondsUp(outcome.age))) {
    return Effect.die(new TypeError("The age of an old value is no length of time"))
  }
  const checked = fits(outcome.value)
  return Result.isSuccess(checked)
    ? Effect.void
    : Effect.die(new TypeError("The value of a part does not fit its schema", { cause: checked.failure }))
}

const isDeclared = (cause: Cause.Cause<unknown>): boolean =>
  cause.reasons.every((reason) => reason._tag === "Fail" && ToolError.is(reason.error))

/** An optional part after it was tried. */
interface Tried extends Settled {
  readonly fits: Fits
}

const settle = ({ fits, name, part }: Asked, exits: Exits): Tried => {
  const exit = exits.get(name) as Exit.Exit<Outcome, unknown> | undefined
  const outcome: Outcome = exit === undefined
    ? { _tag: "Missing", error: new Errors.Timeout({ operation: name }) }
    : exit._tag === "Success"
    ? exit.value
    : { _tag: "Missing", error: errorOf(exit.cause) }
  return { name, part, fits, outcome }
}

/** The error that somebody declared, if there is one. Where a finalizer died after it, it arrives as a second defect. */
const errorOf = ({ reasons }: Cause.Cause<unknown>): ToolError.Any | undefined => {
  for (const reason of reasons) {
    if (reason._tag === "Fail" && ToolError.is(reason.error)) return reason.error
  }
  for (const reason of reasons.length > 1 ? reasons : []) {
    if (reason._tag === "Die" && ToolError.is(reason.defect)) return reason.defect
  }
  return undefined
}

/** Looks for last good values of what fails for the moment, in half of the time that is left. */
const withLastGood = Effect.fnUntraced(function*(
  parts: ReadonlyArray<Tried>,
  deadline: number
): Effect.fn.Return<ReadonlyArray<Settled>, unknown, unknown> {
  const programs = parts.flatMap(lookup)
  if (programs.length === 0) return parts
  const now = yield* Clock.currentTimeMillis
  const stopAt = now + Math.max(0, deadline - now) / 2
  const found = yield* runAll(programs, { concurrency: Number.POSITIVE_INFINITY, deadline, stopAt })
  return parts.map((part) => {
    const exit = found.get(part.name) as Exit.Exit<Outcome, unknown> | undefined
    return exit?._tag === "Success" ? { ...part, outcome: exit.value } : part
  })
})

const lookup = ({ fits, name, outcome, part }: Tried): ReadonlyArray<Program> => {
  const { cached } = part
  if (cached === undefined || outcome._tag !== "Missing" || !ToolError.isTransient(outcome.error)) return []
  const { error } = outcome
  const old = Effect.map(cached, (found): Outcome =>
    Option.match(found, {
      onNone: () => outcome,
      onSome: ({ age, value }) => ({ _tag: "Stale", value, age, error })
    }))
  return [{
    name,
    isRequired: false,
    effect: Effect.tap(old, (outcome) => mustFit(fits, outcome)),
    onFailure: (cause) => Effect.logError("a last good value could not be read", { component: name }, cause)
  }]
}

/** Whoever runs the server reads in the log what a client reads in the warnings. */
const tell = (answer: Degraded<unknown>, exits: Exits): Effect.Effect<void> =>
  Effect.forEach(answer.warnings, ({ component, reason, stale_seconds }) => {
    const exit = exits.get(component)
    const cause = exit?._tag === "Failure" && isDeclared(exit.cause) ? [exit.cause] : []
    return stale_seconds === undefined
      ? Effect.logWarning("a part is missing", { component, reason }, ...cause)
      : Effect.logWarning("a part is old", { component, reason, stale_seconds }, ...cause)
  }, { discard: true })

import type * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as Deadline from "../../call/Deadline.ts"
import * as Errors from "../../errors/Errors.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Answer } from "../../resilience/Fallback.ts"
import * as Reserve from "../internal/reserve.ts"
import { assemble, type Degraded, type Meaning, type PartOutcome, type Settings, type Settled } from "./assemble.ts"
import { type Exits, type Program, runAll } from "./run.ts"

/**
 * Describes a part. Its schema needs no services; which parts may be absent is declared by `optional`, not by the schema.
 *
 * @category models
 * @since 0.1.0
 */
export interface PartSchema extends Schema.Codec<unknown, unknown> {
  readonly "~type.optionality": "required"
  readonly "~encoded.optionality": "required"
}

/**
 * Names parts. The names go over the wire: in snake_case.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields = { readonly [name: string]: PartSchema }

/**
 * Holds a last good value and how old it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cached<out A> {
  /** The value. */
  readonly value: A
  /** Its age. */
  readonly age: Duration.Duration
}

/**
 * Gives the value of a part, or an answer which may be stale, such as that of `Fallback.lastGood`.
 *
 * @category models
 * @since 0.1.0
 */
export type Source<A> =
  | {
    /** Gets the value. */
    readonly effect: Effect.Effect<A, ToolError.Any, unknown>
    /** Absent beside `effect`. */
    readonly answer?: undefined
  }
  | {
    /** Gets the value, and says whether it is stale. */
    readonly answer: Effect.Effect<Answer<A, ToolError.Any>, ToolError.Any, unknown>
    /** Absent beside `answer`. */
    readonly effect?: undefined
  }

/**
 * Describes where an optional part comes from, and what its absence means.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalPart<A> = Source<A> & Meaning & {
  /**
   * Looks for a last good value, after all parts have ended, if this one failed temporarily. Whoever keeps it decides
   * how old is too old. If this fails too, there is none. Default: none.
   */
  readonly cached?: Effect.Effect<Option.Option<Cached<A>>, ToolError.Any, unknown> | undefined
}

/**
 * Describes how the parts are run. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Settings {
  /** The number of parts that run at once. Default: `"unbounded"`. */
  readonly concurrency?: number | "unbounded" | undefined
  /** The part of the time before the `Deadline` that is kept for answering. Default: 500 ms. */
  readonly reserve?: Duration.Input | undefined
}

/** Tests whether a value is what a part's schema says. */
type Fits = (value: unknown) => Result.Result<unknown, unknown>

/** Describes where the parts of one call come from; the types in `Degrade` say more. */
type Given = { readonly [name: string]: unknown }

/** Describes an optional part that was asked for. */
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
    const reserve = Reserve.make(yield* Deadline.Deadline, yield* Deadline.now, options.reserve)
    const programs = [
      ...required.map((name) => requiredProgram(name, given[name] as Effect.Effect<unknown, unknown, unknown>)),
      ...asked.map((part) => optionalProgram(part, reserve.beginUntil))
    ]
    const exits = yield* runAll(programs, reserve, concurrencyOf(options))
    const values = required.map((name) => [name, (exits.get(name) as Exit.Success<unknown, unknown>).value] as const)
    const settled = yield* withLastGood(asked.map((part) => settle(part, exits)), reserve.deadline)
    const answer = assemble(values, settled, options)
    yield* tell(answer, exits)
    return answer
  })
}

const concurrencyOf = ({ concurrency = "unbounded" }: Options): number =>
  concurrency === "unbounded" ? Number.POSITIVE_INFINITY : Math.max(1, concurrency)

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
    Effect.provideService(Deadline.Deadline, until),
    Effect.annotateLogs("component", name)
  ),
  onFailure: (cause) =>
    isDeclared(cause)
      ? Effect.void // its warning tells it
      : Effect.logError("an optional part failed unexpectedly", { component: name }, cause)
})

const fetched = (name: string, part: OptionalPart<unknown>): Effect.Effect<PartOutcome, unknown, unknown> =>
  part.answer === undefined
    ? Effect.map(part.effect, (value): PartOutcome => ({ _tag: "Fresh", value }))
    : Effect.map(part.answer, ({ error, staleFor, value }): PartOutcome =>
      Option.match(staleFor, {
        onNone: () => ({ _tag: "Fresh", value }),
        onSome: (age) => ({ _tag: "Stale", value, age, error: Option.getOrElse(error, () => onlyStale(name)) })
      }))

const onlyStale = (name: string): ToolError.Any =>
  new Errors.Unavailable({ service: name, reason: "only a stale value is available" })

/** Dies where a value cannot be encoded: it would cost the whole answer. */
const mustFit = (fits: Fits, outcome: PartOutcome): Effect.Effect<void> => {
  if (outcome._tag === "Missing") return Effect.void
  if (outcome._tag === "Stale" && !Number.isSafeInteger(Math.ceil(Duration.toSeconds(outcome.age)))) {
    return Effect.die(new TypeError("The age of a stale value is not a duration"))
  }
  const checked = fits(outcome.value)
  return Result.isSuccess(checked)
    ? Effect.void
    : Effect.die(new TypeError("The value of a part does not fit its schema", { cause: checked.failure }))
}

const isDeclared = (cause: Cause.Cause<unknown>): boolean =>
  cause.reasons.every((reason) => reason._tag === "Fail" && ToolError.is(reason.error))

/** Describes an optional part after it was tried. */
interface Tried extends Settled {
  readonly part: OptionalPart<unknown>
  readonly fits: Fits
}

const settle = ({ fits, name, part }: Asked, exits: Exits): Tried => {
  const exit = exits.get(name) as Exit.Exit<PartOutcome, unknown> | undefined
  const outcome: PartOutcome = exit === undefined
    ? { _tag: "Missing", error: new Errors.Timeout({ operation: name }) }
    : exit._tag === "Success"
    ? exit.value
    : { _tag: "Missing", error: errorOf(exit.cause) }
  return { name, part, fits, outcome }
}

/** Returns the declared error, if there is one. Where a finalizer died after it, it arrives as a second defect. */
const errorOf = ({ reasons }: Cause.Cause<unknown>): ToolError.Any | undefined => {
  for (const reason of reasons) {
    if (reason._tag === "Fail" && ToolError.is(reason.error)) return reason.error
  }
  for (const reason of reasons.length > 1 ? reasons : []) {
    if (reason._tag === "Die" && ToolError.is(reason.defect)) return reason.defect
  }
  return undefined
}

/** Looks for last good values of what failed temporarily, in half of the time that is left. */
const withLastGood = Effect.fnUntraced(function*(
  parts: ReadonlyArray<Tried>,
  deadline: number
): Effect.fn.Return<ReadonlyArray<Settled>, unknown, unknown> {
  const programs = parts.flatMap(lookup)
  if (programs.length === 0) return parts
  const now = yield* Deadline.now
  const stopAt = now + Reserve.patience({ deadline }, now)
  const found = yield* runAll(programs, { deadline, stopAt, beginUntil: stopAt }, Number.POSITIVE_INFINITY)
  return parts.map((part) => {
    const exit = found.get(part.name) as Exit.Exit<PartOutcome, unknown> | undefined
    return exit?._tag === "Success" ? { ...part, outcome: exit.value } : part
  })
})

const lookup = ({ fits, name, outcome, part }: Tried): ReadonlyArray<Program> => {
  const { cached } = part
  if (cached === undefined || outcome._tag !== "Missing" || !ToolError.isTransient(outcome.error)) return []
  const { error } = outcome
  const stale = Effect.map(cached, (found): PartOutcome =>
    Option.match(found, {
      onNone: () => outcome,
      onSome: ({ age, value }) => ({ _tag: "Stale", value, age, error })
    }))
  return [{
    name,
    isRequired: false,
    effect: Effect.tap(stale, (outcome) => mustFit(fits, outcome)),
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
      : Effect.logWarning("a part is stale", { component, reason, stale_seconds }, ...cause)
  }, { discard: true })

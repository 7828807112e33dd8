/**
 * Answers with what is there: parts that an answer must have, and parts that it can do without.
 *
 * {@link parts} declares them with their schemas. What comes out is the schema of a tool's output, and `collect`, which
 * runs the parts and reports of each optional one that is missing or stale what that means. The type of the data tells
 * which parts may be absent.
 *
 * **Details**
 *
 * - Parts run at once, or as many as `concurrency` allows: the required ones first, in declared order.
 * - A required part that fails makes the whole fail at once with its error; the others are interrupted.
 * - An optional part that fails costs itself and a warning. A defect in it is logged in full and masked; so is an error that
 *   no class describes, and a value that does not fit its schema.
 * - A last good value stands in for a part that failed temporarily: after a transient error, or at the deadline. A
 *   permanent error is an answer, and a stale value instead of it would be wrong; a defect is a bug.
 * - When the `Deadline` is near and only optional parts are missing, the answer goes out without them. A required part has
 *   all the time there is.
 * - A part that is left out of a call was not asked for: it gets no warning and does not count.
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `concurrency` | `"unbounded"` | how many parts run at once |
 * | `reserve` | 500 ms | how much of the time before the deadline is kept for answering |
 * | `redactor` | `Redaction.standard` | what is masked in the reasons of warnings |
 * | `limits` | see `Limits` | `message` bounds the reasons |
 *
 * `completeness` is `components_returned / components_requested`, rounded to two decimals; 1 if nothing was asked for. A
 * stale value counts as returned: it is there, and its warning says how old it is.
 *
 * **Gotchas**
 *
 * A part that does not stop when it is interrupted holds up an answer for half of the time that is left, and then is left
 * behind. Give parts what can be interrupted.
 *
 * **Example** (Answering without the forecast)
 *
 * ```ts import.meta.vitest
 * import * as Degrade from "@errata/core/Degrade"
 * import * as Errors from "@errata/core/Errors"
 * import * as Effect from "effect/Effect"
 * import * as Logger from "effect/Logger"
 * import * as Schema from "effect/Schema"
 *
 * const Weather = Degrade.parts({
 *   required: { current: Schema.Struct({ temperature_c: Schema.Finite }) },
 *   optional: { forecast: Schema.Array(Schema.String) }
 * })
 *
 * const program = Weather.collect({
 *   current: Effect.succeed({ temperature_c: 21 }),
 *   forecast: {
 *     effect: Effect.fail(new Errors.Unavailable({ service: "The forecast" })),
 *     impact: "There is no outlook for the next days"
 *   }
 * })
 *
 * const answer = await Effect.runPromise(program.pipe(Effect.provide(Logger.layer([]))))
 * answer.data // => { current: { temperature_c: 21 } }
 * answer.degraded // => true
 * answer.warnings[0]?.reason // => "unavailable: The forecast is unavailable"
 * answer.metadata // => { components_requested: 2, components_returned: 1, completeness: 0.5 }
 * ```
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Degraded } from "./degrade/assemble.ts"
import { type Fields, makeCollect, type OptionalPart, type Options } from "./degrade/collect.ts"

export type { Answer } from "../resilience/Fallback.ts"
export type { Degraded, Metadata, Warning } from "./degrade/assemble.ts"
export type { Cached, Fields, OptionalPart, Options, PartSchema, Source } from "./degrade/collect.ts"

type DataFields<Req extends Fields, Opt extends Fields> =
  & Req
  & { readonly [K in keyof Opt]: Schema.optionalKey<Opt[K]> }

/**
 * Types the parts themselves; the optional ones may be absent.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Data<Req extends Fields, Opt extends Fields> = Schema.Struct.Type<DataFields<Req, Opt>>

/**
 * Types the schema of the whole: a tool's `output`.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Output<Req extends Fields, Opt extends Fields> extends
  Schema.Struct<{
    /** The parts. */
    readonly data: Schema.Struct<DataFields<Req, Opt>>
    /** Is true if a part is missing or stale. */
    readonly degraded: Schema.Boolean
    /** One entry for each part that is missing or stale. */
    readonly warnings: Schema.$Array<
      Schema.Struct<{
        /** The name of the part. */
        readonly component: Schema.Literals<ReadonlyArray<keyof Opt & string>>
        /** One sentence about the failure. */
        readonly reason: Schema.String
        /** One sentence about what the caller goes without. */
        readonly impact: Schema.String
        /** The age of a stale value in seconds; absent if there is no value. */
        readonly stale_seconds: Schema.optionalKey<Schema.Int>
      }>
    >
    /** The counts of the parts. */
    readonly metadata: Schema.Struct<{
      /** The number of parts that were asked for. */
      readonly components_requested: Schema.Int
      /** The number of parts that have a value, stale ones counted. */
      readonly components_returned: Schema.Int
      /** The share of the parts that have a value, from 0 to 1. */
      readonly completeness: Schema.Finite
    }>
  }>
{}

/**
 * Holds declared parts: a schema, and what runs them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parts<Req extends Fields, Opt extends Fields> {
  /** The output schema of a tool that answers with these parts. */
  readonly schema: Output<Req, Opt>
  /**
   * Runs the parts. Fails with the errors of required parts only. An optional part that was not asked for is left out, or
   * `undefined`.
   */
  readonly collect: <P extends Fetches<Req, Opt>>(
    parts: P & Checked<P, Req, Opt>,
    options?: Options
  ) => Effect.Effect<
    Degraded<Data<Req, Opt>, keyof Opt & string>,
    Effect.Error<P[keyof Req & keyof P]>,
    ServicesOf<P[keyof P]>
  >
}

/**
 * Types where the parts of one call come from.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Fetches<Req extends Fields, Opt extends Fields> =
  & { readonly [K in keyof Req]: Effect.Effect<Req[K]["Type"], unknown, unknown> }
  & { readonly [K in keyof Opt]?: OptionalPart<Opt[K]["Type"]> | undefined }

type IsAny<T> = 0 extends 1 & T ? true : false

/** Checks what the constraint cannot say: nothing that was not declared, and no `any` where an error has to be classified. */
type Checked<P, Req, Opt> = {
  readonly [K in keyof P]: K extends keyof Req ? P[K]
    : K extends keyof Opt ?
      true extends HasAnyError<P[K]> ? "The part's error channel is `any`: classify its errors" : P[K]
    : "No such part was declared"
}

type HasAnyError<T> = T extends { readonly effect: infer F } | { readonly answer: infer F } ? IsAny<Effect.Error<F>>
  : false

type ServicesOf<T> =
  | Effect.Services<T>
  | (T extends { readonly effect: infer F } ? Effect.Services<F> : never)
  | (T extends { readonly answer: infer F } ? Effect.Services<F> : never)
  | (T extends { readonly cached?: infer F } ? Effect.Services<F> : never)

/** Says nothing of parts whose names the compiler does not know. */
type NotTwice<Req, Opt> = string extends keyof Req | keyof Opt ? unknown
  : { readonly [K in keyof Opt & keyof Req]: "This part is required already" }

/**
 * Declares the parts of an answer. Throws a `TypeError` if a part is both required and optional.
 *
 * **Example** (Declaring a tool's output)
 *
 * ```ts import.meta.vitest
 * import * as Degrade from "@errata/core/Degrade"
 * import * as Tool from "@errata/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const Profile = Degrade.parts({
 *   required: { user: Schema.Struct({ name: Schema.String }) },
 *   optional: { avatar_url: Schema.String }
 * })
 *
 * const getProfile = Tool.make("get_profile", {
 *   description: "Returns a user's profile.",
 *   input: { user_id: Schema.String },
 *   output: Profile.schema,
 *   safety: "read"
 * })
 * getProfile.output === Profile.schema // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const parts = <const Req extends Fields, const Opt extends Fields>(declared: {
  /** The parts without which the whole fails. */
  readonly required: Req
  /** The parts that may be missing or stale. */
  readonly optional: Opt & NotTwice<Req, Opt>
}): Parts<Req, Opt> => {
  const { required } = declared
  const optional: Opt = declared.optional
  const twice = Object.keys(optional).find((name) => Object.hasOwn(required, name))
  if (twice !== undefined) throw new TypeError(`Degrade: the part "${twice}" is both required and optional`)
  return {
    schema: output(required, optional),
    collect: makeCollect({ required, optional }) as Parts<Req, Opt>["collect"]
  }
}

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const output = <Req extends Fields, Opt extends Fields>(required: Req, optional: Opt): Output<Req, Opt> => {
  const absent = Object.entries(optional).map(([name, schema]) => [name, Schema.optionalKey(schema)])
  return Schema.Struct({
    data: Schema.Struct({ ...required, ...Object.fromEntries(absent) } as DataFields<Req, Opt>),
    degraded: Schema.Boolean.annotate({ description: "True if a requested part is missing or stale" }),
    warnings: Schema.Array(Schema.Struct({
      component: Schema.Literals(Object.keys(optional) as ReadonlyArray<keyof Opt & string>),
      reason: Schema.String,
      impact: Schema.String,
      stale_seconds: Schema.optionalKey(
        count.annotate({ description: "The age of a stale value; absent if there is no value" })
      )
    })).annotate({ description: "One warning for each part that is missing or stale" }),
    metadata: Schema.Struct({
      components_requested: count,
      components_returned: count,
      completeness: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })).annotate({
        description: "The share of the requested parts that have a value, from 0 to 1"
      })
    })
  })
}

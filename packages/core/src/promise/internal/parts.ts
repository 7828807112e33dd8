import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Degraded } from "../../partial/degrade/assemble.ts"
import * as Engine from "../../partial/degrade/collect.ts"
import { type Reading, readingOf } from "./attempt.ts"
import type * as Plain from "./model.ts"
import type { Belonging, Understanding, Work } from "./model.ts"
import { attempts, mustBeFunction } from "./retry.ts"
import { run } from "./run.ts"

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
  readonly age: Plain.Duration
}

/**
 * Describes where an optional part comes from, and what its absence means.
 *
 * @category models
 * @since 0.1.0
 */
export interface OptionalPart<A> {
  /** Gives the part. */
  readonly fetch: Work<A>
  /** The meaning for the reader of the part being missing. */
  readonly impact: string
  /** The meaning of it being stale. Default: how old it is. */
  readonly impactWhenStale?: string | undefined
  /** Looks for a last good value if the part failed temporarily; `undefined` if there is none. Default: none. */
  readonly cached?: (() => MaybePromise<Cached<Awaited<NoInfer<A>>> | undefined>) | undefined
}

type MaybePromise<A> = A | PromiseLike<A>

/**
 * Types the parts themselves, of what their work gives; the optional ones may be absent.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Data<Req, Opt> =
  & { readonly [K in keyof Req]: Awaited<Req[K]> }
  & { readonly [K in keyof Opt]?: Awaited<Opt[K]> }

/**
 * Declares the parts of an answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parts<Req, Opt> {
  /** The parts that the answer must have: where one fails, the whole does. */
  readonly required: { readonly [K in keyof Req]: Work<Req[K]> }
  /** The parts that it can do without. One that is `undefined` was not asked for. */
  readonly optional:
    & { readonly [K in keyof Opt]: OptionalPart<Opt[K]> | undefined }
    & NotTwice<NoInfer<Req>, NoInfer<Opt>>
}

/** Says nothing of parts whose names the compiler does not know. */
type NotTwice<Req, Opt> = string extends keyof Req | keyof Opt ? unknown
  : { readonly [K in keyof Opt & keyof Req]: "This part is required already" }

/**
 * Configures how the parts are run. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface PartsOptions extends Understanding, Belonging {
  /** The number of parts that run at once. Default: `"unbounded"`. */
  readonly concurrency?: number | "unbounded" | undefined
  /** The part of the time before the call's deadline that is kept for answering. Default: 500 ms. */
  readonly reserve?: Plain.Duration | undefined
}

type AnyPart = OptionalPart<unknown>

/** Runs the parts; see the documentation in `promise`. */
export const parts = async <Req, Opt>(
  declared: Parts<Req, Opt>,
  options: PartsOptions = {}
): Promise<Degraded<Data<Req, Opt>, keyof Opt & string>> => {
  const required = Object.entries<Work<unknown>>(declared.required)
  const optional = Object.entries<AnyPart | undefined>(declared.optional)
  const twice = optional.find(([name]) => Object.hasOwn(declared.required, name))
  if (twice !== undefined) throw new TypeError(`The part "${twice[0]}" is both required and optional`)
  const ofRequired = readingOf(options, false)
  const ofOptional = readingOf(options, true)
  const collect = Engine.makeCollect({ required: schemas(required), optional: schemas(optional) })
  const program = collect(
    Object.fromEntries([
      ...required.map(([name, work]) => [name, attempts(work, ofRequired)] as const),
      ...optional.map(([name, part]) => [name, part && optionalPart(part, ofOptional)] as const)
    ]),
    { concurrency: options.concurrency, reserve: options.reserve }
  )
  return run(program as Effect.Effect<never, ToolError.Any>, options)
}

const schemas = (named: ReadonlyArray<readonly [name: string, part: unknown]>): Engine.Fields =>
  Object.fromEntries(named.map(([name]) => [name, Schema.Unknown]))

const optionalPart = (part: AnyPart, reading: Reading): Engine.OptionalPart<unknown> => {
  const { cached, fetch, impact, impactWhenStale } = part
  mustBeFunction(fetch)
  return {
    effect: attempts(fetch, reading),
    impact,
    impactWhenStale,
    ...cached === undefined ? {} : { cached: Effect.map(attempts(() => cached(), reading), toCached) }
  }
}

const toCached = (found: Cached<unknown> | undefined): Option.Option<Engine.Cached<unknown>> =>
  found === undefined
    ? Option.none()
    : Option.some({ value: found.value, age: Duration.fromInputUnsafe(found.age) })

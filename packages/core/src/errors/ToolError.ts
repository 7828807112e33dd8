/**
 * Models the errors of tools as values of three families: transient, permanent, validation.
 *
 * A `ToolError` is a schema-backed, yieldable error whose class says what may be known about it: its family (what the
 * caller should do), its {@link ErrorType} (what happened), its fields (the public `details`), a safe message and a
 * suggestion. Classes are made by {@link Transient}, {@link Permanent} and {@link Validation}; the stock ones are in
 * `Errors`.
 *
 * **Details**
 *
 * - Fields are declared in the wire's snake_case. `cause`, `message`, `name` and `stack` are reserved. A `cause` may be
 *   given to the constructor: it is for the log and never encoded.
 * - `message`, `suggestion` and `retryAfter` see the fields without the sensitive ones.
 * - The constructor never throws and does not validate: TypeScript did. A value that does not fit its schema after all is
 *   left out of the details and named by {@link invalidFields}, so that the typed error survives.
 * - No stack is captured, since it is most of an error's cost, unless the class says `stack: true` or the fiber runs
 *   with {@link CaptureStacks}. Defects keep theirs.
 *
 * **Example** (Declaring an error and catching it by its family)
 *
 * ```ts import.meta.vitest
 * import * as ToolError from "@errata/core/ToolError"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * class Busy extends ToolError.Transient<Busy>()("Busy", {
 *   queue: Schema.String,
 *   waiting: Schema.Finite
 * }, {
 *   type: "overloaded",
 *   message: (e) => `Queue ${e.queue} has ${e.waiting} jobs waiting`,
 *   retryAfter: (e) => `${e.waiting} seconds`
 * }) {}
 *
 * const program = Effect.fail(new Busy({ queue: "print", waiting: 3 })).pipe(
 *   ToolError.catchTransient((e) => Effect.succeed(e.message))
 * )
 * Effect.runSync(program) // => "Queue print has 3 jobs waiting"
 * ```
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import type { Json } from "../redaction/Redaction.ts"
import * as ErrorType from "./ErrorType.ts"
import { type FieldPlan, type Fields, planFields, refuseRequiredSecrets } from "./internal/errorFields.ts"
import { captureless } from "./internal/stack.ts"
import type { Issue } from "./Issue.ts"
import type { RecoveryStep } from "./RecoveryStep.ts"

/**
 * Says what the caller should do: wait and call again, change course, or correct the arguments.
 *
 * @category models
 * @since 0.1.0
 */
export type Family = "transient" | "permanent" | "validation"

/**
 * The key under which an error carries its family.
 *
 * @category type IDs
 * @since 0.1.0
 */
export const TypeId = "~errata/ToolError" as const

/**
 * The type of {@link TypeId}.
 *
 * @category type IDs
 * @since 0.1.0
 */
export type TypeId = typeof TypeId

const DefinitionId = "~errata/ToolError/definition" as const

/**
 * An error that says its family.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolError<out F extends Family = Family> {
  readonly [TypeId]: F
  readonly _tag: string
  readonly message: string
}

/**
 * Any classified error.
 *
 * @category models
 * @since 0.1.0
 */
export type Any = ToolError

/**
 * Describes the errors of a class.
 *
 * @category models
 * @since 0.1.0
 */
export interface Spec<A> {
  /** The type: the name of a stock type, or a type made by `ErrorType.make`. */
  readonly type: ErrorType.StockName | ErrorType.ErrorType
  /** One safe sentence. */
  readonly message: (fields: A) => string
  /** The way to fix it. */
  readonly suggestion?: string | ((fields: A) => string | undefined) | undefined
  /**
   * Who can make the call succeed. Default: waiting for a transient error, the model for arguments, else what the type says.
   */
  readonly resolvedBy?: ErrorType.ResolvedBy | undefined
  /** The least wait before the next attempt. */
  readonly retryAfter?: ((fields: A) => Duration.Input | undefined) | undefined
  /** The issues to report, where the error is about arguments. */
  readonly issues?: ((fields: A) => ReadonlyArray<Issue>) | undefined
  /** Captures a stack trace for every error of this class. Default: no. */
  readonly stack?: boolean | undefined
}

/**
 * The names that a field may not have.
 *
 * @category models
 * @since 0.1.0
 */
export type Reserved = "cause" | "message" | "name" | "stack" | "_tag"

type CheckFields<F> = { readonly [K in keyof F]: K extends Reserved ? `The field name "${K}" is reserved` : F[K] }

type PropsOf<S extends Schema.Struct.Fields> = Schema.Struct<S>["~type.make.in"] & {
  readonly cause?: unknown
}

/**
 * A class of errors. Both a schema and a constructor.
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorClass<Self, Tag extends string, F extends Schema.Struct.Fields, Fam extends Family>
  extends Schema.Class<Self, Schema.TaggedStruct<Tag, F>, Cause.YieldableError & { readonly [TypeId]: Fam }>
{
  new(
    ...args: {} extends Schema.TaggedStruct<Tag, F>["~type.make.in"] ? [props?: PropsOf<F>]
      : [props: PropsOf<F>]
  ): Schema.TaggedStruct<Tag, F>["Type"] & Cause.YieldableError & { readonly [TypeId]: Fam }
}

/**
 * Any class of errors, as a value: what a tool declares.
 *
 * @category models
 * @since 0.1.0
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a class is invariant in its fields: nothing narrower accepts them all
export type AnyClass = ToolErrorClass & Schema.Codec<any, any> & (new(...args: any) => ToolError)

/** Tells such a class from others. It comes first, since the compiler names it where another class stands. */
interface ToolErrorClass {
  readonly identifier: string
  readonly fields: { readonly _tag: Schema.tag<string> }
}

interface Definition {
  readonly tag: string
  readonly family: Family
  readonly type: ErrorType.ErrorType
  readonly spec: Spec<unknown>
  readonly plan: () => FieldPlan
}

type Factory<Fam extends Family> = <Self = never>() => <Tag extends string, const F extends Schema.Struct.Fields>(
  tag: Tag,
  fields: F & CheckFields<F>,
  spec: Spec<Schema.Struct.Type<F>>
) => [Self] extends [never] ? "Missing `Self`: write `class X extends ToolError.Permanent<X>()(\"X\", ...) {}`"
  : ErrorClass<Self, Tag, F, Fam>

/**
 * Decides whether stacks are captured for errors made in this fiber. Default: no.
 *
 * @category references
 * @since 0.1.0
 */
export const CaptureStacks: Context.Reference<boolean> = Context.Reference<boolean>("errata/ToolError/CaptureStacks", {
  defaultValue: () => false
})

const reserved: ReadonlySet<string> = new Set(["cause", "message", "name", "stack", "_tag"])

const define = <Fam extends Family>(family: Fam): Factory<Fam> =>
  (() => (tag: string, fields: Fields, spec: Spec<unknown>) => {
    for (const name of Object.keys(fields)) {
      if (reserved.has(name)) throw new TypeError(`ToolError ${tag}: the field name "${name}" is reserved`)
    }
    refuseRequiredSecrets(tag, fields)
    const Base = Schema.TaggedError<object>()(tag, fields) as unknown as new(...args: Array<unknown>) => object
    let plan: FieldPlan | undefined
    const definition: Definition = {
      tag,
      family,
      type: typeof spec.type === "string" ? ErrorType.stock[spec.type] : spec.type,
      spec,
      plan: () => (plan ??= planFields(fields))
    }
    const withStack = spec.stack === true
    const Out = class extends Base {
      // The instance is made from the class that effect's errors begin with: Base would validate and throw.
      // @ts-expect-error
      // oxlint-disable-next-line constructor-super
      constructor(props?: Record<string, unknown>, options?: { readonly "~payload"?: { readonly value: object } }) {
        const make = () => Reflect.construct(Data.Error as new() => object, [], new.target) as Record<string, unknown>
        const self = captureless(make, withStack ? true : CaptureStacks)
        self["_tag"] = tag
        const payload = options?.["~payload"]
        const plan = definition.plan()
        const given = payload === undefined ? attempt(() => plan.complete(props ?? {})) ?? props ?? {} : payload.value
        plan.assign(self, given as Record<string, unknown>)
        const cause = attempt(() => props?.["cause"])
        if (cause !== undefined) Object.defineProperty(self, "cause", { value: cause, configurable: true })
        return self as never
      }
      get message(): string {
        return render(this as unknown as ToolError, definition)
      }
    }
    Object.defineProperty(Out.prototype, "name", { value: tag, writable: true, configurable: true, enumerable: false })
    Object.defineProperty(Out.prototype, TypeId, { value: family, enumerable: false })
    Object.defineProperty(Out.prototype, DefinitionId, { value: definition, enumerable: false })
    return Out
  }) as unknown as Factory<Fam>

const render = (error: ToolError, definition: Definition): string => {
  try {
    return String(definition.spec.message(definition.plan().publicView(error)))
  } catch {
    return `${definition.type.title}.`
  }
}

/**
 * Makes a class of errors where the same call may succeed later: wait, then call again, if that is safe.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Transient: Factory<"transient"> = /*#__PURE__*/ define("transient")

/**
 * Makes a class of errors where the same call will fail again until something else changes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Permanent: Factory<"permanent"> = /*#__PURE__*/ define("permanent")

/**
 * Makes a class of errors where the arguments are wrong: correct them and call again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Validation: Factory<"validation"> = /*#__PURE__*/ define("validation")

const definitionOf = (error: ToolError): Definition =>
  (error as unknown as { readonly [DefinitionId]: Definition })[DefinitionId]

/**
 * Returns whether a value is a tool error. Never throws, even on hostile proxies.
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (u: unknown): u is ToolError => {
  try {
    return typeof u === "object" && u !== null && TypeId in u && DefinitionId in u
  } catch {
    return false
  }
}

/**
 * The family of an error.
 *
 * @category accessors
 * @since 0.1.0
 */
export const family = (error: ToolError): Family => error[TypeId]

const isOf = (u: unknown, wanted: Family): boolean => attempt(() => is(u) && u[TypeId] === wanted) === true

/**
 * Returns whether an error is of the transient family.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTransient = (u: unknown): u is ToolError<"transient"> => isOf(u, "transient")

/**
 * Returns whether an error is of the permanent family.
 *
 * @category guards
 * @since 0.1.0
 */
export const isPermanent = (u: unknown): u is ToolError<"permanent"> => isOf(u, "permanent")

/**
 * Returns whether an error is of the validation family.
 *
 * @category guards
 * @since 0.1.0
 */
export const isValidation = (u: unknown): u is ToolError<"validation"> => isOf(u, "validation")

/**
 * The type of an error: what happened.
 *
 * @category accessors
 * @since 0.1.0
 */
export const type = (error: ToolError): ErrorType.ErrorType => definitionOf(error).type

/**
 * Returns who can make the call succeed, where the class of an error says so.
 *
 * @category accessors
 * @since 0.1.0
 */
export const resolvedBy = (error: ToolError): ErrorType.ResolvedBy | undefined => definitionOf(error).spec.resolvedBy

/**
 * The public fields of an error, encoded; `undefined` if there are none. Sensitive fields and those whose value does not
 * fit its schema are left out, and so is the field named `except`. Secrets inside the text of a field are still there:
 * masking is the fold's work.
 *
 * @category accessors
 * @since 0.1.0
 */
export const details = (error: ToolError, except?: string): { readonly [name: string]: Json } | undefined =>
  definitionOf(error).plan().encode(error, except).details

/**
 * The names of the fields whose value does not fit its schema.
 *
 * @category accessors
 * @since 0.1.0
 */
export const invalidFields = (error: ToolError): ReadonlyArray<string> =>
  definitionOf(error).plan().encode(error).invalid

/**
 * Holds guidance that is known only where an error is raised.
 *
 * @category models
 * @since 0.1.0
 */
export interface Guidance {
  /** Says what happened, in the words of whoever raised it; wins over the class's message in what leaves. */
  readonly message?: string | undefined
  /** The way to fix it; wins over the class's suggestion. */
  readonly suggestion?: string | undefined
  /** Names that may have been meant, the nearest first. */
  readonly similarMatches?: ReadonlyArray<string> | undefined
  /** The next steps, in order. */
  readonly steps?: ReadonlyArray<RecoveryStep> | undefined
  /** The least wait; wins over the class's. */
  readonly retryAfter?: Duration.Input | undefined
}

const guidances = new WeakMap<object, Guidance>()

/**
 * Adds what is known only here: similar names, steps with real ids, a hint when to retry.
 *
 * **Details**
 *
 * Guidance stands beside the error, not in its fields, and survives `Effect.fail` and `Effect.mapError`. What is given
 * later wins; what is not given stays. Returns the same error.
 *
 * **Example** (Saying what may have been meant)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Suggestion from "@errata/core/Suggestion"
 * import * as ToolError from "@errata/core/ToolError"
 *
 * const error = ToolError.withGuidance(new Errors.NotFound({ resource: "City", id: "Pariis" }), {
 *   similarMatches: Suggestion.similar("Pariis", ["London", "Paris"])
 * })
 * ToolError.guidance(error).similarMatches // => ["Paris"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withGuidance: {
  /** Adds what is known only here; for `pipe`. */
  (guidance: Guidance): <E extends ToolError>(error: E) => E
  /** Adds what is known only here. */
  <E extends ToolError>(error: E, guidance: Guidance): E
} = /*#__PURE__*/ dual(2, <E extends ToolError>(error: E, guidance: Guidance): E => {
  guidances.set(error, { ...guidances.get(error), ...guidance })
  return error
})

/**
 * The guidance of an error: what was added to it, completed by what its class says. Never throws.
 *
 * @category accessors
 * @since 0.1.0
 */
export const guidance = (error: ToolError): Guidance => {
  const added = guidances.get(error) ?? none
  return attempt(() => {
    const { plan, spec: { retryAfter, suggestion } } = definitionOf(error)
    if (suggestion === undefined && retryAfter === undefined) return added
    const view = plan().publicView(error)
    return {
      ...added,
      suggestion: added.suggestion ?? attempt(() => typeof suggestion === "function" ? suggestion(view) : suggestion),
      retryAfter: added.retryAfter ?? attempt(() => retryAfter?.(view))
    }
  }) ?? added
}

const none: Guidance = {}

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

/**
 * Returns the least wait before the next attempt, if the error says so; an absurd hint counts as none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const retryAfter = (error: ToolError): Duration.Duration | undefined => {
  const hint = guidance(error).retryAfter
  if (hint === undefined || Number.isNaN(hint)) return undefined
  const duration = attempt(() => Duration.fromInputUnsafe(hint))
  const millis = duration === undefined ? -1 : Duration.toMillis(duration)
  return millis >= 0 && Number.isFinite(millis) ? duration : undefined
}

/**
 * The issues that an error reports. Never throws.
 *
 * @category accessors
 * @since 0.1.0
 */
export const issues = (error: ToolError): ReadonlyArray<Issue> => {
  const definition = definitionOf(error)
  return attempt(() => definition.spec.issues?.(definition.plan().publicView(error))) ?? []
}

/**
 * Decodes an error of one of some classes from its tag and details, as they go over the wire; `undefined` if no class has
 * that tag or the details do not fit.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromDetails = <const Classes extends ReadonlyArray<AnyClass>>(
  classes: Classes,
  tag: string,
  details: { readonly [name: string]: unknown } | undefined
): InstanceType<Classes[number]> | undefined => {
  for (const Class of classes) {
    if (Class.identifier !== tag) continue
    const decoded = attempt(() =>
      SchemaParser.decodeUnknownResult(Schema.toCodecJson(Class))({ ...details, _tag: tag })
    )
    if (decoded?._tag === "Success") return decoded.success
  }
  return undefined
}

const catchFamily = <Fam extends Family>(wanted: Fam) =>
  dual(
    2,
    (self: Effect.Effect<unknown, unknown, unknown>, f: (error: unknown) => Effect.Effect<unknown, unknown, unknown>) =>
      Effect.catchIf(self, (error) => isOf(error, wanted), f)
  )

/**
 * Recovers from the transient errors of an effect.
 *
 * @category error handling
 * @since 0.1.0
 */
export const catchTransient: {
  /** Recovers from the transient errors of an effect; for `pipe`. */
  <E, A2, E2, R2>(
    f: (error: Extract<E, ToolError<"transient">>) => Effect.Effect<A2, E2, R2>
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Exclude<E, ToolError<"transient">> | E2, R | R2>
  /** Recovers from the transient errors of an effect. */
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    f: (error: Extract<E, ToolError<"transient">>) => Effect.Effect<A2, E2, R2>
  ): Effect.Effect<A | A2, Exclude<E, ToolError<"transient">> | E2, R | R2>
} = /*#__PURE__*/ catchFamily("transient")

/**
 * Recovers from the permanent errors of an effect.
 *
 * @category error handling
 * @since 0.1.0
 */
export const catchPermanent: {
  /** Recovers from the permanent errors of an effect; for `pipe`. */
  <E, A2, E2, R2>(
    f: (error: Extract<E, ToolError<"permanent">>) => Effect.Effect<A2, E2, R2>
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Exclude<E, ToolError<"permanent">> | E2, R | R2>
  /** Recovers from the permanent errors of an effect. */
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    f: (error: Extract<E, ToolError<"permanent">>) => Effect.Effect<A2, E2, R2>
  ): Effect.Effect<A | A2, Exclude<E, ToolError<"permanent">> | E2, R | R2>
} = /*#__PURE__*/ catchFamily("permanent")

/**
 * Recovers from the validation errors of an effect.
 *
 * @category error handling
 * @since 0.1.0
 */
export const catchValidation: {
  /** Recovers from the validation errors of an effect; for `pipe`. */
  <E, A2, E2, R2>(
    f: (error: Extract<E, ToolError<"validation">>) => Effect.Effect<A2, E2, R2>
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Exclude<E, ToolError<"validation">> | E2, R | R2>
  /** Recovers from the validation errors of an effect. */
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    f: (error: Extract<E, ToolError<"validation">>) => Effect.Effect<A2, E2, R2>
  ): Effect.Effect<A | A2, Exclude<E, ToolError<"validation">> | E2, R | R2>
} = /*#__PURE__*/ catchFamily("validation")

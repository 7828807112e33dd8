import type * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import type * as ErrorType from "../ErrorType.ts"
import type { FieldPlan } from "../internal/errorFields.ts"
import type { Issue } from "../Issue.ts"
import type { RecoveryStep } from "../RecoveryStep.ts"

/**
 * Says what the caller should do: wait and call again, change course, or correct the arguments.
 *
 * @category models
 * @since 0.1.0
 */
export type Family = "transient" | "permanent" | "validation"

/**
 * Names the key under which an error carries its family.
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

/**
 * The key under which an error carries what its class knows, whichever copy of this package made it. A symbol: an object that was
 * parsed from JSON is no error of ours, whatever it says.
 */
export const DefinitionId: unique symbol = Symbol.for("errata/definition") as never

/**
 * Describes an error that says its family.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToolError<out F extends Family = Family> {
  readonly [TypeId]: F
  readonly _tag: string
  /** One safe sentence. */
  readonly message: string
}

/**
 * Describes any classified error.
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
  /** Says when it happens, for the catalogue of errors and for whoever writes the client. One sentence without a full stop. */
  readonly when?: string | undefined
  /**
   * The next steps, where they are the same in every tool; `Tool.guide` says them for some tools, `withGuidance` for one error.
   * A list is checked when a tool that declares the class is registered.
   */
  readonly steps?: ReadonlyArray<RecoveryStep> | ((fields: A) => ReadonlyArray<RecoveryStep>) | undefined
  /**
   * Names who can make the call succeed. Default: waiting for a transient error, the model for arguments, else what the type
   * says.
   */
  readonly resolvedBy?: ErrorType.ResolvedBy | undefined
  /** The least wait before the next attempt. */
  readonly retryAfter?: ((fields: A) => Duration.Input | undefined) | undefined
  /** The issues to report, where the error is about arguments. */
  readonly issues?: ((fields: A) => ReadonlyArray<Issue>) | undefined
  /**
   * Answers an expected miss as a success that says so: the reply keeps its text and its problem, and is not marked as an error, since
   * some hosts cancel the other calls of a turn on an error. Only of permanent errors, and never where the call may have taken
   * effect. Default: as an error.
   */
  readonly answers?: "success" | undefined
  /** Captures a stack trace for every error of this class. Default: no. */
  readonly stack?: boolean | undefined
}

/**
 * Lists the names that a field may not have.
 *
 * @category models
 * @since 0.1.0
 */
export type Reserved = "cause" | "message" | "name" | "stack" | "_tag"

type PropsOf<S extends Schema.Struct.Fields> = Schema.Struct<S>["~type.make.in"] & {
  readonly cause?: unknown
}

/**
 * Describes a class of errors. Both a schema and a constructor.
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
 * Describes any class of errors, as a value: what a tool declares.
 *
 * @category models
 * @since 0.1.0
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a class is invariant in its fields: nothing narrower accepts them all
export type AnyClass = ToolErrorClass & Schema.Codec<any, any>

/** Tells such a class from others. It comes first, since the compiler names it, with its sentence, where another class stands. */
interface ToolErrorClass<
  out Sentence =
    "give a class of Errors, or one that extends ToolError.Transient, Permanent or Validation: a plain class will not do"
> {
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever a class is made with
  new(...args: any): ToolError
  readonly identifier: string
  readonly fields: { readonly _tag: Schema.tag<string> }
  readonly [SentenceId]?: Sentence
}

declare const SentenceId: unique symbol

/** Describes what a class knows of its errors. */
export interface Definition {
  readonly tag: string
  readonly family: Family
  readonly type: ErrorType.ErrorType
  readonly spec: Spec<unknown>
  readonly plan: () => FieldPlan
  /** Is true if every copy of this package has the class. */
  readonly isStock: boolean
}

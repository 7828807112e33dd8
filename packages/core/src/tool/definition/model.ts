import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Safety } from "../../errors/Advice.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type * as Verified from "../../idempotency/Verified.ts"
import type { RetryPolicy } from "../../resilience/RetryPolicy.ts"
import type { Keyed } from "./keyed.ts"

export const TypeId = "~errata/Tool" as const

/**
 * Describes a schema that needs no services, whose encoded side is an object.
 *
 * @category models
 * @since 0.1.0
 */
export interface InputSchema extends Schema.Codec<unknown, object> {}

/**
 * Describes a schema that needs no services.
 *
 * @category models
 * @since 0.1.0
 */
export interface OutputSchema extends Schema.Codec<unknown, unknown> {}

/**
 * Describes a tool without its code.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tool<
  Name extends string = string,
  I extends InputSchema = InputSchema,
  O extends OutputSchema = OutputSchema,
  Es extends ReadonlyArray<ToolError.AnyClass> = ReadonlyArray<ToolError.AnyClass>,
  S extends Safety = Safety,
  R = never
> extends Any {
  /** The name under which hosts list the tool and clients call it. */
  readonly name: Name
  /** The schema of the arguments. */
  readonly input: I
  /** The schema of the output. */
  readonly output: O
  /** The classes of errors that the handler may fail with. */
  readonly errors: Es
  /** Says how often a call may take effect. */
  readonly safety: S
  /** Names what the tool itself needs from the runtime, beside its handler. It holds nothing. */
  readonly [NeedsId]?: ((_: never) => R) | undefined
}

declare const NeedsId: unique symbol

/**
 * Lists what a tool itself needs from the runtime, beside its handler.
 *
 * @category utility types
 * @since 0.1.0
 */
export type NeedsOf<T extends Any> = T extends { readonly [NeedsId]?: ((_: never) => infer R) | undefined }
  ? unknown extends R ? never : R
  : never

/**
 * Describes any tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface Any {
  readonly [TypeId]: typeof TypeId
  /** The name under which hosts list the tool and clients call it. */
  readonly name: string
  /** The name that a person sees; `undefined`: the name. */
  readonly title: string | undefined
  /** The text from which a model learns when and how to call the tool. */
  readonly description: string
  /** The schema of the arguments. */
  readonly input: Schema.Top
  /** The schema of the output. */
  readonly output: Schema.Top
  /** The classes of errors that the handler may fail with. */
  readonly errors: ReadonlyArray<ToolError.AnyClass>
  /** Says how often a call may take effect. */
  readonly safety: Safety
  /** `marked` if the handler marks its effects by `ToolCall.irreversible`. */
  readonly effects: "marked" | undefined
  /** Says where the idempotency key of a call comes from; `undefined`: the tool takes none. */
  readonly keyed: Keyed | undefined
  /** Says how to find out whether a call took effect; `undefined`: nobody can. */
  readonly verify: Verification | undefined
  /** The policy that retries the handler; `undefined`: none. */
  readonly retry: RetryPolicy | undefined
  /** The time for a call; `undefined`: that of the host's options. */
  readonly timeout: Duration.Input | undefined
  /** Refuses or ignores arguments that the schema does not name; `undefined`: as the host's options say. */
  readonly unknownArguments: "refuse" | "ignore" | undefined
  /** Takes arguments of the wrong kind where their meaning is clear; `undefined`: as the host's options say. */
  readonly repair: boolean | undefined
  /** The hints about the tool's behaviour that hosts list. */
  readonly annotations: Annotations
}

/**
 * Describes how to find out whether a call took effect whose outcome nobody knows: by a tool that reads, or by an effect.
 *
 * @category models
 * @since 0.1.0
 */
export interface Verification {
  /** The tool that is asked, and named to the model where the adapter cannot tell; `undefined` where `check` is an effect. */
  readonly tool: Any | undefined
  /** Makes the tool's arguments of the input. */
  readonly parameters: ((input: never) => unknown) | undefined
  /** Reads the tool's answer. */
  readonly outcome: ((output: never, input: never) => Verified.Verified<unknown>) | undefined
  /** Finds out by itself. */
  readonly check: ((input: never) => Effect.Effect<Verified.Verified<unknown>, unknown, unknown>) | undefined
  /** Is true if the check cancels the attempt or takes its key: only then may it say that the call did not take effect. */
  readonly fences: boolean
}

/**
 * Tells hosts about a tool's behaviour (MCP's `ToolAnnotations`).
 *
 * @category models
 * @since 0.1.0
 */
export interface Annotations {
  /** Is true if the tool changes nothing. */
  readonly readOnlyHint: boolean
  /** Is true if the same call again changes nothing more. */
  readonly idempotentHint: boolean
  /** Is true if the tool may overwrite or delete. Absent: MCP's default, true. */
  readonly destructiveHint?: boolean | undefined
  /** Is true if the tool meets systems outside the server. Absent: MCP's default, true. */
  readonly openWorldHint?: boolean | undefined
}

/**
 * Types the errors that a tool declares.
 *
 * @category utility types
 * @since 0.1.0
 */
export type ErrorOf<T extends Any> = InstanceType<T["errors"][number]>

/**
 * Describes a plain record of fields, in the place of a `Schema.Struct`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fields extends RecordOfEffectSchemas {}

/** The compiler names it, with its sentence, where something else is given for a record of fields, as a schema of zod. */
export interface RecordOfEffectSchemas<
  out _Sentence = "give a Schema of effect, or a record such as { id: Schema.String }: a schema of zod will not do"
> {
  readonly [name: PropertyKey]: EffectSchema & OutputSchema
}

/** The compiler names it, with its sentence, where something else is given for a field. */
interface EffectSchema<
  out Sentence = "give a Schema of effect, such as Schema.String: a schema of zod, or a class, will not do"
> {
  readonly Type: unknown
  readonly ast: Schema.Top["ast"]
  readonly [SentenceId]?: Sentence
}

declare const SentenceId: unique symbol

/**
 * Types the schema that is meant where a record of fields will do.
 *
 * @category utility types
 * @since 0.1.0
 */
export type SchemaOf<S> = S extends Schema.Top ? S : S extends Schema.Struct.Fields ? Schema.Struct<S> : never

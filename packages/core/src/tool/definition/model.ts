import type * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import type { Safety } from "../../errors/Advice.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { RetryPolicy } from "../../resilience/RetryPolicy.ts"

export const TypeId = "~errata/Tool" as const

/**
 * A schema that needs no services, whose encoded side is an object.
 *
 * @category models
 * @since 0.1.0
 */
export interface InputSchema extends Schema.Codec<unknown, object> {}

/**
 * A schema that needs no services.
 *
 * @category models
 * @since 0.1.0
 */
export interface OutputSchema extends Schema.Codec<unknown, unknown> {}

/**
 * A tool without its code.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tool<
  Name extends string = string,
  I extends InputSchema = InputSchema,
  O extends OutputSchema = OutputSchema,
  Es extends ReadonlyArray<ToolError.AnyClass> = ReadonlyArray<ToolError.AnyClass>,
  S extends Safety = Safety
> extends Any {
  readonly name: Name
  readonly input: I
  readonly output: O
  readonly errors: Es
  readonly safety: S
}

/**
 * Any tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface Any {
  readonly [TypeId]: typeof TypeId
  readonly name: string
  readonly title: string | undefined
  readonly description: string
  readonly input: Schema.Top
  readonly output: Schema.Top
  readonly errors: ReadonlyArray<ToolError.AnyClass>
  readonly safety: Safety
  readonly effects: "marked" | undefined
  readonly retry: RetryPolicy | undefined
  readonly timeout: Duration.Input | undefined
  readonly unknownArguments: "refuse" | "ignore" | undefined
  readonly repair: boolean | undefined
  readonly annotations: Annotations
}

/**
 * Tells hosts about a tool's behaviour (MCP's `ToolAnnotations`).
 *
 * @category models
 * @since 0.1.0
 */
export interface Annotations {
  readonly readOnlyHint: boolean
  readonly idempotentHint: boolean
  readonly destructiveHint?: boolean | undefined
  readonly openWorldHint?: boolean | undefined
}

/**
 * The errors that a tool declares.
 *
 * @category utility types
 * @since 0.1.0
 */
export type ErrorOf<T extends Any> = InstanceType<T["errors"][number]>

/**
 * A plain record of fields, in the place of a `Schema.Struct`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fields extends RecordOfEffectSchemas {}

/** The compiler names it where something else is given for a record of fields, as a schema of zod. */
export interface RecordOfEffectSchemas {
  readonly [name: PropertyKey]: EffectSchema & OutputSchema
}

/** The compiler names it where something else is given for a field. */
interface EffectSchema {
  readonly Type: unknown
  readonly ast: Schema.Top["ast"]
}

/**
 * The schema that is meant where a record of fields will do.
 *
 * @category utility types
 * @since 0.1.0
 */
export type SchemaOf<S> = S extends Schema.Top ? S : S extends Schema.Struct.Fields ? Schema.Struct<S> : never

import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { ToolCall } from "../../call/ToolCall.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Batch, ReportFields } from "../../partial/Batch.ts"
import type { Any, ErrorOf } from "./model.ts"

/**
 * A tool with its handler. `R` is what the handler needs from the runtime.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handled<out R = never, out T extends Any = Any> {
  /** The definition. */
  readonly tool: T
  /** The function that answers calls, given the decoded arguments. */
  readonly handler: (input: never) => Effect.Effect<unknown, ToolError.Any, R | PerCall>
}

/**
 * Lists the services that every call brings along: handlers may use it without asking the runtime for it.
 *
 * @category utility types
 * @since 0.1.0
 */
export type PerCall = ToolCall | Scope.Scope

/**
 * Describes what the handler of a tool returns: a value of its output. Where the output is a `Batch.Report`, the batch itself will do.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Returned<T extends Any> =
  | T["output"]["Type"]
  | (T["output"] extends Schema.Struct<ReportFields<infer Value>> ? Batch<Value["Type"], ToolError.Any> : never)

/**
 * Says in a compiler's message what is wrong. Nothing has this type: it is asked for where the types do not fit.
 *
 * @category utility types
 * @since 0.1.0
 */
export interface Mistake<out Sentence> {
  readonly [MistakeId]: Sentence
}

declare const MistakeId: unique symbol

type IsAny<T> = 0 extends 1 & T ? true : false

/**
 * Refuses a handler of `T` that fails with what the tool does not declare, and says with what: `E` is what it fails with.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Declared<T extends Any, E> = IsAny<E> extends true
  ? Mistake<`The handler of ${T["name"]} has \`any\` as its errors: say which errors it has`>
  : [E] extends [ErrorOf<T>] ? unknown
  : Mistake<UndeclaredError<T["name"], Exclude<E, ErrorOf<T>>>>

type UndeclaredError<Name extends string, E> = E extends ToolError.Any
  ? `The tool ${Name} does not declare ${E["_tag"]}: add it to \`errors\`, or handle it`
  : [`The handler of ${Name} fails with what is no ToolError: turn it into one, or handle it`, E]

/**
 * Pairs a tool with its handler. An error that the tool does not declare does not compile.
 *
 * @category constructors
 * @since 0.1.0
 */
export const handle = <
  T extends Any,
  // oxlint-disable-next-line typescript/no-explicit-any -- what the handler requires is read off the handler
  Eff extends Effect.Effect<Returned<T>, unknown, any>
>(
  tool: T,
  handler: (input: T["input"]["Type"]) => Eff & Declared<T, Effect.Error<Eff>>
): Handled<Exclude<Effect.Services<Eff>, PerCall>, T> => ({ tool, handler }) as never

import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { ToolCall } from "../../call/ToolCall.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Batch, ReportFields } from "../../partial/Batch.ts"
import type { Mistake } from "./mistake.ts"
import type { Any, ErrorOf, NeedsOf } from "./model.ts"

/**
 * Describes a tool with its handler. `R` is what the handler needs from the runtime.
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

type IsAny<T> = 0 extends 1 & T ? true : false

/**
 * Refuses a handler of `T` that returns `Ret`, where that is no effect, does not fit the output, or fails with what the tool
 * does not declare, and says which.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Checked<T extends Any, Ret> = [Ret] extends [Effect.Effect<infer A, infer E, infer _R>]
  ? [A] extends [Returned<T>] ? Declared<T, E> : WrongOutput<T, A>
  : Mistake<`The handler of ${T["name"]} returns ${NoEffect<Ret>}`>

type NoEffect<Ret> = [Ret] extends [PromiseLike<unknown>]
  ? "a promise: wrap what it does in Effect.tryPromise, or write a generator with Effect.fn"
  : [Ret] extends [Generator<infer _Y, infer _A, infer _N>] ? "a generator: write Effect.fn(function*() { ... })"
  : [Ret] extends [void] ? "nothing: return an effect, as Effect.void"
  : "a value that is no effect: wrap it in Effect.succeed"

/** A value where none is declared would be lost: that it fits `void` is a rule of functions. */
type WrongOutput<T extends Any, A> = [T["output"]["Type"]] extends [void] ? Mistake<
    `The tool ${T[
      "name"
    ]} declares no output, so what its handler returns is lost: declare \`output\`, or add Effect.asVoid`
  >
  : [Extract<A, void>] extends [never] ? Effect.Effect<Returned<T>, unknown, unknown>
  : Mistake<`The handler of ${T["name"]} may return nothing: write \`return\`, also before the \`yield*\` of an error`>

type Declared<T extends Any, E> = IsAny<E> extends true
  ? Mistake<`The handler of ${T["name"]} has \`any\` as its errors: say which errors it has`>
  : [E] extends [ErrorOf<T>] ? unknown
  : Mistake<Undeclared<T["name"], Exclude<E, ErrorOf<T>>>>

type Undeclared<Name extends string, E> = unknown extends E ? [NoToolError<Name>, E]
  : [undefined] extends [E] ?
    `The handler of ${Name} may fail with undefined: say what a failure becomes that its classifier does not know`
  : [Exclude<E, ToolError.Any>] extends [never] ? UndeclaredErrors<Name, E>
  : [NoToolError<Name>, Exclude<E, ToolError.Any>]

type NoToolError<Name extends string> =
  `The handler of ${Name} fails with what is no ToolError: turn it into one, or handle it`

/** One error stands in the sentence. Of more the compiler would cut a union of sentences: their classes stand beside it. */
type UndeclaredErrors<Name extends string, E> = IsUnion<E> extends true
  ? [`These are no errors of ${Name}: add them to \`errors\`, or handle them`, E]
  : E extends ToolError.Any ? `The tool ${Name} does not declare ${E["_tag"]}: add it to \`errors\`, or handle it`
  : never

type IsUnion<E, All = E> = [E] extends [never] ? false : E extends unknown ? [All] extends [E] ? false : true : never

/**
 * Takes whatever a handler of `T` may return, so that {@link Checked} can name what it returns by mistake. The effect among it gives
 * literals their context.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Anything<T extends Any> =
  // oxlint-disable-next-line typescript/no-explicit-any -- what the handler requires is read off the handler
  | Effect.Effect<Returned<T>, unknown, any>
  | {}
  | null
  | undefined
  | void

/**
 * Pairs a tool with its handler. An error that the tool does not declare does not compile.
 *
 * @category constructors
 * @since 0.1.0
 */
export const handle = <T extends Any, Ret extends Anything<T>>(
  tool: T,
  handler: (input: T["input"]["Type"]) => Ret & Checked<T, Ret>
): Handled<Exclude<ServicesOf<Ret>, PerCall> | NeedsOf<T>, T> => ({ tool, handler }) as never

type ServicesOf<Ret> = Ret extends Effect.Effect<infer _A, infer _E, infer R> ? R : never

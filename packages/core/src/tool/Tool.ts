/**
 * Models a tool as a definition apart from its handler: a name, schemas, declared errors, safety.
 *
 * A `Tool` is what clients, recovery steps, listings and tests need, and holds no code; {@link handle} pairs it with a
 * handler, whose error channel the compiler checks against the declaration. The adapter binds such pairs to a server.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `input` | no arguments | a record of fields, or a schema whose encoded side is an object |
 * | `output` | nothing | a record of fields, or a schema; what is no object goes over the wire as `{ result }` |
 * | `errors` | none | the classes of errors that the handler may fail with |
 * | `safety` | `"once"` | how often a call may take effect; gives the annotations and gates `retry` |
 * | `effects` | none are marked | `"marked"`: of a `"once"` tool only what runs in `ToolCall.irreversible` has an effect |
 * | `retry` | none | a policy for the tool's transient errors; refused for `"once"` |
 * | `timeout` | the server's (50 s) | how long a call may take, attempts and waiting included |
 * | `unknownArguments` | the server's (`"refuse"`) | whether arguments that nobody declared are an issue or ignored |
 * | `repair` | the server's (`true`) | whether arguments that do not decode are taken as they were probably meant; see `Arguments` |
 *
 * A name has 1 to 64 letters, digits, `_` and `-`, since hosts and models take no others. Stay below 46: hosts put a prefix
 * before it, and some cut.
 *
 * **Example** (Defining a tool and its handler)
 *
 * ```ts import.meta.vitest
 * import { Errors, Tool } from "@errata/core"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const getUser = Tool.make("get_user", {
 *   description: "Returns a user by id.",
 *   input: { user_id: Schema.String },
 *   output: { user_id: Schema.String, name: Schema.String },
 *   errors: [Errors.NotFound],
 *   safety: "read"
 * })
 *
 * const handler = Tool.handle(getUser, Effect.fnUntraced(function*({ user_id }) {
 *   if (user_id !== "1") return yield* new Errors.NotFound({ resource: "User", id: user_id })
 *   return { user_id, name: "Ada" }
 * }))
 *
 * handler.tool.name // => "get_user"
 * ```
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { ToolCall } from "../call/ToolCall.ts"
import type { Safety } from "../errors/Advice.ts"
import type { Problem } from "../errors/Problem.ts"
import type { RecoveryStep } from "../errors/RecoveryStep.ts"
import * as ToolError from "../errors/ToolError.ts"
import type { Batch, ReportFields } from "../partial/Batch.ts"
import type { RetryPolicy } from "../resilience/RetryPolicy.ts"
import * as JsonSchema from "./JsonSchema.ts"

export type {
  /**
   * Says how often a call may take effect.
   *
   * @category models
   * @since 0.1.0
   */
  Safety
} from "../errors/Advice.ts"

const TypeId = "~errata/Tool" as const

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
> {
  readonly [TypeId]: typeof TypeId
  readonly name: Name
  readonly title: string | undefined
  readonly description: string
  readonly input: I
  readonly output: O
  readonly errors: Es
  readonly safety: S
  readonly effects: "marked" | undefined
  readonly retry: RetryPolicy | undefined
  readonly timeout: Duration.Input | undefined
  readonly unknownArguments: "refuse" | "ignore" | undefined
  readonly repair: boolean | undefined
  readonly annotations: Annotations
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

type MayRepeat = Exclude<Safety, "once">

/** Gates what depends on the safety. Where it is not known, or may be `"once"`, nothing is repeated. */
type Gate<S extends Safety> =
  & {
    /** Retries the tool's transient errors by a policy. Default none; refused unless a call may be repeated. */
    readonly retry?: [S] extends [MayRepeat] ? RetryPolicy | undefined
      : "A tool may carry `retry` only if its `safety` is \"read\", \"idempotent\" or \"keyed\""
  }
  & {
    /**
     * Says that every effect of the handler runs in `ToolCall.irreversible`: what fails before the first may be tried again.
     * Default: whatever the handler does may be an effect. Only for `safety: "once"`.
     */
    readonly effects?: "once" extends S ? "marked" | undefined
      : "Effects are marked only in a tool whose `safety` is \"once\": the others may be repeated"
  }

type NoArguments = Schema.Struct<{}>

const validName = /^[a-zA-Z0-9_-]{1,64}$/

/**
 * A plain record of fields, in the place of a `Schema.Struct`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fields extends RecordOfEffectSchemas {}

/** The compiler names it where something else is given for a record of fields, as a schema of zod. */
interface RecordOfEffectSchemas {
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

/**
 * Makes a tool. Throws a `TypeError` where the compiler was circumvented: a retry policy on a tool that is not safe to
 * repeat, an input whose encoded side is no object, a name that hosts do not take, two declared errors with one tag.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  const Name extends string,
  const I extends InputSchema | RecordOfEffectSchemas = NoArguments,
  const O extends OutputSchema | RecordOfEffectSchemas = Schema.Void,
  const Es extends ReadonlyArray<ToolError.AnyClass> = readonly [],
  const S extends Safety = Safety
>(
  name: Name,
  options: {
    /** Tells a model what the tool does, and when to call it. */
    readonly description: string
    /** Names the tool for people. Default none. */
    readonly title?: string | undefined
    /** Describes the arguments: a record of fields, or a schema whose encoded side is an object. Default no arguments. */
    readonly input?: I | undefined
    /** Describes what the tool returns: a record of fields, or a schema. Default nothing. */
    readonly output?: O | undefined
    /** Lists the classes of errors that the handler may fail with. Default none. */
    readonly errors?: Es | undefined
    /** Says how often a call may take effect. Default `"once"`. */
    readonly safety?: S | undefined
    /** Bounds a call, attempts and waiting included. Default the server's (50 s). */
    readonly timeout?: Duration.Input | undefined
    /** Refuses arguments that the input does not declare, or ignores them. Default what the server says, else `"refuse"`. */
    readonly unknownArguments?: "refuse" | "ignore" | undefined
    /** Takes arguments that do not decode as they were probably meant. Default what the server says, else `true`. */
    readonly repair?: boolean | undefined
    /** Says that the tool may destroy something. MCP's default for tools that are not read-only: yes. */
    readonly isDestructive?: boolean | undefined
    /** Says that the tool reaches things beyond the server's own. MCP's default: yes. */
    readonly isOpenWorld?: boolean | undefined
  } & Gate<S>
): Tool<Name, SchemaOf<I>, SchemaOf<O>, Es, S> => {
  const safety = (options.safety ?? "once") as S
  const input = schemaOf(options.input ?? {})
  const errors = (options.errors ?? []) as unknown as Es
  const retry = options.retry as RetryPolicy | undefined
  refuse(name, { safety, retry, errors, effects: options.effects, input })
  return {
    [TypeId]: TypeId,
    name,
    title: options.title,
    description: options.description,
    input: input as SchemaOf<I>,
    output: schemaOf(options.output ?? Schema.Void) as SchemaOf<O>,
    errors,
    safety,
    effects: options.effects === "marked" ? "marked" : undefined,
    retry,
    timeout: options.timeout,
    unknownArguments: options.unknownArguments,
    repair: options.repair,
    annotations: {
      readOnlyHint: safety === "read",
      idempotentHint: safety === "read" || safety === "idempotent",
      ...options.isDestructive === undefined ? {} : { destructiveHint: options.isDestructive },
      ...options.isOpenWorld === undefined ? {} : { openWorldHint: options.isOpenWorld }
    }
  }
}

const schemaOf = (given: Schema.Top | RecordOfEffectSchemas): Schema.Top =>
  Schema.isSchema(given) ? given : Schema.Struct(given)

/** Throws where the compiler was circumvented. */
const refuse = (name: string, { effects, errors, input, retry, safety }: {
  readonly safety: Safety
  readonly retry: RetryPolicy | undefined
  readonly errors: ReadonlyArray<ToolError.AnyClass>
  readonly effects: string | undefined
  readonly input: Schema.Top
}): void => {
  if (safety === "once" && retry !== undefined) {
    throw new TypeError(`Tool ${name}: a tool that may not be repeated cannot carry a retry policy`)
  }
  if (safety !== "once" && effects !== undefined) {
    throw new TypeError(`Tool ${name}: effects are marked only in a tool that may not be repeated`)
  }
  if (!validName.test(name)) {
    throw new TypeError(`Tool ${JSON.stringify(name)}: a name has 1 to 64 letters, digits, "_" and "-"`)
  }
  if (!JsonSchema.isObject(input)) {
    throw new TypeError(`Tool ${name}: the input must be an object, or a union of objects`)
  }
  const tags = errors.map((error) => error.identifier)
  const twice = tags.find((tag, i) => tags.indexOf(tag) !== i)
  if (twice !== undefined) throw new TypeError(`Tool ${name}: two declared errors have the tag "${twice}"`)
}

/**
 * A tool with its handler. `R` is what the handler needs from the runtime.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handled<out R = never, out T extends Any = Any> {
  readonly tool: T
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

type ParametersOf<T extends Any, Fill> = Omit<T["input"]["Encoded"], Fill & PropertyKey>

/**
 * Makes a recovery step that calls a tool. The compiler checks the parameters; those in `fill` are left to the model.
 *
 * **Example** (Sending the model to a list)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import * as Schema from "effect/Schema"
 *
 * const deploy = Tool.make("deploy", {
 *   description: "Deploys an application.",
 *   input: { app_name: Schema.String, environment: Schema.String }
 * })
 *
 * const step = Tool.step(deploy, { environment: "staging" }, { action: "Deploy it", fill: ["app_name"] })
 * step.parameters // => { environment: "staging" }
 * step.fill // => ["app_name"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const step = <T extends Any, const Fill extends keyof T["input"]["Encoded"] & string = never>(
  tool: T,
  parameters: ParametersOf<T, Fill>,
  options: {
    /** The action, as an imperative without a full stop. */
    readonly action: string
    /** The names of parameters that the caller has to fill in. Default: none. */
    readonly fill?: ReadonlyArray<Fill> | undefined
    /** One sentence more. */
    readonly description?: string | undefined
  }
): RecoveryStep => ({
  action: options.action,
  tool: tool.name,
  parameters: parameters as RecoveryStep["parameters"],
  ...options.fill === undefined || options.fill.length === 0 ? {} : { fill: options.fill },
  ...options.description === undefined ? {} : { description: options.description }
})

/**
 * Decodes the typed error that a tool declared from the problem that came over the wire; `undefined` if the tool declares
 * no such error or the details do not fit.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeError = <T extends Any>(tool: T, problem: Problem): ErrorOf<T> | undefined =>
  ToolError.fromDetails(
    tool.errors,
    problem.error,
    problem.issues === undefined ? problem.details : { issues: problem.issues, ...problem.details }
  ) as ErrorOf<T> | undefined

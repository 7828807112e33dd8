import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type { Safety } from "../../errors/Advice.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { IdempotencyStore } from "../../idempotency/IdempotencyStore.ts"
import type { RetryPolicy } from "../../resilience/RetryPolicy.ts"
import { isObject } from "../jsonSchema/object.ts"
import { keyedOf, type KeyInField, type KeyOption, type MadeKey, type TextFields } from "./keyed.ts"
import {
  type Any,
  type InputSchema,
  type OutputSchema,
  type RecordOfEffectSchemas,
  type SchemaOf,
  type Tool,
  TypeId
} from "./model.ts"
import type { SharedOptions } from "./shared.ts"
import { verificationOf, type VerifyOption } from "./verify.ts"

type MayRepeat = Exclude<Safety, "once">

/** Gates what depends on the safety. Where it is not known, or may be `"once"`, nothing is repeated. */
type Gate<S extends Safety, Input> =
  & {
    /** Retries the tool's transient errors by a policy. Default none; refused unless a call may be repeated. */
    readonly retry?: [S] extends [MayRepeat] ? RetryPolicy | undefined
      : "A tool may carry `retry` only if its `safety` is \"read\", \"idempotent\" or \"keyed\""
  }
  & {
    /**
     * Says that every effect of the handler runs in `ToolCall.irreversible`: what fails before the first may be tried again.
     * Default: whatever the handler does may be an effect. Only for `safety: "once"` and `"keyed"`.
     */
    readonly effects?: "once" extends S ? "marked" | undefined : [S] extends ["keyed"] ? "marked" | undefined
    : "Effects are marked only in a tool whose `safety` is \"once\" or \"keyed\": the others may be repeated"
  }
  & KeyGate<S, Input>

type KeyGate<S extends Safety, Input> = [S] extends ["keyed"] ? {
    /**
     * Says where the idempotency key of a call comes from: the name of an input field of text, `"auto"` (made of the arguments: equal
     * calls within 10 minutes count as one), or an object with either and its rules.
     */
    readonly keyed: TextFields<Input> | "auto" | KeyInField<TextFields<Input>> | MadeKey
  }
  : {
    /** Says where the idempotency key of a call comes from. Required for `safety: "keyed"`, possible for `"idempotent"`. */
    readonly keyed?: [S] extends ["idempotent"] ?
      TextFields<Input> | "auto" | KeyInField<TextFields<Input>> | MadeKey | undefined
      : "A tool takes `keyed` only if its `safety` is \"keyed\" or \"idempotent\""
    /** Only for `safety: "keyed"`. */
    readonly verify?: "A tool may carry `verify` only if its `safety` is \"keyed\""
  }

/** A keyed tool needs a store; without one a server does not start. */
type StoreOf<S extends Safety> = [S] extends ["keyed"] ? IdempotencyStore : never

type NoArguments = Schema.Struct<{}>

const validName = /^[a-zA-Z0-9_-]{1,64}$/

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
  const S extends Safety & {} = Safety, // so the compiler lists the values: `Safety` alone it would name
  V extends Any = Any,
  R = never,
  const Fences extends boolean = false
>(
  name: Name,
  options:
    & {
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
      /**
       * Says how to find out whether a call took effect whose outcome nobody knows: a tool that reads, with its parameters and the meaning
       * of its answer, or an effect. Default none: such a call is answered as `outcome_unknown`. Only for `safety: "keyed"`.
       */
      readonly verify?: VerifyOption<SchemaOf<I>["Type"], SchemaOf<O>["Type"], V, R, Fences> | undefined
    }
    & SharedOptions
    & Gate<S, SchemaOf<I>["Type"]>
): Tool<Name, SchemaOf<I>, SchemaOf<O>, Es, S, R | StoreOf<S>> =>
  assemble(name, options as unknown as Given) as Any as Tool<Name, SchemaOf<I>, SchemaOf<O>, Es, S, R | StoreOf<S>>

/** The options as they are, without what the compiler knows of them. */
interface Given extends SharedOptions {
  readonly title?: string | undefined
  readonly input?: Schema.Top | RecordOfEffectSchemas | undefined
  readonly output?: Schema.Top | RecordOfEffectSchemas | undefined
  readonly errors?: ReadonlyArray<ToolError.AnyClass> | undefined
  readonly safety?: Safety | undefined
  readonly keyed?: KeyOption | undefined
  readonly verify?: unknown
  readonly retry?: RetryPolicy | undefined
  readonly effects?: "marked" | undefined
  readonly timeout?: Duration.Input | undefined
}

const assemble = (name: string, options: Given): Any => {
  const { effects, errors = [], retry, safety = "once" } = options
  const input = schemaOf(options.input ?? {})
  refuse(name, { safety, retry, errors, effects, input, verify: options.verify })
  const keyed = keyedOf(name, { input, keyed: options.keyed, safety })
  return {
    [TypeId]: TypeId,
    name,
    title: options.title,
    description: options.description,
    input,
    output: schemaOf(options.output ?? Schema.Void),
    errors,
    safety,
    effects: effects === "marked" ? "marked" : undefined,
    keyed,
    verify: verificationOf(name, options.verify),
    retry,
    timeout: options.timeout,
    unknownArguments: options.unknownArguments,
    repair: options.repair,
    annotations: {
      readOnlyHint: safety === "read",
      idempotentHint: safety === "read" || safety === "idempotent" || keyed?.isRequired === true,
      ...options.isDestructive === undefined ? {} : { destructiveHint: options.isDestructive },
      ...options.isOpenWorld === undefined ? {} : { openWorldHint: options.isOpenWorld }
    }
  }
}

const schemaOf = (given: Schema.Top | RecordOfEffectSchemas): Schema.Top =>
  Schema.isSchema(given) ? given : Schema.Struct(given)

/** Throws where the compiler was circumvented. */
const refuse = (name: string, { effects, errors, input, retry, safety, verify }: {
  readonly safety: Safety
  readonly retry: RetryPolicy | undefined
  readonly errors: ReadonlyArray<ToolError.AnyClass>
  readonly effects: string | undefined
  readonly input: Schema.Top
  readonly verify: unknown
}): void => {
  if (safety === "once" && retry !== undefined) {
    throw new TypeError(`Tool ${name}: a tool that may not be repeated cannot carry a retry policy`)
  }
  if (safety !== "once" && safety !== "keyed" && effects !== undefined) {
    throw new TypeError(`Tool ${name}: effects are marked only in a tool that may not be repeated as it is`)
  }
  if (safety !== "keyed" && verify !== undefined) {
    throw new TypeError(`Tool ${name}: only a tool whose safety is "keyed" takes \`verify\``)
  }
  if (!validName.test(name)) {
    throw new TypeError(`Tool ${JSON.stringify(name)}: a name has 1 to 64 letters, digits, "_" and "-"`)
  }
  if (!isObject(input)) {
    throw new TypeError(`Tool ${name}: the input must be an object, or a union of objects`)
  }
  const tags = errors.map((error) => error.identifier)
  const twice = tags.find((tag, i) => tags.indexOf(tag) !== i)
  if (twice !== undefined) throw new TypeError(`Tool ${name}: two declared errors have the tag "${twice}"`)
}

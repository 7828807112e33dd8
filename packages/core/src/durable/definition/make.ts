import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { RecordOfEffectSchemas } from "../../tool/definition/model.ts"
import type { SharedOptions } from "../../tool/definition/shared.ts"
import * as Tool from "../../tool/Tool.ts"
import type { Added, Any, DurableTool, Previous } from "./model.ts"
import { planOf } from "./plan.ts"

const added: Added = [
  Errors.InProgress,
  Errors.IdempotencyConflict,
  Errors.InvalidState,
  Errors.ProcessingError,
  Errors.Unavailable
]

/** Lists the fields of an input that always hold text. */
type KeyFields<Input> = {
  [Name in keyof Input & string]-?: [Input[Name]] extends [string] ? Name : never
}[keyof Input & string]

/** Names what a durable tool does not take, with the reason. */
interface Refused {
  /** A durable tool may always be repeated: calls with one key share one run. */
  readonly safety?: "A durable tool takes no `safety`: calls with one key share one run"
  /** The key is named by `key`. */
  readonly keyed?: "A durable tool takes no `keyed`: its engine keeps the keys; name the key by `key`"
  /** Activities are retried, not the whole. */
  readonly retry?: "A durable tool takes no `retry`: give one to its activities"
  /** The effects are those of the activities. */
  readonly effects?: "A durable tool takes no `effects`: what has an effect is an activity"
}

/**
 * Configures a durable tool.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Options<I, O, Es> extends SharedOptions, Refused {
  /** Names the tool for people, also in errors. Default: the name. */
  readonly title?: string | undefined
  /** Describes the arguments: a record of fields, or a struct. */
  readonly input: I
  /** Describes what the tool returns: a record of fields, or a schema. Default nothing. */
  readonly output?: O | undefined
  /** Lists the classes of errors that the work may fail with. Default none. */
  readonly errors?: Es | undefined
  /**
   * Says which calls are one: the name of an input field of text, or a function of the input. Never the clock, and no random
   * number: a call that is made again must give the same key.
   */
  readonly key:
    | KeyFields<Tool.SchemaOf<I>["Type"]>
    | ((input: Tool.SchemaOf<I>["Type"]) => string)
  /** Says whether the same key of another caller is another key, as the host's authentication tells callers. Default: true. */
  readonly perCaller?: boolean | undefined
  /**
   * Names the version of the work. Runs go on only under the version that began them: change it with the order or the names of
   * the activities. What the schemas take is a part of the version by itself. Default `"1"`.
   */
  readonly version?: string | undefined
  /** Lists earlier versions whose runs are still accepted. Default: a key that one of them used is refused. */
  readonly previous?: ReadonlyArray<PreviousOf<Tool.SchemaOf<O>["Type"]>> | undefined
  /** Bounds how long a call waits for the end of its run, before it says `in_progress`. Default: as long as the call may take. */
  readonly waitsFor?: Duration.Input | undefined
  /** Says when to ask again for a run that goes on. Default: 5 seconds. */
  readonly askAgainAfter?: Duration.Input | undefined
  /** The name of the tool that tells the state of a run (`pollTool`), named in `in_progress`. Default: the tool itself is called again. */
  readonly pollTool?: string | undefined
  /** Bounds a call, not its run. Default the server's (50 s). */
  readonly timeout?: Duration.Input | undefined
}

/**
 * Makes a durable tool. Throws a `TypeError` where the compiler was circumvented, as `Tool.make` does.
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  const Name extends string,
  const I extends Tool.InputSchema | RecordOfEffectSchemas,
  const O extends Tool.OutputSchema | RecordOfEffectSchemas = Schema.Void,
  const Es extends ReadonlyArray<ToolError.AnyClass> = readonly []
>(
  name: Name,
  options: Options<I, O, Es>
): DurableTool<Name, Tool.SchemaOf<I>, Tool.SchemaOf<O>, Es> =>
  assemble(name, options as unknown as Given) as Any as DurableTool<Name, Tool.SchemaOf<I>, Tool.SchemaOf<O>, Es>

/** Describes an earlier version, given how its output becomes one of today. */
interface PreviousOf<Output> {
  /** The definition as it was. Its layer is provided beside today's, so that its runs go on. */
  readonly tool: Any
  /** Makes an output of today of what a run of that version returned. */
  readonly output: (output: never) => Output
}

/** The options as they are, without what the compiler knows of them. */
type Given =
  & Omit<
    Options<unknown, unknown, ReadonlyArray<ToolError.AnyClass>>,
    keyof Refused | "input" | "output" | "key" | "previous"
  >
  & {
    readonly input: Schema.Codec<unknown, object> | RecordOfEffectSchemas
    readonly output?: Schema.Codec<unknown> | RecordOfEffectSchemas | undefined
    readonly key: string | ((input: never) => string)
    readonly previous?: ReadonlyArray<Previous> | undefined
  }

const assemble = (name: string, options: Given): Any => {
  for (const refused of ["safety", "keyed", "retry", "effects"]) {
    if (refused in options) throw new TypeError(`Tool ${name}: a durable tool takes no \`${refused}\``)
  }
  const {
    askAgainAfter,
    errors = [],
    key,
    perCaller = true,
    pollTool,
    previous = [],
    version = "1",
    waitsFor,
    ...rest
  } = options
  for (const { tool } of previous) {
    if (tool.name !== name) throw new TypeError(`Tool ${name}: \`previous\` names ${tool.name}, which is another tool`)
  }
  const all = [...new Set<ToolError.AnyClass>([...errors, ...added])]
  const tool = Tool.make(name, { ...rest, errors: all, safety: "idempotent" }) as Tool.Any
  let plan: ReturnType<typeof planOf> | undefined
  return {
    ...tool,
    durable: {
      ...keyOf(name, key, tool.input),
      perCaller,
      waitsFor: waitsFor === undefined ? undefined : time(name, "waitsFor", waitsFor),
      askAgainAfter: time(name, "askAgainAfter", askAgainAfter ?? "5 seconds"),
      pollTool,
      previous,
      plan: () => plan ??= planOf(name, version, tool)
    }
  }
}

const keyOf = (tool: string, key: Given["key"], input: Schema.Top): Pick<Any["durable"], "field" | "keyOf"> => {
  if (typeof key === "function") return { field: undefined, keyOf: key }
  const fields = (input as { readonly fields?: object }).fields
  if (fields === undefined || !Object.hasOwn(fields, key)) {
    throw new TypeError(`Tool ${tool}: the input has no field ${JSON.stringify(key)} for the key`)
  }
  return { field: key, keyOf: (input) => (input as { readonly [name: string]: string })[key]! }
}

const time = (tool: string, option: string, given: Duration.Input): Duration.Duration => {
  const duration = Option.getOrUndefined(Duration.fromInput(given))
  if (duration === undefined || !Duration.isFinite(duration) || Duration.isNegative(duration)) {
    throw new TypeError(`Tool ${tool}: \`${option}\` is a time such as "10 seconds"`)
  }
  return duration
}

import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { Safety } from "../../errors/Advice.ts"

/**
 * Configures what holds for a key, besides where it comes from. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyRules {
  /** The time for which an outcome is kept and replayed, from its end on. Default 24 h. */
  readonly retention?: Duration.Input | undefined
  /** The time after which a call is taken for lost whose owner does not renew its claim. Default 30 s. */
  readonly lease?: Duration.Input | undefined
  /** Lets a call whose key is in progress wait and share the result, or answers `in_progress` at once. Default `"wait"`. */
  readonly duplicates?: "wait" | "reject" | undefined
  /**
   * Says what happens to a key whose call may have taken effect and whose end nobody knows: the tool's `verify` is asked and then
   * the outcome stays unknown, or the call simply runs again. Default `"unknown"`.
   */
  readonly whenLost?: "unknown" | "run again" | undefined
  /** Refuses calls while the store cannot be reached, or runs them unprotected. Default `"fail"`. */
  readonly whenStoreFails?: "fail" | "allow" | undefined
  /** Names the version of the arguments' meaning: a key that was used under another one is a conflict. Default none. */
  readonly version?: string | undefined
}

/**
 * Describes where the key of a tool's calls comes from, and what holds for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keyed extends KeyRules {
  /** The input field that holds the key; `undefined`: none. */
  readonly field: string | undefined
  /** Is true if the input refuses a call without the key. */
  readonly isRequired: boolean
  /**
   * The time for which equal calls of one caller count as one, where the caller gives no key; `undefined`: a call without a key
   * is not protected.
   */
  readonly auto: Duration.Duration | undefined
}

/**
 * Types what may stand under `keyed`: the name of a field, `"auto"`, or either with its rules.
 *
 * @category utility types
 * @since 0.1.0
 */
export type KeyOption<Field extends string = string> = Field | "auto" | KeyInField<Field> | MadeKey

/**
 * Takes the key from an input field.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyInField<out Field extends string> extends KeyRules {
  /** The name of the input field that holds the key. It holds text, and may be optional. */
  readonly field: Field
  /** Makes a key where the caller gives none: equal calls within this time count as one. Default: no key is made. */
  readonly auto?: Duration.Input | undefined
}

/**
 * Makes the key of the arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface MadeKey extends KeyRules {
  /** Nothing: the caller gives no key. */
  readonly field?: undefined
  /** The time within which equal calls of one caller count as one, from the end of the first on. */
  readonly auto: Duration.Input
}

/**
 * Lists the fields of an input that hold text.
 *
 * @category utility types
 * @since 0.1.0
 */
export type TextFields<Input> = {
  [Name in keyof Input & string]-?: [NonNullable<Input[Name]>] extends [string] ? Name : never
}[keyof Input & string]

/** The time for which equal calls count as one where nobody says otherwise. */
const autoWindow = Duration.minutes(10)

/** Reads the option. Throws where the compiler was circumvented. */
export const keyedOf = (
  tool: string,
  { input, keyed, safety }: {
    readonly input: Schema.Top
    readonly keyed: KeyOption | undefined
    readonly safety: Safety
  }
): Keyed | undefined => {
  if (keyed === undefined) {
    if (safety !== "keyed") return undefined
    throw new TypeError(
      `Tool ${tool}: say by \`keyed\` where the key comes from: the name of an input field, or "auto"`
    )
  }
  if (safety !== "keyed" && safety !== "idempotent") {
    throw new TypeError(`Tool ${tool}: only a tool whose safety is "keyed" or "idempotent" takes \`keyed\``)
  }
  const { auto, field, ...rules } = spelledOut(tool, keyed)
  refuseRules(tool, rules)
  return {
    ...rules,
    field,
    isRequired: field !== undefined && isRequired(tool, input, field),
    auto: auto === undefined ? undefined : positive(tool, "auto", auto)
  }
}

const spelledOut = (
  tool: string,
  keyed: KeyOption
): KeyRules & { readonly field: string | undefined; readonly auto: Duration.Input | undefined } => {
  if (keyed === "auto") return { field: undefined, auto: autoWindow }
  if (typeof keyed === "string") return { field: keyed, auto: undefined }
  if (typeof keyed !== "object" || keyed === null || (keyed.field === undefined && keyed.auto === undefined)) {
    throw new TypeError(
      `Tool ${tool}: \`keyed\` is the name of an input field, "auto", or an object with \`field\` or \`auto\``
    )
  }
  return { ...keyed, field: keyed.field, auto: keyed.auto }
}

const refuseRules = (tool: string, rules: KeyRules): void => {
  if (rules.retention !== undefined) positive(tool, "retention", rules.retention)
  if (rules.lease !== undefined) positive(tool, "lease", rules.lease)
  oneOf(tool, "duplicates", rules.duplicates, ["wait", "reject"])
  oneOf(tool, "whenLost", rules.whenLost, ["unknown", "run again"])
  oneOf(tool, "whenStoreFails", rules.whenStoreFails, ["fail", "allow"])
}

const positive = (tool: string, option: string, given: Duration.Input): Duration.Duration => {
  const duration = Option.getOrUndefined(Duration.fromInput(given))
  if (duration === undefined || !Duration.isFinite(duration) || !Duration.isPositive(duration)) {
    throw new TypeError(`Tool ${tool}: \`keyed.${option}\` is a time such as "10 minutes"`)
  }
  return duration
}

const oneOf = (tool: string, option: string, given: unknown, taken: ReadonlyArray<string>): void => {
  if (given === undefined || taken.includes(given as string)) return
  throw new TypeError(`Tool ${tool}: \`keyed.${option}\` is ${taken.map((one) => JSON.stringify(one)).join(" or ")}`)
}

/** Tests whether every object of an input requires a field. Throws if one lacks it, or holds something else than text there. */
const isRequired = (tool: string, input: Schema.Top, field: string): boolean =>
  membersOf(SchemaAST.toType(input.ast)).map((member) => {
    const property = member._tag === "Objects"
      ? member.propertySignatures.find(({ name }) => name === field)
      : undefined
    if (property === undefined) {
      throw new TypeError(`Tool ${tool}: the input has no field ${JSON.stringify(field)} for the key`)
    }
    if (!isText(property.type)) {
      throw new TypeError(`Tool ${tool}: the field ${JSON.stringify(field)} for the key holds no text`)
    }
    return !SchemaAST.isOptional(property.type) && !takesUndefined(property.type)
  }).every((required) => required)

const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  ast._tag === "Union" ? ast.types.flatMap(membersOf) : [ast]

const isText = (ast: SchemaAST.AST): boolean =>
  membersOf(ast).every((member) =>
    member._tag === "String" || member._tag === "TemplateLiteral" || isNothing(member) ||
    (member._tag === "Literal" && typeof member.literal === "string")
  ) && !membersOf(ast).every(isNothing)

const isNothing = ({ _tag }: SchemaAST.AST): boolean => _tag === "Undefined" || _tag === "Null"

const takesUndefined = (ast: SchemaAST.AST): boolean => membersOf(ast).some(isNothing)

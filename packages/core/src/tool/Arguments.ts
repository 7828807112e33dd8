/**
 * Decodes the arguments of a call: unchanged first, then as they were probably meant, else with everything that is wrong.
 *
 * Clients and hosts send more than a listing asks for: JSON as text, numbers as text, `null` for what was left out, and
 * arguments of their own. A {@link decoder} takes what has one reading only, says what it changed, and answers the rest
 * with all issues at once. The adapter calls it for every tool.
 *
 * **Details**
 *
 * 1. `null` and nothing at all are `{}`.
 * 2. Arguments beyond `Limits.arguments` characters or `Limits.argumentsDepth` levels are refused undecoded.
 * 3. What decodes is taken as it came. It is never altered.
 * 4. Only what does not is repaired, once and not recursively: a key that may be left out and is `null` is absent, unless
 *    its schema takes `null`; a text is taken for the array, object, number or boolean that it holds, and a safe integer or a
 *    boolean for the text that it would be, where nothing of the kind that came is allowed. Never where the schema is sensitive,
 *    and never an idempotency key ({@link verbatim}).
 * 5. Arguments that hosts add on their own account are left out, unless a declared name is equal or near:
 *    `wait_for_previous` (a boolean), `_meta`, `random_string` (if the tool takes nothing), `toolCallId` and with it
 *    `sessionId`, `action` and `chatInput`.
 * 6. What then decodes is taken. The rest is an `InvalidArguments`.
 *
 * **Example** (Taking JSON that came as text)
 *
 * ```ts import.meta.vitest
 * import * as Arguments from "@errata/core/Arguments"
 * import * as Result from "effect/Result"
 * import * as Schema from "effect/Schema"
 *
 * const input = Schema.Struct({ ids: Schema.Array(Schema.String), limit: Schema.optionalKey(Schema.Int) })
 * const decode = Arguments.decoder({ input })
 *
 * const taken = Result.getOrThrow(decode({ ids: "[\"a\",\"b\"]", limit: null, wait_for_previous: true }))
 * taken.value // => { ids: ["a", "b"] }
 * taken.repaired // => ["ids: text to array", "limit: null to absent"]
 * taken.dropped // => ["wait_for_previous"]
 * ```
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Errors from "../errors/Errors.ts"
import { got, type Kind, kindOf } from "../errors/internal/arrived.ts"
import { withOmitted } from "../errors/internal/issue.ts"
import { codecOf, membersOf, objectFor } from "../errors/internal/place.ts"
import { fromLeaves, fromSchema } from "../errors/internal/schemaIssues.ts"
import * as Issue from "../errors/Issue.ts"
import * as ToolError from "../errors/ToolError.ts"
import { findKeys, keysOf } from "../redaction/internal/keys.ts"
import * as Limits from "../redaction/Limits.ts"
import * as Redaction from "../redaction/Redaction.ts"
import { excess } from "./arguments/bounds.ts"
import { everyIssue } from "./arguments/everyIssue.ts"
import { withoutHostArguments } from "./arguments/hostArguments.ts"
import { type Attempt, type Parser, parser } from "./arguments/plain/make.ts"
import { unfit } from "./arguments/plain/model.ts"
import { repair } from "./arguments/repair.ts"
import { stepsFor } from "./arguments/steps.ts"

export { steps } from "./arguments/steps.ts"
export { verbatim } from "./arguments/verbatim.ts"

/**
 * Configures how arguments are decoded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The schema of the arguments; its encoded side is an object. */
  readonly input: Schema.Top
  /** Refuses or ignores arguments that the tool does not declare. Default: `"refuse"`. */
  readonly unknownArguments?: "refuse" | "ignore" | undefined
  /** Repairs arguments that do not decode, and leaves out those of hosts. Default: `true`. */
  readonly repair?: boolean | undefined
  /** Names the field that holds the idempotency key: it is never repaired. Default: none but one that is called so. */
  readonly keyField?: string | undefined
  /** Bounds arguments, issues and what is told. Default: `Limits.defaults`. */
  readonly limits?: Limits.Limits | undefined
  /** Keeps secrets out of what is told. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
}

/**
 * Holds the result of decoding arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decoded {
  /** The decoded value. */
  readonly value: unknown
  /** The repairs, as `ids: text to array`. */
  readonly repaired: ReadonlyArray<string>
  /** The arguments that were left out, by name. */
  readonly dropped: ReadonlyArray<string>
}

/**
 * Decodes the arguments of one tool. May throw where the schema does, or where the arguments cannot be read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decoder {
  (args: unknown): Result.Result<Decoded, Errors.InvalidArguments | Errors.TooLarge>
}

interface Settings {
  readonly ast: SchemaAST.AST
  readonly parser: Parser
  /** The names of the arguments as they go over the wire; none if any name may come, or none is asked for. */
  readonly namesFor: ((value: unknown) => ReadonlySet<string>) | undefined
  readonly repairs: boolean
  readonly keyField: string | undefined
  readonly limits: Limits.Limits
  readonly redactor: Redaction.Redactor
}

/**
 * Makes the decoder of a tool's arguments.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decoder = (options: Options): Decoder => {
  const codec = codecOf(options.input.ast)
  const refuses = (options.unknownArguments ?? "refuse") === "refuse"
  const settings: Settings = {
    ast: options.input.ast,
    parser: parser(codec),
    namesFor: refuses ? namesIn(codec) : undefined,
    repairs: options.repair ?? true,
    keyField: options.keyField,
    limits: options.limits ?? Limits.defaults,
    redactor: options.redactor ?? Redaction.standard
  }
  const { limits, namesFor, parser: { attempt } } = settings
  return (args) => {
    const value = args ?? {}
    const keys = isArgs(value) ? findKeys(value) : undefined
    const refused = bounded(value, keys, limits)
    if (refused !== undefined) return Result.fail(refused)
    const first = attempt(value)
    return first.value !== unfit && keys !== undefined && (namesFor === undefined || areKnown(keys, namesFor(value)))
      ? Result.succeed({ value: first.value, repaired: none, dropped: none })
      : otherwise(settings, value, first)
  }
}

const none: ReadonlyArray<never> = []

/** Returns the names of the object that was meant, of a union whose objects are told apart. */
const namesIn = (codec: SchemaAST.AST): Settings["namesFor"] => {
  const members = membersOf(codec)
  if (!members.every((member) => member._tag === "Objects" && member.indexSignatures.length === 0)) return undefined
  const all = new Set(declaredIn(codec))
  if (members.length < 2) return () => all
  const each = new Map(members.map((member) => [member, new Set(declaredIn(member))]))
  return (value) => each.get(objectFor(codec, value)!) ?? all
}

const declaredIn = (codec: SchemaAST.AST): ReadonlyArray<string> =>
  membersOf(codec).flatMap((member) =>
    member._tag === "Objects" ? member.propertySignatures.map((property) => String(property.name)) : []
  )

const bounded = (
  value: unknown,
  keys: ReadonlyArray<string> | undefined,
  limits: Limits.Limits
): Errors.InvalidArguments | Errors.TooLarge | undefined => {
  switch (excess(value, keys, limits.arguments, limits.argumentsDepth)) {
    case "size":
      return ToolError.withGuidance(
        new Errors.TooLarge({ resource: "The JSON of the arguments", limit: limits.arguments, unit: "characters" }),
        { suggestion: "Send less in one call" }
      )
    case "depth":
      return new Errors.InvalidArguments({
        issues: [Issue.make([], `Expected at most ${limits.argumentsDepth} levels of nesting`)]
      })
    default:
      return undefined
  }
}

const isArgs = (value: unknown): value is Readonly<Record<string, unknown>> => kindOf(value) === "object"

const areKnown = (keys: ReadonlyArray<string>, names: ReadonlySet<string>): boolean => {
  if (keys.length > names.size) return false
  for (let i = 0; i < keys.length; i++) if (!names.has(keys[i]!)) return false
  return true
}

/** Tries again with arguments that do not decode as they are. */
const otherwise = (settings: Settings, value: unknown, first: Attempt): ReturnType<Decoder> => {
  const { limits, parser, redactor } = settings
  const { dropped, notes, value: meant } = settings.repairs
    ? mended(settings, value, first)
    : { dropped: none, notes: none, value }
  const again = meant === value ? first : parser.attempt(meant)
  const unknown = unknownIn(meant, settings.namesFor, limits.problemIssues)
  if (again.value !== unfit && isArgs(meant) && unknown.count === 0) {
    return Result.succeed({
      value: again.value,
      repaired: notes.map((note) => redactor.text(note)),
      dropped
    })
  }
  return Result.fail(refusal(settings, meant, again, unknown))
}

/** A struct without fields decodes anything, but arguments are an object. */
const objects: ReadonlySet<Kind> = new Set(["object"])

const mended = (settings: Settings, value: unknown, first: Attempt): {
  readonly value: unknown
  readonly dropped: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
} => {
  const codec = codecOf(settings.ast)
  const schema = { root: settings.ast, codec, verbatim: settings.keyField }
  const isRight = first.value !== unfit && isArgs(value)
  const repaired = isRight ? { value, notes: none } : repair(schema, value, settings.limits, first.path)
  const notes = repaired.notes
  return isArgs(repaired.value)
    ? { notes, ...withoutHostArguments(repaired.value, declaredIn(codec)) }
    : { notes, value: repaired.value, dropped: none }
}

interface Unknown {
  readonly names: ReadonlyArray<string>
  readonly count: number
}

const noneUnknown: Unknown = { names: [], count: 0 }

/** Counts what is undeclared without looking at each name, and finds as many as may be shown. */
const unknownIn = (value: unknown, namesFor: Settings["namesFor"], limit: number): Unknown => {
  if (namesFor === undefined || !isArgs(value)) return noneUnknown
  const names = namesFor(value)
  const all = keysOf(value)
  let count = all.length
  for (const name of names) if (Object.prototype.propertyIsEnumerable.call(value, name)) count--
  const found: Array<string> = []
  for (let i = 0; i < all.length && found.length < Math.min(count, limit); i++) {
    if (!names.has(all[i]!)) found.push(all[i]!)
  }
  return { names: found, count }
}

/** Everything that is wrong, as far as it may be shown. */
const refusal = (
  settings: Settings,
  value: unknown,
  { path, value: decoded }: Attempt,
  unknown: Unknown
): Errors.InvalidArguments => {
  const { ast, limits } = settings
  const declared = unknown.count === 0 ? none : [...settings.namesFor?.(value) ?? []]
  const refused = unknown.names.map((name) => Issue.make([name], Issue.unknownArgument(name, declared)))
  const wrong = !isArgs(value)
    ? [Issue.make([], `Expected object${got(value, objects, false)}`, { expected: "object" })]
    : decoded === unfit
    ? wrongIn(settings, value, path)
    : none
  const all = [...refused, ...wrong]
  const shown = all.slice(0, limits.problemIssues)
  const more = unknown.count - refused.length + Issue.omitted(wrong) + all.length - shown.length
  const error = new Errors.InvalidArguments({ issues: withOmitted(shown, more) })
  const steps = stepsFor(shown, { ast, codec: codecOf(ast), value }, limits.steps)
  return steps.length === 0 ? error : ToolError.withGuidance(error, { steps })
}

const wrongIn = (settings: Settings, value: unknown, path: Attempt["path"]): ReadonlyArray<Issue.Issue> => {
  const { ast, limits, parser, redactor } = settings
  const context = { ast, value, redactor, limits }
  const found = everyIssue(parser, codecOf(ast), value, path, limits)
  const issues = fromLeaves(found, context)
  const told = issues.length === 0 ? firstOnly(parser, value, path, context) : issues
  return found.isPartial ? withOmitted(told, Infinity) : told
}

const firstOnly = (
  parser: Parser,
  value: unknown,
  path: Attempt["path"],
  context: Parameters<typeof fromSchema>[1]
): ReadonlyArray<Issue.Issue> =>
  fromSchema(parser.first(value) ?? new SchemaIssue.Pointer(path, new SchemaIssue.InvalidValue()), context)

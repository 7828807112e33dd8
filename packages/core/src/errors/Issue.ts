/**
 * Describes what is wrong with one argument, and finds all that is wrong in a schema's answer.
 *
 * An `Issue` names the place, says in one sentence what was expected, and shows what came instead where that is no secret.
 * {@link fromSchemaIssue} turns effect's `SchemaIssue` (a tree) into a flat list, every issue at once;
 * {@link fromStandardIssues} does the same for what other schema libraries answer.
 *
 * **Example** (Listing everything that is wrong)
 *
 * ```ts import.meta.vitest
 * import * as Issue from "@errata/core/Issue"
 * import * as Result from "effect/Result"
 * import * as Schema from "effect/Schema"
 * import * as SchemaParser from "effect/SchemaParser"
 *
 * const input = Schema.Struct({ id: Schema.String, format: Schema.Literals(["html", "text"]) })
 * const args = { format: "htm" }
 * const result = SchemaParser.decodeUnknownResult(input)(args, { errors: "all" })
 * const issues = Result.isFailure(result) ? Issue.fromSchemaIssue(result.failure, { input, value: args }) : []
 *
 * issues.map((issue) => Issue.path(issue)) // => ["id", "format"]
 * issues[1]?.message // => "Expected one of \"html\", \"text\"; did you mean \"html\"?"
 * ```
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as Limits from "../redaction/Limits.ts"
import * as Redaction from "../redaction/Redaction.ts"
import { type Issue, withOmitted } from "./internal/issue.ts"
import { fromSchema } from "./internal/schemaIssues.ts"
import { fromStandard, type StandardIssue, withMeant } from "./internal/standardIssues.ts"

export type {
  /**
   * Says what is wrong with one argument.
   *
   * @category models
   * @since 0.1.0
   */
  Issue
} from "./internal/issue.ts"

export type {
  /**
   * Describes an issue of a Standard Schema, with what zod adds to it.
   *
   * @category models
   * @since 0.1.0
   */
  StandardIssue
} from "./internal/standardIssues.ts"

/**
 * Makes an issue, for a custom validation error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  path: ReadonlyArray<string | number>,
  message: string,
  more?: {
    /** The values or the type that would be right. */
    readonly expected?: string
    /** The value that arrived, shortened; leave it out where it is sensitive. */
    readonly received?: string
    /** Some right values. */
    readonly examples?: ReadonlyArray<Redaction.Json>
  }
): Issue => ({ path, message, ...more })

const identifier = /^[A-Za-z_$][\w$]*$/

/**
 * Returns the path of an issue in one word: `items[2].name`; the root is `(arguments)`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const path = (issue: Issue): string => {
  let out = ""
  for (const key of issue.path) {
    if (typeof key === "number") out += `[${key}]`
    else if (identifier.test(key)) out += out === "" ? key : `.${key}`
    else out += `[${JSON.stringify(key)}]`
  }
  return out === "" ? "(arguments)" : out
}

/**
 * Finds all that is wrong.
 *
 * **Details**
 *
 * `input` is the schema and `value` what was decoded: from them come `received` (unless the schema is sensitive there),
 * `examples` (the schema's own) and the nearest of the allowed values. Where the kind of a value is the mistake, the message
 * says what arrived. A union is answered by the member that was meant, by its tag or by the keys that are there, else as a
 * whole. Beside a key that is missing below the root, one that was probably meant for it is an issue too. At most
 * `Limits.problemIssues` are described; {@link omitted} says how many were not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromSchemaIssue = (issue: SchemaIssue.Issue, context: {
  /** The schema that decoded. */
  readonly input: Schema.Top
  /** The value that was decoded. */
  readonly value: unknown
  /** Masks secrets in `received`. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
  /** Bounds the issues and their texts. Default: `Limits.defaults`. */
  readonly limits?: Limits.Limits | undefined
}): ReadonlyArray<Issue> =>
  fromSchema(issue, {
    ast: context.input.ast,
    value: context.value,
    redactor: context.redactor ?? Redaction.standard,
    limits: context.limits ?? Limits.defaults
  })

/**
 * Finds all that is wrong in the answer of a Standard Schema: zod 3 and 4, valibot, arktype and others.
 *
 * **Details**
 *
 * Words of zod, valibot and arktype on allowed values, types, missing and unknown keys become what {@link fromSchemaIssue} would say;
 * a message that an author wrote stays as it is. A key that was probably meant for a missing one is said. `received` is masked below a name that says that it is a secret, and not shown for values
 * that were not sent.
 *
 * **Gotchas**
 *
 * Such a schema cannot mark what is sensitive: a secret without a telling name or form is shown to whoever sent it.
 *
 * **Example** (Telling what zod found)
 *
 * ```ts import.meta.vitest
 * import * as Issue from "@errata/core/Issue"
 * import * as z from "zod"
 *
 * const value = { format: "htm" }
 * const result = z.object({ id: z.string(), format: z.enum(["html", "text"]) }).safeParse(value)
 * const issues = Issue.fromStandardIssues(result.error?.issues ?? [], { value })
 *
 * issues.map((issue) => `${Issue.path(issue)}: ${issue.message}`)
 * // => ["id: Required; expected string", "format: Expected one of \"html\", \"text\"; did you mean \"html\"?"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromStandardIssues = (issues: ReadonlyArray<StandardIssue>, context: {
  /** The value that was decoded. */
  readonly value: unknown
  /** Masks secrets in `received`. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
  /** Bounds the issues and their texts. Default: `Limits.defaults`. */
  readonly limits?: Limits.Limits | undefined
}): ReadonlyArray<Issue> => {
  const { limits = Limits.defaults, redactor = Redaction.standard, value } = context
  const shown = issues.slice(0, limits.problemIssues)
  const told = withMeant(shown.flatMap((issue) => fromStandard(issue, { value, redactor, limits })), value)
  const more = issues.length - shown.length + Math.max(0, told.length - limits.problemIssues)
  return withOmitted(told.slice(0, limits.problemIssues), more)
}

export {
  /**
   * Returns how many issues a list leaves out: what is not shown is not described either. `Infinity` means that not
   * everything was checked, so that there may be more.
   *
   * @category accessors
   * @since 0.1.0
   */
  omitted,
  /**
   * Says that an argument is unknown, and which declared name is near.
   *
   * **Example** (Answering a wrong name)
   *
   * ```ts import.meta.vitest
   * import * as Issue from "@errata/core/Issue"
   *
   * Issue.unknownArgument("pageId", ["page_id", "title"]) // => "Unknown argument; did you mean \"page_id\"?"
   * ```
   *
   * @category constructors
   * @since 0.1.0
   */
  unknownArgument
} from "./internal/issue.ts"

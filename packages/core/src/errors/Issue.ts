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
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Limits from "../redaction/Limits.ts"
import * as Redaction from "../redaction/Redaction.ts"
import { show, valueAt } from "./internal/issueValue.ts"
import { fromStandard, type StandardIssue } from "./internal/standardIssues.ts"
import * as Suggestion from "./Suggestion.ts"

/**
 * What is wrong with one argument.
 *
 * @category models
 * @since 0.1.0
 */
export interface Issue {
  /** Keys and indices from the root of the arguments. */
  readonly path: ReadonlyArray<string | number>
  /** One sentence without a full stop. */
  readonly message: string
  /** What would have been right, in words. */
  readonly expected?: string | undefined
  /** What came, shortened; absent where it is sensitive or nothing came. */
  readonly received?: string | undefined
  /** Values that would have been right. */
  readonly examples?: ReadonlyArray<Redaction.Json> | undefined
}

export type {
  /**
   * What a Standard Schema says of one thing that is wrong, with what zod adds to it.
   *
   * @category models
   * @since 0.1.0
   */
  StandardIssue
} from "./internal/standardIssues.ts"

/**
 * Makes an issue, for a validation error of one's own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  path: ReadonlyArray<string | number>,
  message: string,
  more?: { readonly expected?: string; readonly received?: string; readonly examples?: ReadonlyArray<Redaction.Json> }
): Issue => ({ path, message, ...more })

const identifier = /^[A-Za-z_$][\w$]*$/

/**
 * The path of an issue in one word: `items[2].name`; the root is `(arguments)`.
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
 * `examples` (the schema's own) and the nearest of the allowed values. A union that matches nowhere is one issue, not one
 * for each member.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromSchemaIssue = (issue: SchemaIssue.Issue, context: {
  readonly input: Schema.Top
  readonly value: unknown
  readonly redactor?: Redaction.Redactor | undefined
  readonly limits?: Limits.Limits | undefined
}): ReadonlyArray<Issue> =>
  leaves(issue, [], undefined).map((leaf) =>
    describe(leaf, {
      ast: context.input.ast,
      value: context.value,
      redactor: context.redactor ?? Redaction.standard,
      limits: context.limits ?? Limits.defaults
    })
  )

/**
 * Finds all that is wrong in the answer of a Standard Schema: zod 3 and 4, valibot, arktype and others.
 *
 * **Details**
 *
 * What zod says of allowed values, types and unknown keys becomes what {@link fromSchemaIssue} would say; a message that
 * somebody wrote stays as it is. `received` is masked below a name that says that it is a secret, and not shown for values
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
  readonly value: unknown
  readonly redactor?: Redaction.Redactor | undefined
  readonly limits?: Limits.Limits | undefined
}): ReadonlyArray<Issue> =>
  issues.flatMap((issue) =>
    fromStandard(issue, {
      value: context.value,
      redactor: context.redactor ?? Redaction.standard,
      limits: context.limits ?? Limits.defaults
    })
  )

interface Leaf {
  readonly path: ReadonlyArray<PropertyKey>
  readonly issue: Exclude<SchemaIssue.Issue, SchemaIssue.Pointer | SchemaIssue.Encoding | SchemaIssue.Composite>
}

const leaves = (
  issue: SchemaIssue.Issue,
  path: ReadonlyArray<PropertyKey>,
  filter: SchemaIssue.Filter | undefined
): ReadonlyArray<Leaf> => {
  switch (issue._tag) {
    case "Pointer":
      return leaves(issue.issue, [...path, ...issue.path], filter)
    case "Encoding":
      return leaves(issue.issue, path, filter)
    case "Filter":
      return issue.issue._tag === "Pointer" || issue.issue._tag === "Composite"
        ? leaves(issue.issue, path, issue)
        : [{ path, issue }]
    case "Composite":
      return issue.issues.flatMap((inner) => leaves(inner, path, filter))
    case "AnyOf":
      return issue.issues.length === 1 ? leaves(issue.issues[0]!, path, filter) : [{ path, issue }]
    default:
      return [{ path, issue: filter ?? issue }]
  }
}

const formatter = SchemaIssue.makeFormatterStandardSchemaV1()

interface DescribeContext {
  readonly ast: SchemaAST.AST
  readonly value: unknown
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

const describe = ({ issue, path: keys }: Leaf, context: DescribeContext): Issue => {
  const path = keys.map((key) => typeof key === "symbol" ? String(key) : key)
  const place = locate(context.ast, path)
  if (issue._tag === "MissingKey") {
    return { path, message: missing(issue, place), ...examples(place) }
  }
  if (issue._tag === "UnexpectedKey") {
    return { path, message: unexpected(path, locate(context.ast, path.slice(0, -1))) }
  }
  const received = isSensitiveAt(context.ast, path) ? undefined : show(path, context)
  const allowed = literals(issue._tag === "AnyOf" || issue._tag === "InvalidType" ? issue.ast : place)
  if (allowed !== undefined) {
    const list = allowed.map((literal) => JSON.stringify(literal)).join(", ")
    const expected = allowed.length === 1 ? list : `one of ${list}`
    const given = valueAt(context.value, path)
    const near = typeof given === "string"
      ? Suggestion.similar(given, allowed.filter((literal) => typeof literal === "string"), { limit: 1 })[0]
      : undefined
    return {
      path,
      message: `Expected ${expected}${near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`}`,
      expected,
      ...received === undefined ? {} : { received },
      examples: allowed.slice(0, 5)
    }
  }
  const message = formatter(issue).issues[0]?.message ?? "Expected a valid value"
  return {
    path,
    message,
    ...message.startsWith("Expected ") ? { expected: message.slice("Expected ".length) } : {},
    ...received === undefined ? {} : { received },
    ...examples(place)
  }
}

const missing = (issue: SchemaIssue.MissingKey, place: SchemaAST.AST | undefined): string => {
  const own = issue.annotations?.messageMissingKey
  if (typeof own === "string") return own
  const allowed = literals(place)
  if (allowed !== undefined) return `Required; expected one of ${allowed.map((x) => JSON.stringify(x)).join(", ")}`
  const description = annotationsOf(place)?.["description"]
  return typeof description === "string" ? `Required: ${description.replace(/[.\s]+$/, "")}` : "Required"
}

const unexpected = (path: ReadonlyArray<string | number>, parent: SchemaAST.AST | undefined): string => {
  const known = parent?._tag === "Objects" ? parent.propertySignatures.map((property) => String(property.name)) : []
  const near = Suggestion.similar(String(path.at(-1) ?? ""), known, { limit: 1 })[0]
  if (near !== undefined) return `Unknown argument; did you mean "${near}"?`
  return known.length === 0
    ? "Unknown argument: nothing is expected here"
    : `Unknown argument; the known ones are ${known.slice(0, 20).join(", ")}`
}

const examples = (place: SchemaAST.AST | undefined): { readonly examples?: ReadonlyArray<Redaction.Json> } => {
  if (place === undefined || Redaction.isSensitive(place)) return {}
  const given = annotationsOf(place)?.["examples"]
  const allowed = Array.isArray(given) ? given as ReadonlyArray<Redaction.Json> : literals(place)
  return allowed === undefined ? {} : { examples: allowed.slice(0, 5) }
}

/** Annotations may stand on the schema or on its last check. */
const annotationsOf = (ast: SchemaAST.AST | undefined): Record<string, unknown> | undefined => {
  if (ast === undefined) return undefined
  const last = ast.checks?.at(-1)?.annotations as Record<string, unknown> | undefined
  return { ...ast.annotations, ...last }
}

type Literal = string | number | boolean

const literals = (ast: SchemaAST.AST | undefined): ReadonlyArray<Literal> | undefined => {
  if (ast?._tag === "Literal" && typeof ast.literal !== "bigint") return [ast.literal]
  if (ast?._tag !== "Union" || ast.types.length === 0) return undefined
  const members = ast.types.filter((member) => member._tag !== "Undefined").map(literals)
  return members.includes(undefined) ? undefined : members.flatMap((member) => member ?? [])
}

/** The schema at a path, as far as the structure tells. */
const locate = (ast: SchemaAST.AST, path: ReadonlyArray<string | number>): SchemaAST.AST | undefined => {
  let here: SchemaAST.AST | undefined = ast
  for (const key of path) here = here === undefined ? undefined : child(here, key)
  return here
}

const child = (ast: SchemaAST.AST, key: string | number): SchemaAST.AST | undefined => {
  switch (ast._tag) {
    case "Objects":
      return ast.propertySignatures.find((property) => property.name === key)?.type ?? ast.indexSignatures[0]?.type
    case "Arrays":
      return typeof key === "number" ? ast.elements[key] ?? ast.rest[0] : undefined
    case "Suspend":
      return child(ast.thunk(), key)
    case "Declaration":
      return ast.typeParameters.map((parameter) => child(parameter, key)).find((found) => found !== undefined)
    case "Union":
      return ast.types.map((member) => child(member, key)).find((found) => found !== undefined)
    default:
      return undefined
  }
}

/** Sensitive is what is marked, and all that lies below it; what the structure does not tell counts as what it stands in. */
const isSensitiveAt = (ast: SchemaAST.AST, path: ReadonlyArray<string | number>): boolean => {
  let here: ReadonlyArray<SchemaAST.AST> = [ast]
  for (const key of path) {
    const below = here.flatMap((place) => children(place, key))
    if (here.some(isMarked) || below.length === 0) return here.some(Redaction.isSensitive)
    here = below
  }
  return here.some(Redaction.isSensitive)
}

const isMarked = (ast: SchemaAST.AST): boolean =>
  Redaction.isMarked(ast) || ast._tag === "Union" && ast.types.some(isMarked) ||
  ast._tag === "Suspend" && isMarked(ast.thunk()) ||
  (ast.encoding?.some((link) => isMarked(link.to)) ?? false)

/** All that may stand at a key, as it is decoded and as it goes over the wire. */
const children = (ast: SchemaAST.AST, key: string | number): ReadonlyArray<SchemaAST.AST> => [
  ...decodedChildren(ast, key),
  ...ast.encoding?.flatMap((link) => children(link.to, key)) ?? []
]

const decodedChildren = (ast: SchemaAST.AST, key: string | number): ReadonlyArray<SchemaAST.AST> => {
  switch (ast._tag) {
    case "Objects": {
      const named = ast.propertySignatures.filter((property) => property.name === key)
      return [...named, ...ast.indexSignatures].map((signature) => signature.type)
    }
    case "Arrays":
      return typeof key === "number" && ast.elements[key] !== undefined ? [ast.elements[key]] : ast.rest
    case "Suspend":
      return children(ast.thunk(), key)
    case "Declaration":
      return ast.typeParameters.flatMap((parameter) => children(parameter, key))
    case "Union":
      return ast.types.flatMap((member) => children(member, key))
    default:
      return []
  }
}

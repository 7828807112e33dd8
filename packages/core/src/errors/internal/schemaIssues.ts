/** Turns what effect says about a value into a flat, bounded list of issues. */
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Redaction from "../../redaction/Redaction.ts"
import * as Suggestion from "../Suggestion.ts"
import { got } from "./arrived.ts"
import { type Issue, nearest, oneOf, unknownArgument, withOmitted } from "./issue.ts"
import { show, valueAt, type ValueContext } from "./issueValue.ts"
import { collect, type Leaf } from "./leaves.ts"
import { annotationsOf, codecOf, isOptional, isSensitiveAt, kindsOf, literals, locate, objectFor } from "./place.ts"

export interface Context extends ValueContext {
  /** The schema of the arguments. */
  readonly ast: SchemaAST.AST
}

/** Describes as many issues as may be shown, and counts the others. */
export const fromSchema = (issue: SchemaIssue.Issue, context: Context): ReadonlyArray<Issue> =>
  fromLeaves(
    collect(issue, { ast: codecOf(context.ast), value: context.value }, context.limits.problemIssues),
    context
  )

/** Describes what was found, of which no more is kept than may be shown. */
export const fromLeaves = (
  { leaves, total }: { readonly leaves: ReadonlyArray<Leaf>; readonly total: number },
  context: Context
): ReadonlyArray<Issue> => {
  const codec = codecOf(context.ast)
  const misspelt = new Set<string>()
  const issues = leaves.flatMap((leaf) => describe(leaf, codec, context, misspelt))
  const shown = issues.slice(0, context.limits.problemIssues)
  return withOmitted(shown, total - leaves.length + issues.length - shown.length)
}

const describe = (
  leaf: Leaf,
  codec: SchemaAST.AST,
  context: Context,
  misspelt: Set<string>
): ReadonlyArray<Issue> => {
  const { issue, path } = leaf
  const place = leaf.place ?? locate(codec, path, context.value)
  if (issue._tag === "MissingKey") {
    const found = misspeltAt(path, codec, context, misspelt)
    return [{ path, message: missing(issue, place), ...examples(place) }, ...found]
  }
  if (issue._tag === "UnexpectedKey") return [{ path, message: unexpected(path, codec, context.value) }]
  const isSensitive = isSensitiveAt(context.ast, path)
  const received = isSensitive ? undefined : show(path, context)
  const wrong = { path, ...received === undefined ? {} : { received } }
  const allowed = isKindMistake(issue) ? literals(issue.ast) ?? literals(place) : literals(place)
  if (allowed !== undefined) {
    const given = isSensitive ? undefined : valueAt(context.value, path)
    const expected = oneOf(allowed)
    const message = `Expected ${expected}${arrived(path, issue, place, context) || nearest(given, allowed)}`
    return [{ ...wrong, message, expected, examples: allowed.slice(0, 5) }]
  }
  const said = sentence(issue, place)
  const expected = said.startsWith("Expected ") ? { expected: said.slice("Expected ".length) } : {}
  return [{ ...wrong, message: said + arrived(path, issue, place, context), ...expected, ...examples(place) }]
}

type Told = Leaf["issue"]

const isKindMistake = (issue: Told): issue is SchemaIssue.InvalidType | SchemaIssue.AnyOf =>
  issue._tag === "InvalidType" || issue._tag === "AnyOf"

const formatter = SchemaIssue.makeFormatterStandardSchemaV1()

const sentence = (issue: Told, place: SchemaAST.AST | undefined): string => {
  const own = isKindMistake(issue) ? expectedOf(issue, place) : undefined
  return own === undefined ? formatter(issue).issues[0]?.message ?? "Expected a valid value" : `Expected ${own}`
}

const words = { array: "array", boolean: "boolean", null: "null", number: "number", object: "object", text: "string" }

/** Returns the kinds that would have been right, unless the author of the schema says it in words of their own. */
const expectedOf = (
  issue: SchemaIssue.InvalidType | SchemaIssue.AnyOf,
  place: SchemaAST.AST | undefined
): string | undefined => {
  if ([issue.ast, place].some((ast) => says(ast, "message") || says(ast, "expected"))) return undefined
  const ast = issue._tag === "AnyOf" && place !== undefined ? place : issue.ast
  const kinds = kindsOf(ast)
  if (kinds === undefined || kinds.size === 0) return undefined
  return [...kinds].map((kind) => words[kind]).join(" or ")
}

const says = (ast: SchemaAST.AST | undefined, name: string): boolean => typeof ast?.annotations?.[name] === "string"

/** Returns what arrived, if its kind is the mistake. */
const arrived = (
  path: Leaf["path"],
  issue: Told,
  place: SchemaAST.AST | undefined,
  { ast, value }: Context
): string => {
  if (!isKindMistake(issue) || says(issue.ast, "message")) return ""
  const wanted = kindsOf(place ?? issue.ast) ?? kindsOf(issue.ast)
  if (wanted === undefined) return ""
  const given = valueAt(value, path)
  const shown = typeof given === "string" && isSensitiveAt(ast, path) ? "" : given
  return got(shown, wanted, place !== undefined && isOptional(place))
}

const missing = (issue: SchemaIssue.MissingKey, place: SchemaAST.AST | undefined): string => {
  const own = issue.annotations?.messageMissingKey
  if (typeof own === "string") return own
  const allowed = literals(place)
  if (allowed !== undefined) return `Required; expected ${oneOf(allowed)}`
  const description = annotationsOf(place)?.["description"]
  return typeof description === "string" ? `Required. ${description.replace(/[.\s]+$/, "")}` : "Required"
}

const namesIn = (codec: SchemaAST.AST, path: Leaf["path"], value: unknown): ReadonlyArray<string> => {
  const place = locate(codec, path, value)
  const object = place === undefined ? undefined : objectFor(place, valueAt(value, path))
  return object?.propertySignatures.map((property) => String(property.name)) ?? []
}

const unexpected = (path: Leaf["path"], codec: SchemaAST.AST, value: unknown): string =>
  unknownArgument(String(path.at(-1) ?? ""), namesIn(codec, path.slice(0, -1), value))

/** Limits how many of the keys beside a missing one are looked at. */
const neighbours = 200

/** A key that was sent in the place of a missing one, below the root: there the names are checked by whoever decodes. */
const misspeltAt = (
  path: Leaf["path"],
  codec: SchemaAST.AST,
  { value }: Context,
  misspelt: Set<string>
): ReadonlyArray<Issue> => {
  const above = path.slice(0, -1)
  const parent = valueAt(value, above)
  if (above.length === 0 || typeof parent !== "object" || parent === null) return []
  const known = new Set(namesIn(codec, above, value))
  const sent: Array<string> = []
  for (const key in parent) {
    if (sent.length === neighbours) break
    if (Object.hasOwn(parent, key) && !known.has(key)) sent.push(key)
  }
  const near = Suggestion.similar(String(path.at(-1)), sent, { limit: 1 })[0]
  const place = JSON.stringify([...above, near])
  if (near === undefined || misspelt.has(place)) return []
  misspelt.add(place)
  return [{ path: [...above, near], message: unknownArgument(near, [String(path.at(-1))]) }]
}

const examples = (place: SchemaAST.AST | undefined): { readonly examples?: ReadonlyArray<Redaction.Json> } => {
  if (place === undefined || isSensitiveAt(place, [])) return {}
  const given = annotationsOf(place)?.["examples"]
  const allowed = Array.isArray(given) ? given as ReadonlyArray<Redaction.Json> : literals(place)
  return allowed === undefined ? {} : { examples: allowed.slice(0, 5) }
}

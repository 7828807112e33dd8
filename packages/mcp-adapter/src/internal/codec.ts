import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as JsonSchema from "@errata/core/JsonSchema"
import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Suggestion from "@errata/core/Suggestion"
import type * as Tool from "@errata/core/Tool"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"

/** What is computed once from a tool's schemas. */
export interface Codec {
  readonly decode: (args: unknown) => Result.Result<unknown, Errors.InvalidArguments>
  readonly encode: (output: unknown) => Result.Result<unknown, unknown>
  /** The arguments as a log may show them. */
  readonly preview: (args: unknown) => string
  readonly isVoid: boolean
  readonly isObject: boolean
}

interface Settings {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

export const make = (tool: Tool.Any, settings: Settings): Codec => {
  const isVoid = tool.output.ast._tag === "Void"
  return {
    decode: decoder(tool, settings),
    encode: encoder(tool.output),
    preview: previewer(tool.input, settings),
    isVoid,
    isObject: !isVoid && JsonSchema.isObject(tool.output)
  }
}

const decoder = (tool: Tool.Any, settings: Settings): Codec["decode"] => {
  const parse = SchemaParser.decodeUnknownResult(Schema.toCodecJson(tool.input as Schema.Codec<unknown, unknown>), {
    errors: "all"
  })
  const known = tool.unknownArguments === "refuse" ? knownArguments(tool.input.ast) : undefined
  return (args) => {
    const value = args ?? {}
    const unknown = known === undefined ? noIssues : unknownIssues(value, known)
    const parsed = parse(value)
    if (Result.isSuccess(parsed) && unknown.length === 0) return Result.succeed(parsed.success)
    const issues = Result.isSuccess(parsed) ? [] : Issue.fromSchemaIssue(parsed.failure, {
      input: tool.input,
      value,
      redactor: settings.redactor,
      limits: settings.limits
    })
    return Result.fail(new Errors.InvalidArguments({ issues: [...unknown, ...issues] }))
  }
}

const noIssues: ReadonlyArray<Issue.Issue> = []

/** The names of a struct's arguments as they go over the wire; none if any name may come. */
const knownArguments = (ast: SchemaAST.AST): ReadonlySet<string> | undefined => {
  const encoded = Schema.toCodecJson(Schema.make<Schema.Codec<unknown, unknown>>(ast)).ast
  const from = encoded.encoding?.at(-1)?.to ?? encoded
  if (from._tag !== "Objects" || from.indexSignatures.length > 0) return undefined
  return new Set(from.propertySignatures.map((property) => String(property.name)))
}

const unknownIssues = (args: unknown, known: ReadonlySet<string>): ReadonlyArray<Issue.Issue> => {
  if (!Predicate.isObject(args)) return noIssues
  let issues: Array<Issue.Issue> | undefined
  for (const name of Object.keys(args)) {
    if (!known.has(name)) (issues ??= []).push(Issue.make([name], unknownArgument(name, known)))
  }
  return issues ?? noIssues
}

const unknownArgument = (name: string, known: ReadonlySet<string>): string => {
  const near = Suggestion.similar(name, known, { limit: 1 })[0]
  if (near !== undefined) return `Unknown argument; did you mean ${near}?`
  return known.size === 0
    ? "Unknown argument; this tool takes none"
    : `Unknown argument; the known ones are ${[...known].slice(0, 20).join(", ")}`
}

const encoder = (schema: Schema.Top): Codec["encode"] => {
  const encode = SchemaParser.encodeUnknownResult(Schema.toCodecJson(schema as Schema.Codec<unknown, unknown>))
  return Redaction.isSensitive(schema.ast) ? (output) => encode(maskRedacted(output)) : encode
}

/** `Schema.Redacted` encodes to the clear value: what it guards is masked first. */
const maskRedacted = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return Redacted.make(Redaction.mask)
  if (Array.isArray(value)) return value.map(maskRedacted)
  if (!Predicate.isObject(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskRedacted(inner)]))
}

const previewer = (input: Schema.Top, { limits, redactor }: Settings): Codec["preview"] => {
  const secret = new Set(
    input.ast._tag === "Objects"
      ? input.ast.propertySignatures.filter((property) => Redaction.isSensitive(property.type)).map((property) =>
        String(property.name)
      )
      : []
  )
  const hidesAll = input.ast._tag !== "Objects" && Redaction.isSensitive(input.ast)
  return (args) => {
    if (hidesAll) return Redaction.mask
    const open = secret.size > 0 && Predicate.isObject(args)
      ? Object.fromEntries(Object.entries(args).map(([key, value]) => [key, secret.has(key) ? Redaction.mask : value]))
      : args ?? {}
    const text = JSON.stringify(redactor.json(open, limits)) ?? ""
    return text.length <= limits.logArguments ? text : `${text.slice(0, limits.logArguments - 1).toWellFormed()}…`
  }
}

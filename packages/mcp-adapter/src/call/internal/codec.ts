import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as JsonSchema from "@errata/core/JsonSchema"
import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Suggestion from "@errata/core/Suggestion"
import type * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import type { CallToolResult, ContentBlock } from "../../fold/CallToolResult.ts"
import { toReport } from "./batch.ts"
import { conceal } from "./conceal.ts"

/** What is computed once from a tool's schemas. */
export interface Codec {
  /** Fails with what lets the call not begin. */
  readonly decode: (args: unknown) => Result.Result<unknown, ToolError.Any>
  readonly encode: (output: unknown) => Result.Result<unknown, unknown>
  /** The arguments as a log may show them. */
  readonly preview: (args: unknown) => string
  readonly isVoid: boolean
  readonly isObject: boolean
  /** Whether the output is the report of a batch. */
  readonly isBatch?: boolean | undefined
  /** Makes a result of an output where the tool's schema does not say how. */
  readonly toResult?: ((output: unknown, attached: ReadonlyArray<ContentBlock>) => CallToolResult) | undefined
}

interface Settings {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

export const make = (tool: Tool.Any, settings: Settings): Codec => {
  const isVoid = tool.output.ast._tag === "Void"
  const encode = encoder(tool.output)
  const report = toReport(tool.output)
  return {
    decode: decoder(tool, settings),
    encode: report === undefined ? encode : (output) => encode(report(output, settings)),
    preview: previewer(tool.input, settings),
    isVoid,
    isObject: !isVoid && JsonSchema.isObject(tool.output),
    isBatch: report !== undefined
  }
}

const decoder = (tool: Tool.Any, settings: Settings): Codec["decode"] => {
  const parse = SchemaParser.decodeUnknownResult(Schema.toCodecJson(tool.input as Schema.Codec<unknown, unknown>))
  const known = tool.unknownArguments === "refuse" ? knownArguments(tool.input.ast) : undefined
  return (args) => {
    const value = args ?? {}
    const unknown = known === undefined ? noIssues : unknownIssues(value, known)
    const first = parse(value) // stops at the first issue, which is faster as long as there is none
    if (Result.isSuccess(first) && unknown.length === 0) return first as Result.Result<unknown, never>
    const parsed = Result.isSuccess(first) ? first : parse(value, everyIssue)
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
const everyIssue: SchemaAST.ParseOptions = { errors: "all" }

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
  for (const name in args) {
    if (!known.has(name) && Object.hasOwn(args, name)) {
      ;(issues ??= []).push(Issue.make([name], unknownArgument(name, known)))
    }
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
  return Redaction.isSensitive(schema.ast) ? (output) => encode(conceal(schema.ast, output)) : encode
}

/** Of a tool with sensitive arguments only those are shown that are known to be none. */
export const previewer = (input: Schema.Top, { limits, redactor }: Settings): Codec["preview"] => {
  const hides = Redaction.isSensitive(input.ast)
  const open = new Set(
    hides && input.ast._tag === "Objects" && input.ast.encoding === undefined
      ? input.ast.propertySignatures.filter((property) => !Redaction.isSensitive(property.type)).map((property) =>
        String(property.name)
      )
      : []
  )
  const show = (args: unknown): unknown => {
    if (!hides) return args ?? {}
    return Predicate.isObject(args) && open.size > 0
      ? Object.fromEntries(Object.entries(args).map(([key, value]) => [key, open.has(key) ? value : Redaction.mask]))
      : Redaction.mask
  }
  return (args) => {
    try {
      const text = JSON.stringify(redactor.json(show(args), limits)) ?? ""
      return text.length <= limits.logArguments ? text : `${text.slice(0, limits.logArguments - 1).toWellFormed()}…`
    } catch {
      return "[unreadable]"
    }
  }
}

import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as JsonSchema from "@errata/core/JsonSchema"
import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import * as Fold from "../../fold/Fold.ts"
import { annotationOf, batchWriter } from "./batch.ts"
import { conceal } from "./conceal.ts"
import type { Decoded, Job } from "./model.ts"

interface Settings {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

/** Makes a job of a tool with its handler: what its schemas say is computed once. */
export const toolJob = ({ handler, tool }: Tool.Handled, settings: Settings): Job => ({
  name: tool.name,
  safety: tool.safety,
  effects: tool.effects,
  retry: tool.retry,
  timeout: tool.timeout,
  decode: decoder(tool, settings),
  run: handler as Job["run"],
  preview: previewer(tool.input, settings),
  write: writer(tool, settings)
})

const decoder = (tool: Tool.Any, settings: Settings): Job["decode"] => {
  const parse = SchemaParser.decodeUnknownResult(Schema.toCodecJson(tool.input as Schema.Codec<unknown, unknown>))
  const known = tool.unknownArguments === "refuse" ? knownArguments(tool.input.ast) : undefined
  return (args) => {
    const value = args ?? {}
    const unknown = known === undefined ? noIssues : unknownIssues(value, known)
    const first = parse(value) // stops at the first issue, which is faster as long as there is none
    if (Result.isSuccess(first) && unknown.length === 0) return Result.succeed<Decoded>({ input: first.success })
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
      ;(issues ??= []).push(Issue.make([name], Issue.unknownArgument(name, [...known])))
    }
  }
  return issues ?? noIssues
}

/** Writes what a handler returned as its output's schema says. */
const writer = ({ name, output }: Tool.Any, settings: Settings): Job["write"] => {
  if (output.ast._tag === "Void") {
    return (_, { attached }) => ({
      result: Fold.success(undefined, { isVoid: true, isObject: false, attached }),
      outcome: "success"
    })
  }
  const isObject = JsonSchema.isObject(output)
  const encode = encoder(name, output)
  const batch = annotationOf(output)
  if (batch !== undefined) return batchWriter(batch, encode, settings)
  return (value, { attached }) => ({
    result: Fold.success(encode(value), { isVoid: false, isObject, attached }),
    outcome: "success"
  })
}

/** Throws what the log says of an output that does not fit. */
const encoder = (tool: string, schema: Schema.Top): (output: unknown) => unknown => {
  const encode = SchemaParser.encodeUnknownResult(Schema.toCodecJson(schema as Schema.Codec<unknown, unknown>))
  const isSensitive = Redaction.isSensitive(schema.ast)
  return (output) => {
    const encoded = encode(isSensitive ? conceal(schema.ast, output) : output)
    if (Result.isSuccess(encoded)) return encoded.success
    throw new TypeError(`The output of ${tool} does not fit its schema`, { cause: encoded.failure })
  }
}

/** Of a tool with sensitive arguments only those are shown that are known to be none. */
export const previewer = (input: Schema.Top, { limits, redactor }: Settings): Job["preview"] => {
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

import * as Arguments from "@errata/core/Arguments"
import { conceal } from "@errata/core/internal/conceal"
import * as Encoding from "@errata/core/internal/encode"
import { isObject as isObjectSchema } from "@errata/core/internal/jsonSchema"
import { isSensitive } from "@errata/core/internal/sensitive"
import { shorten } from "@errata/core/internal/shorten"
import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Fold from "../../fold/Fold.ts"
import { annotationOf, batchWriter } from "./batch.ts"
import { guidanceOf } from "./guides.ts"
import { keyedOf } from "./keyed/ofTool.ts"
import type { Job, JobFacts } from "./model.ts"
import { stepsTeller } from "./nextSteps.ts"
import type { Options } from "./toolOptions.ts"

interface Settings {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

/** Makes a job of a tool with its handler: what its schemas say is computed once. */
export const toolJob = (
  { handler, tool }: Tool.Handled,
  settings: Settings,
  options: Options = {},
  beside: ReadonlyArray<Tool.Handled> = []
): Job<unknown> => ({
  name: tool.name,
  safety: tool.safety,
  effects: tool.effects,
  retry: tool.retry,
  timeout: tool.timeout,
  keyField: tool.keyed?.field,
  decode: decoder(tool, settings, options),
  run: handler as Job<unknown>["run"], // its input is what the tool's own schema decodes
  preview: previewer(tool.input, settings, tool.keyed?.field),
  write: writer(tool, settings),
  misses: tool.output.ast._tag === "Void" ? "text" : "structured",
  guidance: guidanceOf(tool, options.guides, beside),
  keyed: keyedOf(tool, (asked) => {
    const found = beside.find(({ tool }) => tool === asked)
    return found === undefined ? undefined : toolJob(found, settings, options)
  })
})

const decoder = (tool: Tool.Any, { limits, redactor }: Settings, options: Options): Job<unknown>["decode"] => {
  const decode = Arguments.decoder({
    input: tool.input,
    repair: tool.repair ?? options.repair,
    unknownArguments: tool.unknownArguments ?? options.unknownArguments,
    keyField: tool.keyed?.field,
    limits,
    redactor
  })
  return (args) => Result.map(decode(args), ({ dropped, repaired, value }) => ({ input: value, dropped, repaired }))
}

/** Writes what a handler returned as its output's schema says. */
const writer = ({ name, output }: Tool.Any, settings: Settings): JobFacts["write"] => {
  if (output.ast._tag === "Void") {
    return (_, { attached }) => ({
      result: Fold.done({ attached }),
      outcome: "success"
    })
  }
  const encode = encoder(name, output)
  const batch = annotationOf(output)
  if (batch !== undefined) return batchWriter(batch, encode, settings)
  const structured = isObjectSchema(output)
    ? (value: unknown) => encode(value) as object
    : (value: unknown) => ({ result: encode(value) })
  const tell = stepsTeller(output)
  return (value, call) => ({
    result: Fold.success(structured(tell === undefined ? value : tell(value, call)), { attached: call.attached }),
    outcome: "success"
  })
}

/** Throws what the log says of an output that does not fit. */
const encoder = (tool: string, schema: Schema.Top): (output: unknown) => unknown => {
  const encode = Encoding.encoder(schema)
  const hides = isSensitive(schema.ast)
  return (output) => {
    const encoded = encode(hides ? conceal(schema.ast, output) : output)
    if (Result.isSuccess(encoded)) return encoded.success
    throw new TypeError(`The output of ${tool} does not fit its schema`, { cause: encoded.failure })
  }
}

/** Makes the preview of arguments. Of a tool with sensitive ones it shows only those that are known to be none. */
export const previewer = (
  input: Schema.Top,
  { limits, redactor }: Settings,
  keyField?: string
): Job<unknown>["preview"] => {
  const hides = isSensitive(input.ast)
  const open = new Set(
    hides && input.ast._tag === "Objects" && input.ast.encoding === undefined
      ? input.ast.propertySignatures.filter((property) => !isSensitive(property.type)).map((property) =>
        String(property.name)
      )
      : []
  )
  // what is shown is short: nothing beyond this is looked at, however much came
  const shown = { ...limits, string: limits.logArguments + 1024, items: 50, total: limits.logArguments + 4096 }
  const show = (args: unknown): unknown => {
    if (!hides) return keyField === undefined ? args ?? {} : withoutKey(args, keyField)
    return Predicate.isObject(args) && open.size > 0
      ? Object.fromEntries(
        Object.entries(args).map(([key, value]) => [key, open.has(key) && key !== keyField ? value : Redaction.mask])
      )
      : Redaction.mask
  }
  return (args) => {
    try {
      return shorten(JSON.stringify(redactor.json(show(args), shown)) ?? "", limits.logArguments)
    } catch {
      return "[unreadable]"
    }
  }
}

/** A key lets whoever reads it repeat the call: logs hold only its hash. */
const withoutKey = (args: unknown, field: string): unknown =>
  Predicate.isObject(args) && Object.hasOwn(args, field) ? { ...args, [field]: Redaction.mask } : args ?? {}

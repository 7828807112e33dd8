import * as Catalogue from "@errata/core/Catalogue"
import { answersSuccess } from "@errata/core/internal/answers"
import * as JsonSchema from "@errata/core/JsonSchema"
import * as Problem from "@errata/core/Problem"
import type * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import type * as Handler from "../../call/Handler.ts"
import * as Log from "../../call/Log.ts"
import * as Meta from "../../fold/Meta.ts"

/** Returns what a host lists of a tool, apart from its schemas. */
export const described = (tool: Tool.Any): {
  readonly title?: string
  readonly description: string
  readonly annotations: { [hint: string]: boolean }
} => ({
  ...tool.title === undefined ? {} : { title: tool.title },
  description: tool.description,
  annotations: { ...tool.annotations } as { [hint: string]: boolean }
})

/** Returns what the `_meta` of a listed tool says of its errors, where that is asked for and there are some. */
export const errorsOf = (
  tool: Tool.Any,
  { catalogue, guides, metaPrefix = Meta.defaultPrefix }: Pick<Handler.Options, "catalogue" | "guides" | "metaPrefix"> =
    {}
): { readonly _meta?: { [key: string]: unknown } } => {
  if (catalogue !== true || tool.errors.length === 0) return {}
  const [errors] = Catalogue.of([tool], { guides }).tools
  return { _meta: { [`${metaPrefix}errors`]: Catalogue.compact(errors!) } }
}

export const hasOutput = (tool: Tool.Any): boolean => tool.output.ast._tag !== "Void"

/** Writes the schemas when a host first asks, and hands out fresh copies: SDKs change what they are given. */
const lazily = (write: () => JsonSchema.JsonSchema): () => { [key: string]: unknown } => {
  let known: JsonSchema.JsonSchema | undefined
  return () => structuredClone(known ??= write()) as { [key: string]: unknown }
}

export const inputSchema = (tool: Tool.Any): () => { [key: string]: unknown } =>
  lazily(() => JsonSchema.ofInput(tool.input))

/** With `structuredErrors`, or where a miss is a success, what a tool answers may be the problem of an error as well. */
export const outputSchema = (tool: Tool.Any, structuredErrors = false): () => { [key: string]: unknown } =>
  lazily(() =>
    structuredErrors || tool.errors.some(answersSuccess)
      ? orError(JsonSchema.ofOutput(tool.output))
      : JsonSchema.ofOutput(tool.output)
  )

/** References start at the root, so the definitions go there. That of a problem has none of its own. */
const orError = ({ $defs, ...output }: JsonSchema.JsonSchema): JsonSchema.JsonSchema => {
  const properties = { error: JsonSchema.fromSchema(Problem.Problem), advice: { type: "string" } }
  const error = { type: "object", properties, required: ["error", "advice"] }
  return { type: "object", anyOf: [output, error], ...$defs === undefined ? {} : { $defs } }
}

/** From here on a name may be cut, since hosts put a prefix before it. */
const longName = 45

const warned = new Set<string>()

/** Warns once of names that some hosts cut. */
export const warnOfNames = (tools: ReadonlyArray<{ readonly tool: Tool.Any }>): void => {
  const long = tools.map(({ tool }) => tool.name).filter((name) => name.length > longName && !warned.has(name))
  if (long.length === 0) return
  for (const name of long) warned.add(name)
  const warning = Effect.logWarning(
    `Some hosts cut names of tools above ${longName} characters, since they put a prefix before them: ${
      long.join(", ")
    }`
  )
  Effect.runSync(Effect.provide(warning, Log.layer()))
}

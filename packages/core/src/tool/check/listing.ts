import { attempt } from "../../errors/internal/attempt.ts"
import type { Any } from "../definition/model.ts"
import * as JsonSchema from "../JsonSchema.ts"
import type { Check, Found } from "./model.ts"

/** From here on a name may be cut, since hosts put a prefix before it. */
const longName = 45

/** From here on a schema costs every request more than the tool is worth, and references stay in it. */
const mostCharacters = 50_000

/** Below this many levels some hosts and models see nothing any more. */
const mostLevels = 10

/** Looks at names, alone and among the others. */
export const names: Check = ({ all, tool: { name } }) => {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, "")
  const same = all.filter((other) => other.name === name).length
  const near = [...new Set(all.map((other) => other.name))].filter((other) =>
    other !== name && plain(other) === plain(name)
  )
  return [
    ...name.length <= longName ? [] : [{
      code: "name_long" as const,
      message: `Its name has ${name.length} characters, and hosts that put a prefix before it cut above ${longName}`,
      fix: "Shorten the name"
    }],
    ...same === 1 ? [] : [{
      code: "name_twice" as const,
      message: `${same} tools are called ${name}`,
      fix: "Give each tool a name of its own"
    }],
    ...near.length === 0 ? [] : [{
      code: "names_alike" as const,
      message: `Its name is nearly that of ${near.join(", ")}`,
      fix: "Give the tools names that a model can tell apart"
    }]
  ]
}

/** Names of properties that the APIs of models take. */
const validArgument = /^[a-zA-Z0-9_.-]{1,64}$/

/** The arguments that hosts add on their own account. */
const ofHosts: ReadonlySet<string> = new Set([
  "wait_for_previous",
  "_meta",
  "random_string",
  "toolCallId",
  "sessionId",
  "chatInput"
])

/** Looks at what hosts are shown of the arguments. */
export const inputs: Check = ({ tool }) => {
  const schema = listed(() => JsonSchema.ofInput(tool.input))
  if (typeof schema === "string") {
    return [{
      code: "schema_unlistable",
      message: `Its input has no JSON Schema: ${schema}`,
      fix: "Use schemas whose encoded side is JSON"
    }]
  }
  const properties = Object.entries((schema["properties"] ?? {}) as object)
  return [
    ...properties.flatMap(([name, one]) => [...argument(name), ...untyped(name, one)]),
    ...shapeOf("input", schema)
  ]
}

/** Looks for arguments of which neither a model nor a host knows what to send. */
const untyped = (name: string, schema: unknown): ReadonlyArray<Found> =>
  typeof schema !== "object" || schema === null || !Object.keys(schema).every((key) => notes.has(key)) ? [] : [{
    code: "schema_untyped",
    message: `The argument ${name.slice(0, 80)} may be anything`,
    fix: "Give it a schema that says what to send, or take JSON as text"
  }]

const notes: ReadonlySet<string> = new Set(["description", "title", "default", "examples"])

const argument = (name: string): ReadonlyArray<Found> => [
  ...validArgument.test(name) ? [] : [{
    code: "argument_name" as const,
    message: `The argument ${JSON.stringify(name.slice(0, 80))} has a name that the APIs of some models refuse`,
    fix: "Name arguments with letters, digits, _, . and -, 64 at most"
  }],
  ...ofHosts.has(name)
    ? [{
      code: "argument_of_hosts" as const,
      message: `Some hosts send an argument ${name} of their own to every tool`,
      fix: "Give the argument another name"
    }]
    : []
]

/** Looks at what hosts are shown of the output. */
export const outputs: Check = ({ tool }) => {
  if (tool.output.ast._tag === "Void") return []
  const schema = listed(() => JsonSchema.ofOutput(tool.output))
  return typeof schema === "string"
    ? [{
      code: "output_unlistable",
      message: `Its output has no JSON Schema: ${schema}`,
      fix: "Use schemas whose encoded side is JSON"
    }]
    : shapeOf("output", schema)
}

const listed = (write: () => JsonSchema.JsonSchema): JsonSchema.JsonSchema | string => {
  try {
    return write()
  } catch (failure) {
    return attempt(() => String((failure as Error).message).slice(0, 200)) ?? "it cannot be written"
  }
}

const shapeOf = (which: "input" | "output", schema: JsonSchema.JsonSchema): ReadonlyArray<Found> => {
  const { levels, refers } = measure(schema)
  const characters = JSON.stringify(schema).length
  return [
    ...!refers ? [] : [{
      code: "schema_recursive" as const,
      message: `Its ${which} refers to itself, and some hosts lose fields behind a reference`,
      fix: "Bound the nesting, or take the nested part as text"
    }],
    ...levels <= mostLevels ? [] : [{
      code: "schema_deep" as const,
      message: `Its ${which} nests ${levels} levels deep`,
      fix: `Flatten it to ${mostLevels} levels at most`
    }],
    ...characters <= mostCharacters ? [] : [{
      code: "schema_large" as const,
      message: `The schema of its ${which} has ${characters} characters, and is sent to the model with every request`,
      fix: `Make it smaller than ${mostCharacters} characters, or split the tool`
    }]
  ]
}

/** Counts levels of values, not of keywords. */
const measure = (schema: unknown): { readonly levels: number; readonly refers: boolean } => {
  let levels = 0
  let refers = false
  const visit = (node: unknown, level: number): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one, level)
      return
    }
    if (typeof node !== "object" || node === null) return
    levels = Math.max(levels, level)
    for (const [key, value] of Object.entries(node)) {
      if (key === "$ref") refers = true
      else if (key === "properties") { for (const one of Object.values(value as object)) visit(one, level + 1) }
      else if (key === "items" || key === "additionalProperties") visit(value, level + 1)
      else if (key === "anyOf" || key === "oneOf" || key === "allOf") visit(value, level)
      else if (key === "$defs") { for (const one of Object.values(value as object)) visit(one, level) }
    }
  }
  visit(schema, 0)
  return { levels, refers }
}

/** Looks at batches that a model may make as large as it likes. */
export const batches: Check = ({ tool }) => {
  if (!isBatch(tool)) return []
  const properties = attempt(() => JsonSchema.ofInput(tool.input)["properties"]) ?? {}
  return Object.entries(properties as { readonly [name: string]: { readonly [key: string]: unknown } })
    .filter(([, { maxItems, type }]) => type === "array" && maxItems === undefined)
    .map(([name]): Found => ({
      code: "batch_unbounded",
      message: `The batch ${name} may be of any size`,
      fix: "Bound it by a check, such as Schema.isMaxLength(100)"
    }))
}

const isBatch = ({ output: { ast: { annotations, checks } } }: Any): boolean =>
  [annotations, ...(checks ?? []).map((check) => check.annotations)].some((found) =>
    found?.["errata/batch"] !== undefined
  )

/**
 * Checks what a reply tells: that its lines are there, and that the steps in it can be taken.
 */
import type { ResultLike } from "../../client/internal/model.ts"
import type { Arguments, Listed, Validator } from "./model.ts"
import { type Action, read, type Told } from "./told.ts"

/** Counts what was checked, and says what is wrong. */
export interface Checked {
  readonly checked: number
  readonly reasons: ReadonlyArray<string>
}

/** Holds what replies are measured by. */
export interface Standard {
  readonly listed: ReadonlyMap<string, Listed>
  readonly validator: Validator
  readonly isOurs: boolean
}

/** Joins the text blocks of a result. */
export const textOf = ({ content }: ResultLike): string =>
  (Array.isArray(content) ? content as ReadonlyArray<{ readonly type?: unknown; readonly text?: unknown } | null> : [])
    .flatMap((block) => block?.type === "text" && typeof block.text === "string" ? [block.text] : [])
    .join("\n")

/** Checks the text of a failed result. */
export const checkReply = (
  { result, tool }: { readonly result: ResultLike; readonly tool: string },
  intent: Arguments,
  standard: Standard
): Checked => {
  const told = read(textOf(result))
  const actions = told.steps.flatMap((step) => [step, ...step.options])
  const wrong = actions.flatMap((action) => checkAction(action, intent, standard))
  const missing = standard.isOurs && result.isError === true && !isProtocol(told)
    ? missingLines(told, saysSafety(standard.listed.get(tool)))
    : []
  return { checked: actions.filter(({ tool }) => tool !== undefined).length, reasons: [...missing, ...wrong] }
}

/** An error of JSON-RPC has a message and no lines. */
const isProtocol = ({ text }: Told): boolean => /^MCP error -\d+:/.test(text)

/** Tests whether a tool says if it may be repeated: of one that does not, nobody can advise. */
const saysSafety = (tool: Listed | undefined): boolean =>
  tool?.annotations?.["readOnlyHint"] !== undefined || tool?.annotations?.["idempotentHint"] !== undefined

/** Asks less of a failure that has no class: an author's own words come without advice. */
const missingLines = ({ advice, message, reference, type }: Told, isAdvised: boolean): ReadonlyArray<string> => [
  ...message.trim() === "" || message.startsWith("Error: ") ? ["the text has no message"] : [],
  ...type === undefined ? ["the text has no `Error:` line"] : [],
  ...isAdvised && type !== undefined && type !== "processing_error" && advice === ""
    ? ["the `Error:` line has no advice"]
    : [],
  ...reference === undefined ? ["the text has no reference"] : []
]

const checkAction = (action: Action, intent: Arguments, { listed, validator }: Standard): ReadonlyArray<string> => {
  const { fill, parameters, tool } = action
  if (tool === undefined) {
    return /: [\w-]+ \{/.test(action.action) ? [`a step cannot be read: ${action.action}`] : []
  }
  const found = listed.get(tool)
  if (found === undefined) return [`a step names ${tool}, which is not listed`]
  const known = fill.filter((name) => Object.hasOwn(intent, name))
  const unknown = fill.filter((name) => !Object.hasOwn(intent, name))
  const undeclared = fill.filter((name) => !Object.hasOwn((found.inputSchema["properties"] ?? {}) as object, name))
  const schema = unknown.length === 0 ? found.inputSchema : without(found.inputSchema, unknown)
  const wrong = validator(schema)({ ...parameters, ...Object.fromEntries(known.map((name) => [name, intent[name]])) })
  return [
    ...undeclared.map((name) => `a step asks to fill in ${name}, which ${tool} does not take`),
    ...wrong === undefined ? [] : [`the parameters of a step do not fit ${tool}: ${wrong}`]
  ]
}

/** A schema that does not ask for what only the client could say. */
const without = (schema: Listed["inputSchema"], names: ReadonlyArray<string>): Listed["inputSchema"] => {
  const { required } = schema
  return Array.isArray(required)
    ? { ...schema, required: required.filter((name) => !names.includes(name as string)) }
    : schema
}

/**
 * Takes the reply to a failed call apart and holds it against the wire contract.
 *
 * {@link failure} throws if anything in a reply breaks a promise that every error reply makes, whatever the tool: its
 * shape, the first lines and the last, advice that fits, recovery steps that can be executed. Tests of single errors
 * need not say these again; they compare what is left with a golden.
 */
import * as Problem from "@errata/core/Problem"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import * as Result from "effect/Result"
import * as SchemaParser from "effect/SchemaParser"
import { assert } from "vitest"
import type { CallToolResult } from "./StdioServer.ts"

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  readonly name: string
  readonly inputSchema: JsonSchema
  readonly outputSchema?: JsonSchema
  readonly [key: string]: unknown
}

interface JsonSchema {
  readonly properties?: { readonly [name: string]: { readonly [key: string]: unknown } }
  readonly [key: string]: unknown
}

/** An error reply, its reference id taken out so that it can be compared. */
export interface Failure {
  /** What a model reads, with `<ref>` in the place of the reference id. */
  readonly text: string
  /** What a program reads, without the reference id. */
  readonly problem: Omit<Problem.Problem, "reference_id">
  readonly reference: string
}

const metaKey = "errata/problem"
const noteKey = "errata/call"

/** Returns which identical failure of the call it is, if the reply says nothing else of the call. */
const repeatsIn = ({ _meta: meta }: CallToolResult): number | undefined => {
  const note = meta?.[noteKey] as { readonly identical_failures?: number } | undefined
  if (note?.identical_failures === undefined) return undefined
  assert.hasAllKeys(note, ["reference_id", "attempts", "identical_failures"])
  return note.identical_failures
}

const repeat = / This is the \w+ identical failure of this call\.$/m

/** Takes out of a text that its failure is one of many, which depends on what was called before. */
const withoutRepeats = (text: string, repeats: number | undefined): string => {
  assert.strictEqual(repeat.test(text), repeats !== undefined, text)
  return text.replace(repeat, "")
}

const decode = SchemaParser.decodeUnknownResult(Problem.Problem)

/** Takes an error reply apart. Throws if it breaks the contract. */
export const failure = (result: CallToolResult, tools: ReadonlyArray<ListedTool>): Failure => {
  assert.strictEqual(result.isError, true, `an error was expected: ${JSON.stringify(result).slice(0, 500)}`)
  assert.hasAllKeys(result, ["isError", "content", "_meta"]) // no structuredContent: a client would hold it against the schema
  const repeats = repeatsIn(result)
  const asks = (result._meta?.[metaKey] as Problem.Problem | undefined)?.type === "unauthenticated"
  assert.hasAllKeys(result._meta, [
    metaKey,
    ...asks ? ["mcp/www_authenticate"] : [],
    ...repeats === undefined ? [] : [noteKey]
  ])
  assert.lengthOf(result.content, 1)
  assert.hasAllKeys(result.content[0], ["type", "text"])
  const raw = result._meta?.[metaKey]
  const decoded = decode(raw)
  assert(Result.isSuccess(decoded), `no problem: ${JSON.stringify(raw)}`)
  const problem = decoded.success
  assert.deepStrictEqual(problem, raw, "the problem has fields that the schema does not know")
  assert.notMatch(JSON.stringify(raw), /[:[,]null\b/, "absent rather than null")

  const text = withoutRepeats(String(result.content[0]?.text), repeats)
  checkText(text, problem)
  checkAdvice(text, problem)
  for (const step of problem.recovery_steps ?? []) {
    checkAction(step, tools)
    for (const option of step.options ?? []) checkAction(option, tools)
  }
  const { reference_id: reference, ...rest } = problem
  return { text: text.replace(reference, "<ref>"), problem: rest, reference }
}

/** The call that a recovery step proposes, with sample values where the model has to fill in; nothing for a manual step. */
export const proposedCall = (
  step: Pick<Problem.RecoveryStep, "tool" | "parameters" | "fill">,
  tools: ReadonlyArray<ListedTool>
): { readonly tool: string; readonly args: { readonly [name: string]: unknown } } | undefined => {
  if (step.tool === undefined) return undefined
  const listed = tools.find((tool) => tool.name === step.tool)
  assert(listed !== undefined, `the step names ${step.tool}, which is not listed`)
  const filled = (step.fill ?? []).map((name) => {
    const schema = listed.inputSchema.properties?.[name]
    assert(schema !== undefined, `the step lets fill in ${name}, which ${step.tool} does not know`)
    assert.notProperty(step.parameters ?? {}, name, "what is to be filled in is not given")
    return [name, sample(schema)] as const
  })
  return { tool: step.tool, args: { ...step.parameters, ...Object.fromEntries(filled) } }
}

const sample = (schema: { readonly [key: string]: unknown }): unknown => {
  for (const values of [schema["examples"], schema["enum"]]) if (Array.isArray(values)) return values[0]
  return schema["type"] === "number" || schema["type"] === "integer" ? 1 : "something"
}

const validators = new AjvJsonSchemaValidator()

const checkAction = (
  step: Problem.RecoveryStep | Omit<Problem.RecoveryStep, "step">,
  tools: ReadonlyArray<ListedTool>
) => {
  assert.notMatch(step.action, /^\s*$|\.$/, "an action is an imperative without a full stop")
  const call = proposedCall(step, tools)
  if (call === undefined) return
  const { inputSchema } = tools.find((tool) => tool.name === call.tool)!
  const { errorMessage, valid } = validators.getValidator(inputSchema)(call.args)
  assert(valid, `${call.tool} does not take what the step proposes: ${errorMessage}`)
}

const checkText = (text: string, problem: Problem.Problem): void => {
  const lines = text.split("\n")
  assert.isAtMost(text.length, 4_000)
  // oxlint-disable-next-line no-control-regex -- nothing may forge a line
  assert.notMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
  assert.match(lines[0]!, /[.!?…]$/, "a message ends with a full stop")
  if (!problem.message.endsWith("..")) assert.notMatch(lines[0]!, /\.\.$/, "a message ends with one full stop")
  assert.match(lines[1]!, /^Error: [a-z_]+ \((transient|permanent|validation)\)\. [A-Z].*\.$/)
  assert(lines[1]!.startsWith(`Error: ${problem.type} (${problem.category}). `), lines[1])
  assert.match(problem.reference_id, /^[0-9a-f]{8}$/)
  assert.strictEqual(lines.at(-1), `Reference: ${problem.reference_id}`)
  const order = lines.slice(2).map((line) => segments.findIndex((segment) => segment.test(line)))
  assert.notInclude(order, -1, `a line that the contract does not know:\n${text}`)
  assert.deepStrictEqual(order, order.toSorted((a, b) => a - b), `the lines are out of order:\n${text}`)
}

const segments = [
  /^- /,
  /^Details: \{/,
  /^Suggestion: /,
  /^Did you mean: .*\?$/,
  /^Next steps:$/,
  /^(\d+|   [a-e])\. /,
  /^Reference: /
]

const checkAdvice = (text: string, { category, is_transient, retry, ...problem }: Problem.Problem): void => {
  assert.strictEqual(is_transient, category === "transient" ? true : undefined)
  assert.strictEqual(retry.should_retry, / (Retry later|Retry after \d+ s)\.$/m.test(text.split("\n")[1]!))
  assert.isTrue(!retry.should_retry || is_transient === true, "only what may pass is worth a retry")
  assert.isAtMost(problem.similar_matches?.length ?? 0, 5)
  for (const match of problem.similar_matches ?? []) {
    assert.notInclude(Object.values(problem.details ?? {}), match, "what was asked for is no suggestion")
  }
}

/** Says what a client received of a call, in the words of the guide's table. */
import type * as Tool from "@errata/core/Tool"
import * as Client from "@errata/mcp-adapter/Client"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as EffectResult from "effect/Result"
import { isDeepStrictEqual } from "node:util"
import type { Connection, Result } from "../hosts/hosts.ts"
import { type Kind, pen, type Profile, tools } from "./tools.ts"

/** What was received, a word for each column. */
export interface Observed {
  readonly isError: string
  readonly text: string
  readonly structured: string
  readonly meta: string
  readonly decoded: string
}

/** Whether a client received something that its model can go by. */
export const isLost = ({ text }: Observed): boolean => text.startsWith("lost")

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isProblem = (value: unknown, problem: unknown): boolean =>
  problem !== undefined && isDeepStrictEqual(value, problem)

/** JSON is whole if it says the problem, and what to do, below a line that says that too. */
const isProblemInJson = (text: string, problem: unknown): boolean => {
  const [line = "", json = "", ...rest] = text.split("\n")
  const { advice, errors: _errors, ...told } = (parse(json) ?? {}) as Result
  return rest.length === 0 && typeof advice === "string" && /^Error: [a-z_]+ \([a-z]+\)\. /.test(line) &&
    line.endsWith(`. ${advice}`) && isProblem(told, problem)
}

/** The lines of an error are complete if they begin with what happened, say what to do, and end with the problem's reference. */
const isComplete = (text: string, reference: string | undefined): boolean => {
  const lines = text.split("\n")
  return /^\S.*\.$/.test(lines[0]!) && /^Error: [a-z_]+ \([a-z]+\)\. .+\.$/.test(lines[1] ?? "") &&
    lines.length > 2 && lines.at(-1) === `Reference: ${reference}`
}

const textOf = ({ content, structuredContent }: Result, problem: ReturnType<typeof Meta.problem>): string => {
  const [first] = Array.isArray(content) ? content as ReadonlyArray<{ readonly text?: unknown }> : []
  if (typeof first?.text !== "string") return "lost: no text"
  if (isProblemInJson(first.text, problem)) return "a line, the problem"
  if (isComplete(first.text, problem?.reference_id)) return "lines"
  if (first.text === "Done.") return "`Done.`"
  return structuredContent !== undefined && isDeepStrictEqual(parse(first.text), structuredContent)
    ? "the output"
    : "lost: something else"
}

const structuredOf = ({ structuredContent }: Result, problem: ReturnType<typeof Meta.problem>): string => {
  if (structuredContent === undefined) return "—"
  const { advice, error, status, ...rest } = structuredContent as Result
  if (status === "failed" || status === "partial") return "the report"
  if (isDeepStrictEqual(structuredContent, pen)) return "the output"
  const isWhole = isProblem(error, problem) && typeof advice === "string" && Object.keys(rest).length === 0
  return isWhole ? "`{ error, advice }`" : "something else"
}

const decodedOf = (result: Result, tool: Tool.Any): string => {
  const decoded = Client.decode(result as Client.ResultLike, tool)
  if (EffectResult.isFailure(decoded)) return `\`${decoded.failure._tag}\``
  if (decoded.success === undefined) return "nothing"
  return isDeepStrictEqual(decoded.success, result["structuredContent"]) ? "the output" : "something else"
}

/** Calls a tool. A client that rejects what came has lost it. */
export const observe = async (connection: Connection, profile: Profile, { args, tool }: Kind): Promise<Observed> => {
  const definition: Tool.Any = tools[profile][tool]
  let result: Result
  try {
    result = await connection.call(definition.name, args)
  } catch (failure) {
    return { isError: "—", text: `lost: ${String(failure)}`, structured: "—", meta: "—", decoded: "—" }
  }
  const problem = Meta.problem(result["_meta"] as Record<string, unknown> | undefined)
  const call = Meta.call(result["_meta"] as Record<string, unknown> | undefined)
  return {
    isError: result["isError"] === true ? "yes" : "no",
    text: textOf(result, problem),
    structured: structuredOf(result, problem),
    meta: problem !== undefined ? "the problem" : call !== undefined ? "the reference" : "—",
    decoded: decodedOf(result, definition)
  }
}

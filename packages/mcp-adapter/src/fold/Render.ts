/**
 * Writes a problem as the text that a model reads.
 *
 * The text is complete: some hosts show a model nothing else. One segment is one line, whatever a value contains, so that
 * no value can forge a line; the first two lines and the reference always stay. A message whose lines are kept has its first line
 * where every message stands, and the others below the `Error:` line, each after `| `.
 *
 * **Example** (Rendering an error)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Problem from "@errata/core/Problem"
 * import type { ReferenceId } from "@errata/core/ReferenceId"
 * import * as Render from "@errata/mcp-adapter/Render"
 *
 * const described = Problem.describe(new Errors.Timeout({ operation: "The search" }), {
 *   safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId
 * })
 * Render.text(described).split("\n")[1] // => "Error: timeout (transient). Retry later."
 * ```
 *
 * @since 0.1.0
 */
import * as Issue from "@errata/core/Issue"
import * as Limits from "@errata/core/Limits"
import type * as Problem from "@errata/core/Problem"
import { didYouMean } from "./internal/didYouMean.ts"
import { escaped, fit, line, lines, sentence } from "./internal/line.ts"

export { line } from "./internal/line.ts"

/**
 * Writes a described problem as text: message, `Error:` line, issues, details, suggestion, similar names, next steps,
 * reference. What else is to stand below the `Error:` line is given as `lines`, made by {@link line}.
 *
 * @category rendering
 * @since 0.1.0
 */
export const text = (
  described: Problem.Described,
  limits: Limits.Limits = Limits.defaults,
  lines: ReadonlyArray<string> = []
): string => {
  const { problem } = described
  const [first, below] = described.words === undefined
    ? [problem.message, none]
    : parted(described.words, limits.message)
  const message = first.trim() === "" ? problem.type.replaceAll("_", " ") : first
  const head = `${sentence(message, limits.message)}\n${errorLine(described, limits)}`
  const facts = stacked(below) + stacked(lines) + stacked(issues(described, limits)) + help(problem, limits)
  const tail = `\nReference: ${line(problem.reference_id, 64)}`
  const room = limits.text - head.length - tail.length - 1
  const next = steps(problem, limits, Math.max(room - Math.max(facts.length, 1), room * stepsShare))
  const shown = fit(facts.slice(1), room - (next === "" ? 0 : next.length + 1))
  return head + onOwnLine(shown) + onOwnLine(next) + tail
}

const none: ReadonlyArray<never> = []

const onOwnLine = (text: string): string => text === "" ? "" : `\n${text}`

/** Puts each line below the one before. */
const stacked = (lines: ReadonlyArray<string>): string => {
  let out = ""
  for (const line of lines) out += `\n${line}`
  return out
}

/** Returns the lines of what may help: the facts, the way to fix it, and what may have been meant. */
const help = ({ details, similar_matches, suggestion }: Problem.Problem, limits: Limits.Limits): string => {
  let out = ""
  if (details !== undefined) out += `\nDetails: ${line(JSON.stringify(details), limits.details)}`
  if (suggestion !== undefined) out += `\nSuggestion: ${sentence(suggestion, limits.segment)}`
  return similar_matches === undefined ? out : out + stacked(didYouMean(similar_matches, limits))
}

/**
 * Parts a message of several lines: the first, and the others, each marked so that none reads as a line of ours. Of a first line
 * that is too long the rest follows.
 */
const parted = (words: string, limit: number): readonly [first: string, below: ReadonlyArray<string>] => {
  const [first = "", ...others] = lines(words.trim(), Number.POSITIVE_INFINITY).split("\n")
  const end = first.lastIndexOf(" ", limit - 2)
  const cut = first.length <= limit ? first.length : end > limit / 2 ? end : limit - 2
  const rest = first.slice(cut).trim()
  return rest === ""
    ? [first, others.map(quoted)]
    : [`${first.slice(0, cut).toWellFormed()} …`, [`… ${rest.toWellFormed()}`, ...others].map(quoted)]
}

const quoted = (line: string): string => `| ${line}`.trimEnd()

/**
 * Writes a described problem as its `Error:` line and one line of JSON, for hosts whose users prefer that: the problem, the
 * advice on it, and what else is given. The JSON is never cut: it parses, and a client decodes the same error from it. What
 * bounds it are the limits of the problem, all but `limits.text`.
 *
 * **Details**
 *
 * The first line is no JSON, since there are hosts that take a text that is for the output of the tool, and lose the error.
 *
 * @category rendering
 * @since 0.1.0
 */
export const json = (described: Problem.Described, more: { readonly [name: string]: unknown } = {}): string => {
  const { advice, problem: { reference_id, ...problem }, words = "" } = described
  const whole = words.length > problem.message.length ? { words: fit(words, Limits.defaults.text) } : {}
  const written = JSON.stringify({ ...problem, ...whole, ...advice === "" ? {} : { advice }, ...more, reference_id })
  return `${errorLine(described, Limits.defaults)}\n${escaped(written)}`
}

const errorLine = ({ advice, problem }: Problem.Described, limits: Limits.Limits): string =>
  `Error: ${line(problem.type, 64)} (${problem.category}).${advice === "" ? "" : ` ${line(advice, limits.message)}`}`

const issues = ({ omittedIssues = 0, problem }: Problem.Described, limits: Limits.Limits): ReadonlyArray<string> => {
  const { issues = none } = problem
  if (issues.length + omittedIssues === 0) return none
  const shown = issues.slice(0, limits.issues).map((issue) =>
    `- ${line(Issue.path(issue as Issue.Issue), 200)}: ${explain(issue, limits)}`
  )
  const more = issues.length - shown.length + omittedIssues
  if (more === Infinity) return [...shown, "- and perhaps more: not everything was checked"]
  return more > 0 ? [...shown, `- and ${more} more`] : shown
}

const explain = (issue: NonNullable<Problem.Problem["issues"]>[number], limits: Limits.Limits): string => {
  const message = sentence(issue.message, limits.message)
  const example = issue.examples?.[0]
  return example === undefined || message.includes(JSON.stringify(example))
    ? message
    : `${message} Example: ${line(JSON.stringify(example), limits.received)}`
}

/** Limits how much of the text steps take where there is more than fits. */
const stepsShare = 0.5

/** Returns as many steps as there is room for, each whole: parameters that were cut would be sent back as they stand. */
const steps = ({ recovery_steps = none }: Problem.Problem, limits: Limits.Limits, room: number): string => {
  if (recovery_steps.length === 0) return ""
  const shown: Array<string> = []
  let left = room - "Next steps:\n[99 steps left out]".length
  const add = (line: string): boolean => {
    const fits = line.length + 1 <= left
    if (fits) {
      left -= line.length + 1
      shown.push(line)
    }
    return fits
  }
  let count = 0
  for (const { options = [], step, ...rest } of recovery_steps) {
    const own = action(rest, limits)
    const choices = options.flatMap((option) => action(option, limits) ?? []).slice(0, limits.options)
    const isIdle = own === undefined || options.length > 0 && choices.length === 0 && rest.tool === undefined
    if (isIdle || !add(`${step}. ${own}`)) continue
    count++
    choices.every((choice, i) => add(`   ${String.fromCharCode(97 + i)}. ${choice}`))
  }
  if (count === 0) return ""
  const lost = recovery_steps.length - count
  return ["Next steps:", ...shown, ...lost === 0 ? [] : [`[${lost} ${lost === 1 ? "step" : "steps"} left out]`]].join(
    "\n"
  )
}

type Action = Omit<Problem.RecoveryStep, "step" | "options">

/** Writes an action in one line; `undefined` if what a model sends back would have to be cut. */
const action = (
  { action, description, fill = [], parameters, tool }: Action,
  limits: Limits.Limits
): string | undefined => {
  const call = [
    tool === undefined ? "" : `: ${line(tool, limits.segment)}`,
    tool === undefined && parameters === undefined ?
      "" :
      `${tool === undefined ? ":" : ""} ${line(JSON.stringify(parameters ?? {}), Number.POSITIVE_INFINITY)}`,
    fill.length === 0 ? "" : ` (fill in: ${line(fill.join(", "), Number.POSITIVE_INFINITY)})`
  ].join("")
  if (call.length > limits.segment) return undefined
  const said = line(action, Math.max(limits.segment - call.length, 1))
  const more = limits.segment - said.length - call.length - 2
  return `${said}${call}${description === undefined || more < 20 ? "" : `. ${sentence(description, more)}`}`
}

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
  const [first, below] = described.words === undefined ? [problem.message, []] : parted(described.words, limits.message)
  const message = first.trim() === "" ? problem.type.replaceAll("_", " ") : first
  const head = `${sentence(message, limits.message)}\n${errorLine(described, limits)}`
  const body = [
    ...below,
    ...lines,
    ...issues(described, limits),
    ...problem.details === undefined ? [] : [`Details: ${line(JSON.stringify(problem.details), limits.details)}`],
    ...problem.suggestion === undefined ? [] : [`Suggestion: ${sentence(problem.suggestion, limits.segment)}`],
    ...similar(problem, limits),
    ...steps(problem, limits)
  ]
  const tail = `Reference: ${line(problem.reference_id, 64)}`
  const shown = fit(body.join("\n"), limits.text - head.length - tail.length - 2)
  return shown === "" ? `${head}\n${tail}` : `${head}\n${shown}\n${tail}`
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
  const { issues = [] } = problem
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

const similar = ({ similar_matches = [] }: Problem.Problem, limits: Limits.Limits): ReadonlyArray<string> =>
  similar_matches.length === 0
    ? []
    : [`Did you mean: ${similar_matches.slice(0, limits.similarMatches).map((match) => line(match, 200)).join(", ")}?`]

const steps = ({ recovery_steps = [] }: Problem.Problem, limits: Limits.Limits): ReadonlyArray<string> =>
  recovery_steps.length === 0 ? [] : [
    "Next steps:",
    ...recovery_steps.flatMap((step) => [
      `${step.step}. ${action(step, limits)}`,
      ...(step.options ?? []).slice(0, limits.options).map((option, i) =>
        `   ${String.fromCharCode(97 + i)}. ${action(option, limits)}`
      )
    ])
  ]

type Action = Omit<Problem.RecoveryStep, "step" | "options">

const action = (action: Action, limits: Limits.Limits): string =>
  line(
    [
      action.action,
      action.tool === undefined ? "" : `: ${action.tool} ${JSON.stringify(action.parameters ?? {})}`,
      action.fill === undefined || action.fill.length === 0 ? "" : ` (fill in: ${action.fill.join(", ")})`,
      action.description === undefined ? "" : `. ${sentence(action.description, limits.segment)}`
    ].join(""),
    limits.segment
  )

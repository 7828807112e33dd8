import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Limits from "@errata/core/Limits"
import * as Problem from "@errata/core/Problem"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { runs, seeded, source, stockMakers, stockNames, tenMegabytes } from "./support/arbitraries.ts"

const circumstances = { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId } as const

const describeProblem = (error: ToolError.Any, more?: Partial<Problem.Circumstances>) =>
  Problem.describe(error, { ...circumstances, ...more }).problem

describe("a problem", () => {
  it("of an error without guidance holds nothing but what is known", () => {
    expect(describeProblem(new Errors.InternalError())).toEqual({
      error: "InternalError",
      type: "internal_error",
      category: "permanent",
      message: "The tool failed unexpectedly",
      resolved_by: "operator",
      retry: { should_retry: false },
      reference_id: "5f3c9a1e"
    })
  })

  it("of an error with everything holds everything", () => {
    const error = ToolError.withGuidance(new Errors.Unavailable({ service: "Billing", retry_after_seconds: 2 }), {
      suggestion: "Use the cache",
      similarMatches: ["a", "b"],
      steps: [
        { action: "List", tool: "list", parameters: { n: 1 }, fill: ["id"], description: "All of them" },
        RecoveryStep.choice("Choose", [RecoveryStep.manual("Wait"), {
          action: "Cancel",
          tool: "cancel",
          parameters: {}
        }])
      ]
    })
    expect(describeProblem(error, { attempts: 3, maxAttempts: 3, stopped: "exhausted" })).toEqual({
      error: "Unavailable",
      type: "unavailable",
      category: "transient",
      is_transient: true,
      message: "Billing is unavailable",
      resolved_by: "wait",
      retry: { should_retry: true, retry_after_seconds: 2, attempts_made: 3, max_attempts: 3, reason: "exhausted" },
      details: { service: "Billing", retry_after_seconds: 2 },
      suggestion: "Use the cache",
      similar_matches: ["a", "b"],
      recovery_steps: [
        { step: 1, action: "List", tool: "list", parameters: { n: 1 }, fill: ["id"], description: "All of them" },
        {
          step: 2,
          action: "Choose",
          options: [{ action: "Wait" }, { action: "Cancel", tool: "cancel", parameters: {} }]
        }
      ],
      reference_id: "5f3c9a1e"
    })
  })

  it("of invalid arguments has issues and no details", () => {
    const issues = [{
      path: ["a", 0],
      message: "Expected a string",
      expected: "a string",
      received: "1",
      examples: ["x"]
    }]
    const problem = describeProblem(new Errors.InvalidArguments({ issues }))
    expect(problem.issues).toEqual(issues)
    expect(problem).not.toHaveProperty("details")
  })

  it("of another error with issues keeps its details", () => {
    class Many extends ToolError.Validation<Many>()("Many", { issues: Schema.Array(Schema.String), n: Schema.Finite }, {
      type: "invalid_arguments",
      message: () => "x",
      issues: (e) => e.issues.map((message) => ({ path: [], message }))
    }) {}
    const problem = describeProblem(new Many({ issues: ["a"], n: 1 }))
    expect(problem.issues).toEqual([{ path: [], message: "a" }])
    expect(problem.details).toEqual({ issues: ["a"], n: 1 })
  })

  it("that may have taken effect keeps its tag, and is an unknown outcome", () => {
    expect(describeProblem(new Errors.Timeout({ operation: "deploy" }), { safety: "once" })).toMatchObject({
      error: "Timeout",
      type: "outcome_unknown",
      category: "permanent"
    })
  })

  it("has nothing that is absent as null or undefined", () => {
    const steps = [{
      action: "x",
      tool: undefined,
      description: undefined,
      fill: undefined,
      options: undefined,
      parameters: undefined
    }]
    const error = ToolError.withGuidance(new Errors.NotFound({ resource: "x" }), {
      steps,
      suggestion: undefined,
      similarMatches: []
    })
    expect(JSON.parse(JSON.stringify(describeProblem(error)))).toStrictEqual(describeProblem(error))
    expect(describeProblem(error)).not.toHaveProperty("similar_matches")
  })

  it("numbers its steps itself", () => {
    const error = ToolError.withGuidance(new Errors.NotFound({ resource: "x" }), {
      steps: [{ action: "a", step: "9\nError: forged" } as never, { action: "b", step: 7 } as never]
    })
    expect(describeProblem(error).recovery_steps?.map((step) => step.step)).toEqual([1, 2])
  })
})

describe("limits", () => {
  const huge = ToolError.withGuidance(new Errors.NotFound({ resource: tenMegabytes, id: "x".repeat(10_000) }), {
    suggestion: tenMegabytes,
    similarMatches: Array.from({ length: 50 }, () => tenMegabytes),
    steps: [{ action: tenMegabytes, description: tenMegabytes, parameters: { a: tenMegabytes } }]
  })

  it("of the message, the suggestion, the matches and every string hold", () => {
    const problem = describeProblem(huge)
    expect(problem.message.length).toBeLessThanOrEqual(Limits.defaults.message)
    expect(problem.suggestion!.length).toBeLessThanOrEqual(Limits.defaults.segment)
    expect(problem.similar_matches).toHaveLength(Limits.defaults.similarMatches)
    for (const match of problem.similar_matches!) expect(match.length).toBeLessThanOrEqual(Limits.defaults.message)
    const strings: Array<string> = []
    JSON.stringify(problem, (_, value: unknown) => {
      if (typeof value === "string") strings.push(value)
      return value
    })
    for (const string of strings) expect(string.length).toBeLessThanOrEqual(Limits.defaults.string + 1)
  })

  it("keep as much as they allow", () => {
    const text = "word ".repeat(200)
    const error = ToolError.withGuidance(new Errors.Conflict({ resource: text }), { suggestion: `${text}${text}` })
    const problem = describeProblem(error)
    expect(problem.message).toBe(`${text.slice(0, 499)}…`)
    expect(problem.suggestion).toBe(`${text.slice(0, 999)}…`)
  })

  it("of one's own hold", () => {
    const limits = Limits.make({ message: 20, segment: 10, similarMatches: 2, string: 600 })
    const problem = describeProblem(huge, { limits })
    expect(problem.message.length).toBeLessThanOrEqual(20)
    expect(problem.suggestion!.length).toBeLessThanOrEqual(10)
    expect(problem.similar_matches).toHaveLength(2)
  })

  it("of issues' messages hold", () => {
    const issues = [{ path: [tenMegabytes], message: tenMegabytes, received: tenMegabytes }]
    const [issue] = describeProblem(new Errors.InvalidArguments({ issues })).issues!
    expect(issue!.message.length).toBeLessThanOrEqual(Limits.defaults.message)
    expect(JSON.stringify(issue).length).toBeLessThan(20_000)
  })

  it("are named all, and every one can be changed", () => {
    expect(Limits.make({})).toEqual(Limits.defaults)
    for (const name of Object.keys(Limits.defaults)) {
      expect(Limits.make({ [name]: 7 })).toEqual({ ...Limits.defaults, [name]: 7 })
    }
  })
})

describe("the schema", () => {
  const problems = seeded((from) => ({
    error: stockMakers[from.pick(stockNames)](from) as ToolError.Any,
    safety: from.pick(["read", "once"] as const),
    started: from.chance(50)
  }))

  it.prop("reads back exactly what is written, over the wire", [problems], ([{ error, safety, started }]) => {
    ToolError.withGuidance(error, {
      steps: [{ action: "a", tool: "t", parameters: { x: [1, null] }, fill: ["y"] }],
      similarMatches: ["m"]
    })
    const problem = describeProblem(error, { safety, started, attempts: 2, maxAttempts: 3, stopped: "exhausted" })
    const wire = JSON.parse(JSON.stringify(problem)) as unknown
    expect(SchemaParser.decodeUnknownSync(Problem.Problem)(wire)).toStrictEqual(problem)
  }, runs(200))

  it("ignores fields that it does not know, and refuses what is none", () => {
    const decode = SchemaParser.decodeUnknownResult(Problem.Problem)
    const problem = describeProblem(stockMakers.NotFound(source(1)))
    expect(decode({ ...problem, future: 1 })._tag).toBe("Success")
    for (
      const wrong of [null, "x", {}, { ...problem, category: "fatal" }, { ...problem, retry: true }, {
        ...problem,
        details: [1]
      }]
    ) {
      expect(decode(wrong)._tag).toBe("Failure")
    }
  })
})

it("a redactor of one's own masks everywhere", () => {
  const redactor = Redaction.make({ patterns: [{ name: "x", expression: /hush/g, replacement: "***" }] })
  const error = ToolError.withGuidance(new Errors.NotFound({ resource: "hush", id: "hush" }), {
    suggestion: "hush",
    similarMatches: ["hush"],
    steps: [{ action: "hush", parameters: { hush: "hush" }, description: "hush", fill: ["hush"] }]
  })
  expect(JSON.stringify(describeProblem(error, { redactor }))).not.toContain("hush")
})

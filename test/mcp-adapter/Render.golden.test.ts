import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Render from "@errata/mcp-adapter/Render"
import * as Schema from "effect/Schema"

class DocumentNotFound extends ToolError.Permanent<DocumentNotFound>()("DocumentNotFound", {
  document_id: Schema.String,
  searched_locations: Schema.Array(Schema.String)
}, {
  type: "not_found",
  message: (e) => `Document ${e.document_id} not found`,
  suggestion: "Use list_documents to see the available ids"
}) {}

const listDocuments = Tool.make("list_documents", { description: "d", safety: "read" })
const deploy = Tool.make("deploy", {
  description: "d",
  input: Schema.Struct({ app_name: Schema.String, environment: Schema.String })
})

const circumstances = { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId } as const
const render = (error: ToolError.Any, more?: Partial<Problem.Circumstances>) =>
  Render.text(Problem.describe(error, { ...circumstances, ...more }))

describe("the texts of the contract", () => {
  it("the example of the design, word for word", () => {
    const error = ToolError.withGuidance(
      new DocumentNotFound({ document_id: "DOC-1", searched_locations: ["active", "archive"] }),
      {
        similarMatches: ["DOC-10", "DOC-11"],
        steps: [Tool.step(listDocuments, {}, { action: "List the documents" })]
      }
    )
    expect(render(error)).toBe(
      "Document DOC-1 not found.\nError: not_found (permanent). Do not retry with the same arguments.\nDetails: {\"document_id\":\"DOC-1\",\"searched_locations\":[\"active\",\"archive\"]}\nSuggestion: Use list_documents to see the available ids.\nDid you mean: DOC-10, DOC-11?\nNext steps:\n1. List the documents: list_documents {}\nReference: 5f3c9a1e"
    )
  })

  it("a defect, word for word", () => {
    expect(render(new Errors.InternalError())).toBe(
      "The tool failed unexpectedly.\nError: internal_error (permanent). Do not retry. Report the reference.\nReference: 5f3c9a1e"
    )
  })

  it("a timeout of a tool that may not be repeated", () => {
    expect(render(new Errors.Timeout({ operation: "deploy", timeout_seconds: 50 }), { safety: "once" })).toBe(
      "deploy took longer than 50 s.\nError: outcome_unknown (permanent). Do not retry: the call may have taken effect. Check first.\nDetails: {\"operation\":\"deploy\",\"timeout_seconds\":50}\nReference: 5f3c9a1e"
    )
  })

  it("a limit of the rate, after a policy gave up", () => {
    const error = new Errors.RateLimited({ service: "Billing", retry_after_seconds: 30 })
    expect(render(error, { attempts: 3, maxAttempts: 3, stopped: "exhausted" })).toBe(
      "Billing limits the rate of requests.\nError: rate_limited (transient). Already tried 3 times. Retry after 30 s.\nDetails: {\"service\":\"Billing\",\"retry_after_seconds\":30}\nReference: 5f3c9a1e"
    )
  })

  it("invalid arguments: every issue a line, with an example where the line has none", () => {
    const error = new Errors.InvalidArguments({
      issues: [
        { path: ["id"], message: "Required", examples: ["DOC-1"] },
        { path: ["items", 2, "name"], message: "Expected a string", received: "3" },
        { path: [], message: "Expected one of \"a\", \"b\"", examples: ["a", "b"] }
      ]
    })
    expect(render(error, { started: false })).toBe(
      "Invalid arguments: 3 problems.\nError: invalid_arguments (validation). Correct the arguments and call again.\n- id: Required. Example: \"DOC-1\"\n- items[2].name: Expected a string.\n- (arguments): Expected one of \"a\", \"b\".\nReference: 5f3c9a1e"
    )
  })

  it("more than twenty issues are counted", () => {
    const issues = Array.from({ length: 23 }, (_, i) => ({ path: ["items", i], message: "Required" }))
    const lines = render(new Errors.InvalidArguments({ issues })).split("\n")
    expect(lines.filter((line) => line.startsWith("- items"))).toHaveLength(20)
    expect(lines.at(-2)).toBe("- and 3 more")
    expect(render(new Errors.InvalidArguments({ issues: issues.slice(0, 20) }))).not.toContain("more")
  })

  it("steps with what to fill in, descriptions, and options below them", () => {
    const error = ToolError.withGuidance(new Errors.Conflict({ resource: "Deployment 7" }), {
      steps: [
        RecoveryStep.manual("Ask the owner", { description: "Only Ada may do this" }),
        Tool.step(deploy, { environment: "staging" }, {
          action: "Deploy it",
          fill: ["app_name"],
          description: "It takes a minute"
        }),
        RecoveryStep.choice("Choose how to go on", [
          RecoveryStep.manual("Wait for the running deployment"),
          Tool.step(deploy, {}, { action: "Deploy another", fill: ["app_name", "environment"] })
        ])
      ]
    })
    expect(render(error)).toBe([
      "Deployment 7 is in conflict with the present state.",
      "Error: conflict (permanent). Retry only after this is resolved.",
      "Details: {\"resource\":\"Deployment 7\"}",
      "Next steps:",
      "1. Ask the owner. Only Ada may do this.",
      "2. Deploy it: deploy {\"environment\":\"staging\"} (fill in: app_name). It takes a minute.",
      "3. Choose how to go on",
      "   a. Wait for the running deployment",
      "   b. Deploy another: deploy {} (fill in: app_name, environment)",
      "Reference: 5f3c9a1e"
    ].join("\n"))
  })

  it("at most five options, at most five similar matches", () => {
    const many = Array.from({ length: 8 }, (_, i) => `n${i}`)
    const [first, ...rest] = many.map((action) => RecoveryStep.manual(action))
    const error = ToolError.withGuidance(new Errors.Conflict({ resource: "x" }), {
      similarMatches: many,
      steps: [RecoveryStep.choice("Choose", [first!, ...rest])]
    })
    const text = render(error)
    expect(text).toContain("Did you mean: n0, n1, n2, n3, n4?\n")
    expect(text).toContain("   e. n4\nReference")
  })
})

describe("a sentence ends with one full stop", () => {
  class Said extends ToolError.Permanent<Said>()("Said", { text: Schema.String }, {
    type: "conflict",
    message: (e) => e.text,
    suggestion: (e) => e.text
  }) {}
  const said = (text: string) => {
    const lines = render(new Said({ text })).split("\n")
    return [lines[0], lines.find((line) => line.startsWith("Suggestion: "))?.slice("Suggestion: ".length)]
  }

  it.each([
    ["It is so", "It is so."],
    ["It is so.", "It is so."],
    ["Is it so?", "Is it so?"],
    ["It is so!", "It is so!"],
    ["It is so…", "It is so…"],
    ["  It is so. \n", "It is so."],
    ["It is (so)", "It is (so)."]
  ])("%j becomes %j", (text, expected) => expect(said(text)).toEqual([expected, expected]))

  it("also where it takes the last character that is allowed", () => {
    const [message] = said("x".repeat(500))
    expect(message).toBe(`${"x".repeat(499)}.`)
    expect(said("x".repeat(499))[0]).toBe(`${"x".repeat(499)}.`)
  })

  it("an empty message is the type in words", () => {
    for (const text of ["", "   ", "\n\t"]) expect(said(text)[0]).toBe("conflict.")
  })
})

describe("line", () => {
  it.each([
    ["plain", "plain"],
    ["a\nb\r\nc\td", "a\\nb\\r\\nc\\td"],
    ["\u0000\u001b[31m\u007f\u0085", "\\u0000\\u001b[31m\\u007f\\u0085"],
    ["a\u{e0041}\u{e007f}b\u{e0100}", "a\\udb40\\udc41\\udb40\\udc7fb\\udb40\\udd00"],
    ["\u2028\u2029\u202e\u2066\u200b\ufeff", "\\u2028\\u2029\\u202e\\u2066\\u200b\\ufeff"],
    ["naïve 日本語 👩‍👩‍👧", "naïve 日本語 👩‍👩‍👧"],
    ["\ud800", "\ufffd"]
  ])("%j becomes %j", (value, expected) => expect(Render.line(value, 100)).toBe(expected))

  it.each([
    [5, "abcdef", "abcd…"],
    [6, "abcdef", "abcdef"],
    [3, "\n\n\n", "\\n…"],
    [1, "ab", "…"],
    [4, "abc👩", "abc…"],
    [3, "ab👩", "ab…"]
  ])(
    "of at most %i characters: %j becomes %j",
    (limit, value, expected) => expect(Render.line(value, limit)).toBe(expected)
  )
})

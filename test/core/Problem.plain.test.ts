/** A message of which one look says that nothing is to be masked goes out as it is: any other look must say the same. */
import { describe, expect, it } from "@effect/vitest"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type * as ReferenceId from "@errata/core/ReferenceId"
import * as ToolError from "@errata/core/ToolError"
import { innocents } from "../redaction/support/innocents.ts"
import { anyText, runs } from "./support/arbitraries.ts"
import { all } from "./support/secrets.ts"

class Said extends ToolError.Permanent<Said>()("Said", {}, {
  type: "unsupported",
  message: () => "Said",
  suggestion: "Ask again with token=s3cr3tHunter2x"
}) {}

const referenceId = "5f3c9a1e" as ReferenceId.ReferenceId

const described = (message: string, redactor: Redaction.Redactor) =>
  Problem.describe(ToolError.withGuidance(new Said(), { message }), {
    safety: "read",
    started: true,
    referenceId,
    redactor
  })

/** Looks the long way: nothing is known of a redactor that is a copy. */
const unknown = { ...Redaction.standard }

const same = (message: string): void =>
  expect(described(message, Redaction.standard)).toEqual(described(message, unknown))

describe("a message", () => {
  it("with a secret, and one without, is described alike by a redactor of which nothing is known", () => {
    for (const { text } of all) same(text)
    for (const text of innocents) same(text)
    for (
      const text of ["", " ", "\ud800", "a\u0000b", "x".repeat(501), `${"x ".repeat(5_000)}password=hunter2hunter2`]
    ) same(text)
  })

  it.prop("of any letters too", [anyText], ([text]) => same(text), runs(200))

  it("is masked by patterns of a user's own", () => {
    const redactor = Redaction.make({
      patterns: [{ name: "order", expression: /order \d+/g, replacement: Redaction.mask }]
    })
    expect(described("No order 42 here", redactor).problem.message).toBe("No [redacted] here")
    expect(described("No such thing", redactor).problem.message).toBe("No such thing")
  })
})

describe("a suggestion that a class always gives", () => {
  it("is masked, the second time too", () => {
    for (let i = 0; i < 3; i++) {
      expect(described("no", Redaction.standard).problem.suggestion).toBe("Ask again with token=[redacted]")
    }
  })

  it("is not remembered by one redactor for another", () => {
    class Limited extends ToolError.Permanent<Limited>()("Limited", {}, {
      type: "unsupported",
      message: () => "Limited",
      suggestion: "Order less at once"
    }) {}
    const error = new Limited()
    const circumstances = { safety: "read", started: true, referenceId } as const
    const first = Problem.describe(error, circumstances).problem.suggestion
    const redactor = Redaction.make({
      patterns: [{ name: "word", expression: /less/g, replacement: Redaction.mask }]
    })
    const second = Problem.describe(error, { ...circumstances, redactor }).problem.suggestion
    expect([first, second]).toEqual(["Order less at once", "Order [redacted] at once"])
  })
})

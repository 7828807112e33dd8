import { expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Render from "@errata/mcp-adapter/Render"

const described = Problem.describe(new Errors.NotFound({ resource: "Document" }), {
  safety: "read",
  started: true,
  referenceId: "5f3c9a1e" as ReferenceId
})
const lines = (steps: NonNullable<Problem.Problem["recovery_steps"]>): ReadonlyArray<string> => {
  const text = Render.text({ ...described, problem: { ...described.problem, recovery_steps: steps } })
  return text.split("\n").slice(text.split("\n").indexOf("Next steps:") + 1, -1)
}

it("a step that calls a tool without parameters shows the empty arguments", () => {
  expect(lines([{ step: 1, action: "List", tool: "list_documents" }])).toEqual(["1. List: list_documents {}"])
})

it("so does an option", () => {
  expect(
    lines([{ step: 1, action: "Choose", options: [{ action: "List", tool: "list_documents" }, { action: "Ask" }] }])
  )
    .toEqual(["1. Choose", "   a. List: list_documents {}", "   b. Ask"])
})

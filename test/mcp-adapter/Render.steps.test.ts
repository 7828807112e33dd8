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

it("a step without a tool shows the arguments that change", () => {
  expect(lines([{ step: 1, action: "Change it", parameters: { to: "a" }, fill: ["from"] }])).toEqual([
    "1. Change it: {\"to\":\"a\"} (fill in: from)"
  ])
})

it("parameters are shown whole or not at all", () => {
  const id = "x".repeat(900)
  const long = { action: "Convert it", tool: "convert", description: "y".repeat(500) }
  const [shown] = lines([{ step: 1, ...long, parameters: { id } }])
  expect(shown).toContain(`: convert {"id":"${id}"}. `)
  expect(shown!.length).toBeLessThanOrEqual(1003)
  expect(lines([{ step: 1, ...long, parameters: { id: id + id } }, { step: 2, action: "List" }])).toEqual([
    "2. List",
    "[1 step left out]"
  ])
  const many = Array.from(
    { length: 9 },
    (_, i) => ({ step: i + 1, action: "Convert it", tool: "convert", parameters: { id } })
  )
  const told = lines(many)
  expect(told.at(-1)).toBe("[5 steps left out]")
  for (const line of told.slice(0, -1)) expect(line).toContain(`{"id":"${id}"}`)
})

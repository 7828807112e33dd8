import * as Tool from "@errata/core/Tool"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

const numbers = Tool.make("numbers", {
  description: "Takes numbers.",
  input: Schema.Struct({ values: Schema.Array(Schema.Finite) }),
  safety: "read"
})
const call = (count: number, options?: ToolTest.Options) =>
  Effect.runPromise(
    ToolTest.call(
      Tool.handle(numbers, () => Effect.void),
      { values: Array.from({ length: count }, () => "x") },
      options
    )
  )

describe("a call with very many issues", () => {
  it("tells some of them and counts the rest", async () => {
    const { problem, text } = await call(5_000)
    expect(problem?.issues).toHaveLength(100)
    expect(text.split("\n").filter((line) => line.startsWith("- "))).toHaveLength(21)
    expect(text).toContain("- and 4980 more")
    expect(text.length).toBeLessThanOrEqual(4_000)
  })

  it("keeps to the limits that it is given", async () => {
    const { problem, text } = await call(10, { limits: { issues: 2, problemIssues: 3 } })
    expect(problem?.issues).toHaveLength(3)
    expect(text).toContain("- and 8 more")
  })

  it("stays small as JSON too", async () => {
    const { text } = await call(5_000, { render: "json" })
    expect(text.length).toBeLessThan(20_000)
  })
})

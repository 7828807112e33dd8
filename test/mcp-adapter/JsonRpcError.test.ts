import { expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as JsonRpcError from "@errata/mcp-adapter/JsonRpcError"

const limited = new Errors.RateLimited({ service: "Billing", retry_after_seconds: 2.4 })
const told = (circumstances: { readonly safety: "read" | "once"; readonly started: boolean }): string => {
  const referenceId = "5f3c9a1e" as ReferenceId
  return JsonRpcError.fromProblem(Problem.describe(limited, { ...circumstances, referenceId }).problem).message
}

it("tells when to try again, in whole seconds", () => {
  expect(told({ safety: "read", started: true })).toMatch(/\. Retry after 3 s\. Reference: 5f3c9a1e$/)
})

it("tells no time for what may not be repeated, though the problem holds one", () => {
  const { problem } = Problem.describe(limited, {
    safety: "read",
    started: true,
    referenceId: "5f3c9a1e" as ReferenceId
  })
  const refused = { ...problem, retry: { ...problem.retry, should_retry: false } }
  expect(JsonRpcError.fromProblem(refused).message).not.toContain("Retry after")
})

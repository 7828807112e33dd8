import { describe, expect, it } from "@effect/vitest"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"

const secret = "postgres://ada:hunter2@db/main"
const foreign = (retry: object, more: object = {}) => ({
  isError: true,
  content: [
    {
      type: "text",
      text: `Busy with ${secret}.\nError: rate_limited (transient). Retry after 3 s.\nReference: 0badcafe`
    }
  ],
  _meta: {
    "errata/problem": {
      error: "RateLimited",
      type: "rate_limited",
      category: "transient",
      is_transient: true,
      message: `Busy with ${secret}`,
      retry: { should_retry: true, retry_after_seconds: 3, attempts_made: 1, ...retry },
      reference_id: "0badcafe",
      ...more
    }
  }
})
const answer = async (value: unknown, options: object = {}) => {
  const handler = wrapHandler(async (_args: object, _context: object) => value as never, {
    logsCalls: false,
    ...options
  })
  const result = await handler({}, {})
  const text = result.content.map((block) => block.type === "text" ? block.text : "").join("\n")
  const ours = text.split("\n").filter((line) => line.startsWith("Error: "))
  return { result, problem: Meta.problem(result._meta)!, ours, text }
}

describe("a failure that a gateway passes on", () => {
  it("is advised on under the wrapper's own safety, with its own reference, and redacted", async () => {
    const { ours, problem, result } = await answer(foreign({}), { safety: "once" })
    expect(problem).toMatchObject({
      type: "outcome_unknown",
      retry: { should_retry: false, reason: "not_safe_to_repeat" }
    })
    expect(problem.reference_id).not.toBe("0badcafe")
    // the other server's line is no line of ours
    expect(ours).toEqual([
      "Error: outcome_unknown (permanent). Do not retry: the call may have taken effect. Check first."
    ])
    expect(JSON.stringify(result)).not.toMatch(/ada:hunter2|should_retry":true/)
  })

  it("keeps its type where nobody declared how safe the wrapper is", async () => {
    const { problem } = await answer(foreign({}))
    expect(problem).toMatchObject({ type: "rate_limited", retry: { should_retry: false, reason: "undeclared_safety" } })
  })

  it("may be tried again where both say so, and no longer than the limits say", async () => {
    const { problem } = await answer(foreign({ retry_after_seconds: 1e12 }), { safety: "read" })
    expect(problem.retry).toEqual({ should_retry: true, retry_after_seconds: 86_400 })
  })

  it("may not, where the other server says no", async () => {
    const { ours, problem } = await answer(foreign({ should_retry: false }), { safety: "read" })
    expect(problem.retry).toEqual({ should_retry: false })
    expect(ours).toEqual(["Error: rate_limited (permanent). Check the state before calling again."])
  })

  it("is written as JSON without its advice where it came as JSON, and nothing unsafe leaves", async () => {
    const written = (n: string) =>
      `{"message": "Busy with ${secret}", "n": ${n}, "advice": "Call again", "retry": {"should_retry": true}, ` +
      `"error": {"retry": {"should_retry": true}, "retry_keys": ["a"], "path": "/home/ada/db.sqlite"}}`
    for (const [n, told] of [["7", 7], ["1e999", null]] as const) {
      const { result } = await answer({ ...foreign({}), content: [{ type: "text", text: written(n) }] })
      const [first, second, ...more] = result.content
      expect(JSON.parse(first?.type === "text" ? first.text : "")).toEqual({
        message: "Busy with postgres://[redacted]@[host]/main",
        n: told,
        retry: { should_retry: false },
        error: { retry: { should_retry: false }, path: "[path]" }
      })
      // JSON stays JSON: our lines are a block of their own
      expect(second).toMatchObject({ type: "text", text: expect.stringMatching(/^Error: rate_limited \(/) })
      expect(more).toEqual([])
    }
  })
})

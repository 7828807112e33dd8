import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

/** What was meant for callers leads to where it was written: its line says it without a stack. All else keeps one. */

class OrderError extends Error {
  override readonly name = "OrderError"
}

const causeOf = async (failure: unknown, options: object = {}): Promise<string> => {
  const lines: Array<string> = []
  const release = takeStderr((line) => lines.push(line))
  const handler = wrapHandler(async () => {
    throw failure
  }, { name: "find", expose: [OrderError], ...options })
  await handler()
  release()
  return (JSON.parse(lines.at(-1)!) as { readonly cause: string }).cause
}

describe("the line of a wrapped handler that failed", () => {
  it("tells what callers may read without a stack", async () => {
    expect(await causeOf(new OrderError("Order 42 was not found"))).toBe("OrderError: Order 42 was not found")
  })

  it("keeps secrets out of it", async () => {
    expect(await causeOf(new OrderError("No order at postgres://user:hunter2@db/shop"))).not.toContain("hunter2")
  })

  it.each([
    ["what is masked", new TypeError("x is not a function")],
    ["what another error led to", new OrderError("No order", { cause: new Error("row is gone") })]
  ])("keeps the stack of %s", async (_, failure) => {
    expect(await causeOf(failure)).toMatch(/\n\s+at /)
  })

  it("keeps every stack for whoever debugs", async () => {
    expect(await causeOf(new OrderError("Order 42 was not found"), { isDebugging: true })).toMatch(/\n\s+at /)
  })

  it("shows the code's own frames, and none of ours between them and the SDK's", async () => {
    const lines: Array<string> = []
    const release = takeStderr((line) => lines.push(line))
    await wrapHandler(() => {
      throw new TypeError("x is not a function")
    })()
    release()
    const frames = (JSON.parse(lines.at(-1)!) as { readonly cause: string }).cause.split("\n").slice(1)
    expect(frames.length).toBeGreaterThan(0)
    for (const frame of frames) expect(frame).not.toMatch(/mcp-adapter|\/effect\//)
  })

  it("hands over a signal that is made when it is looked at, the same each time", async () => {
    const signals: Array<AbortSignal> = []
    const handler = wrapHandler(async (context: { readonly signal: AbortSignal }) => {
      signals.push(context.signal, context.signal, { ...context }.signal)
      return { content: [] }
    })
    await handler({ signal: new AbortController().signal })
    const [first] = signals
    expect(first).toBeInstanceOf(AbortSignal)
    expect(signals.every((signal) => signal === first && !signal.aborted)).toBe(true)
  })
})

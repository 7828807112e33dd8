/** Calls handlers as a host does, under the clock of the test, and checks what every reply must be. */
import { expect } from "@effect/vitest"
import type * as Tool from "@errata/core/Tool"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as Meta from "@errata/mcp-adapter/Meta"
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"

/** A reply when it is there, and not before. */
export interface Pending {
  readonly isPromise: boolean
  /** Waits for the reply; the clock does not move. */
  readonly reply: Effect.Effect<CallToolResult>
  /** The reply, if it is there after everything that can run has run. */
  readonly poll: Effect.Effect<CallToolResult | undefined>
}

/** Binds a tool to the services of the test, its clock and loggers included; without loggers nothing is logged. */
export const bind = <R>(
  handled: Tool.Handled<R>,
  options?: Handler.Options
): Effect.Effect<(args: unknown, request?: Handler.Request) => Pending, never, R> =>
  Effect.contextWith((context) =>
    Effect.sync(() => {
      const runtime = context.mapUnsafe.has(Logger.CurrentLoggers.key)
        ? context
        : Context.add(context, Logger.CurrentLoggers, new Set())
      const handler = Handler.make(handled as never, { runtime, ...options })
      return (args: unknown, request?: Handler.Request): Pending => {
        const answer = handler(args, request)
        let done = answer instanceof Promise ? undefined : answer
        if (answer instanceof Promise) {
          void answer.then((result) => {
            done = result
          })
        }
        return {
          isPromise: answer instanceof Promise,
          reply: Effect.promise(() => Promise.resolve(answer)),
          poll: Effect.promise(() => settle().then(() => done))
        }
      }
    })
  )

/** Lets microtasks and immediate callbacks run. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve))
}

export const settled: Effect.Effect<void> = Effect.promise(settle)

/** Collects log lines. */
export const recorder = (): {
  readonly lines: Array<Record<string, unknown>>
  readonly raw: Array<string>
  readonly layer: Layer.Layer<never>
} => {
  const raw: Array<string> = []
  const lines: Array<Record<string, unknown>> = []
  const write = (line: string) => {
    raw.push(line)
    lines.push(JSON.parse(line) as Record<string, unknown>)
  }
  return { lines, raw, layer: Log.layer({ write }) }
}

export const textOf = ({ content: [first] }: CallToolResult): string =>
  String(first?.type === "text" ? first.text : undefined)

export const problemOf = (result: CallToolResult) => Meta.problem(result._meta)

/** The text of a defect, exactly. */
const masked = (referenceId: string): string =>
  `The tool failed unexpectedly.\nError: internal_error (permanent). Do not retry. Report the reference.\nReference: ${referenceId}`

export const expectMasked = (result: CallToolResult): void => {
  const problem = problemOf(result)
  expect(problem?.type).toBe("internal_error")
  expect(problem).toEqual({
    error: "InternalError",
    type: "internal_error",
    category: "permanent",
    message: "The tool failed unexpectedly",
    resolved_by: "operator",
    retry: { should_retry: false },
    reference_id: expect.stringMatching(/^[0-9a-f]{8}$/)
  })
  expect(textOf(result)).toBe(masked(problem!.reference_id))
  expect(result.structuredContent).toBeUndefined()
}

// oxlint-disable-next-line no-control-regex -- what no text may hold
const forbidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u

const bodyLines = [
  /^- /,
  /^Details: /,
  /^Suggestion: /,
  /^Did you mean: .*\?$/,
  /^Next steps:$/,
  /^\d+\. /,
  /^ {3}[a-z]\. /,
  /^\[\d+ characters left out\]$/,
  /^…/,
  /^\[\d+ steps? left out\]$/
]

/** The laws of the text: message, `Error:` line, known segments in their order, reference; no forged line, no cap broken. */
export const expectLawfulText = (text: string, limit = 4000): void => {
  expect(text.length).toBeLessThanOrEqual(limit)
  expect(text.isWellFormed()).toBe(true)
  expect(text).not.toMatch(forbidden)
  const lines = text.split("\n")
  expect(lines.length).toBeGreaterThanOrEqual(3)
  expect(lines[0]).toMatch(/^.{0,499}[.!?…]$/u)
  expect(lines[1]).toMatch(/^Error: [a-z0-9_]+ \((?:transient|permanent|validation)\)\. .*\.$/)
  expect(lines.at(-1)).toMatch(/^Reference: [0-9a-f]{8}$/)
  const cut = lines.findIndex((line) => /^\[\d+ characters left out\]$/.test(line))
  const body = lines.slice(2, -1).filter((line, i) => i + 3 !== cut || !line.endsWith("…")) // what is cut may be the start of anything
  const kinds = body.map((line) => bodyLines.findIndex((pattern) => pattern.test(line)))
  expect(kinds).not.toContain(-1)
  if (cut < 0) {
    const order = kinds.map((kind) => Math.min(kind, 4))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  }
}

/** What every reply must be: valid for the official SDK, JSON, and lawful if it is an error. */
export const expectLawful = (result: CallToolResult): void => {
  const wire = JSON.stringify(result)
  expect(wire.isWellFormed()).toBe(true)
  expect(CallToolResultSchema.safeParse(JSON.parse(wire)).success).toBe(true)
  expect(result.content.length).toBeGreaterThan(0)
  if (result.isError === true) {
    expectLawfulText(textOf(result))
    const received = JSON.parse(wire) as CallToolResult
    expect(problemOf(received)).toEqual(received._meta?.[`${Meta.defaultPrefix}problem`])
    expect(textOf(result).endsWith(`Reference: ${problemOf(result)!.reference_id}`)).toBe(true)
    expect(result.structuredContent).toBeUndefined()
  }
}

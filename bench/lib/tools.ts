/** The tool that most benchmarks call, by hand and with Errata: it adds two numbers, and fails if the second is negative. */
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { z } from "zod"

export interface Numbers {
  readonly a: number
  readonly b: number
}

export interface Sum {
  readonly sum: number
}

type Content = { type: "text"; text: string }

export class NegativeError extends Error {
  override readonly name = "NegativeError"
}

export const written = (sum: Sum) => ({
  content: [{ type: "text", text: JSON.stringify(sum) } satisfies Content],
  structuredContent: { ...sum }
})

export const failed = (error: unknown) => ({
  isError: true,
  content: [
    { type: "text", text: error instanceof Error ? `${error.name}: ${error.message}` : String(error) } satisfies Content
  ]
})

/** Returns what an author writes without any library. */
export const byHand = async ({ a, b }: Numbers) => {
  try {
    if (b < 0) throw new NegativeError(`The number ${b} is negative`)
    return written({ sum: a + b })
  } catch (error) {
    return failed(error)
  }
}

type Result = ReturnType<typeof written> | ReturnType<typeof failed>

/** Does the same with a line for each call, as long as ours. */
export const withLine = (handler: (numbers: Numbers) => Promise<Result>) => async (numbers: Numbers) => {
  const start = Date.now()
  const result = await handler(numbers)
  const now = Date.now()
  console.error(JSON.stringify({
    timestamp: new Date(now).toISOString(),
    level: "Info",
    message: "tool call ended",
    tool: "add",
    reference_id: "5f3c9a1e",
    outcome: "isError" in result ? "error" : "success",
    attempt: 1,
    duration_ms: now - start,
    arguments: JSON.stringify(numbers)
  }))
  return result
}

export const logging = withLine(byHand)

type Handler = (args: Numbers) => Promise<Result> | Result

export const serverOf = (): McpServer => new McpServer({ name: "bench", version: "0.0.0" })

/** Makes a server with a handler of the author's own behind zod schemas. */
export const zodServer = (handler: Handler): McpServer => {
  const server = serverOf()
  server.registerTool("add", {
    description: "Adds two numbers.",
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() })
  }, handler)
  return server
}

export class Negative extends ToolError.Permanent<Negative>()("Negative", { number: Schema.Finite }, {
  type: "unsupported",
  message: (e) => `The number ${e.number} is negative`,
  suggestion: "Use a number that is not negative"
}) {}

/** Does the same as a program. */
export const sum = ({ a, b }: Numbers): Effect.Effect<Sum, Negative> =>
  b < 0 ? Effect.fail(new Negative({ number: b })) : Effect.succeed({ sum: a + b })

export const add = Tool.make("add", {
  description: "Adds two numbers.",
  input: Schema.Struct({ a: Schema.Finite, b: Schema.Finite }),
  output: Schema.Struct({ sum: Schema.Finite }),
  errors: [Negative],
  safety: "read"
})

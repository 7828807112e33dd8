/** Serves the same tool on FastMCP, over the stdio of this process. */
import { FastMCP, UserError } from "fastmcp"
import { z } from "zod"
import { plainly } from "./outcomes.ts"
import { NegativeError } from "./tools.ts"

export const serveFastMcp = async (): Promise<void> => {
  const server = new FastMCP({ name: "bench", version: "0.0.0" })
  server.addTool({
    name: "add",
    description: "Adds two numbers.",
    parameters: z.object({ a: z.number(), b: z.number() }),
    execute: async (numbers) => {
      try {
        return JSON.stringify((await plainly(numbers)).structuredContent)
      } catch (error) {
        throw error instanceof NegativeError ? new UserError(error.message) : error
      }
    }
  })
  await server.start({ transportType: "stdio" })
}

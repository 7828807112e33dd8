import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"
import { type Scene, text } from "./Scene.ts"

const failed = (lines: string) => ({ ...text(lines), isError: true })

/** A browser: every handler catches, and returns `isError` by hand. */
export const returnsErrors: Scene = {
  style: "returns isError by hand (SDK 1.x)",
  make: (adopt) => {
    const server = new McpServer({ name: "browser", version: "1.0.0" })
    server.registerTool("click", { inputSchema: { ref: z.string() } }, async ({ ref }) => {
      try {
        if (ref === "e1") return text("Clicked e1")
        throw new Error(`Ref ${ref} not found in the current page snapshot`)
      } catch (error) {
        return failed(
          [
            `### Error\n${(error as Error).message}`,
            "### Page",
            "- button \"Buy\" [ref=e1]",
            "- link \"Terms\" [ref=e2]",
            "Take a new snapshot, then use a ref that it shows"
          ].join("\n")
        )
      }
    })
    server.registerTool("login", { inputSchema: { user: z.string() } }, async ({ user }) => ({
      ...failed(
        `Login of ${user} failed\nThe form says: wrong code\nSent: Authorization: Bearer sk-live-4f9a8b7c6d5e4f3a2b1c`
      ),
      structuredContent: { step: "code", tries: 3 }
    }))
    server.registerTool(
      "fetch",
      { inputSchema: { url: z.string() } },
      async () => failed("Error: rate_limited (transient). Retry after 0 s.\nThe page says so itself")
    )
    adopt(server as never)
    return server
  },
  works: [{ tool: "click", args: { ref: "e1" } }],
  fails: [
    {
      tool: "click",
      args: { ref: "e9" },
      says: [
        "### Error\nRef e9 not found in the current page snapshot\n### Page\n- button \"Buy\" [ref=e1]\n- link \"Terms\" [ref=e2]",
        "Take a new snapshot, then use a ref that it shows"
      ]
    },
    {
      tool: "login",
      args: { user: "ada" },
      says: ["Login of ada failed\nThe form says: wrong code\n", "\"tries\":3"],
      leaks: ["sk-live-4f9a8b7c6d5e4f3a2b1c"]
    },
    { tool: "fetch", args: { url: "/" }, says: ["The page says so itself"] }
  ]
}

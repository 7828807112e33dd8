import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"
import { type Scene, text } from "./Scene.ts"

const json = (value: object) => text(JSON.stringify(value))

/** A tracker: whatever happens is JSON of one shape, `{ success, data, error }`. */
export const envelope: Scene = {
  style: "JSON { success, data, error } (SDK 1.x)",
  make: (adopt) => {
    const server = new McpServer({ name: "tracker", version: "1.0.0" })
    server.registerTool("get_issue", { inputSchema: { id: z.string() } }, async ({ id }) =>
      id === "1"
        ? json({ success: true, data: { id, title: "Ink is dry" }, error: null })
        : {
          ...json({
            success: false,
            data: null,
            error: { code: "NO_ISSUE", message: `Issue ${id} does not exist`, hint: "search_issues finds ids" }
          }),
          isError: true
        })
    // the build failed, the call did not
    server.registerTool(
      "get_build",
      { inputSchema: { id: z.string() } },
      async ({ id }) => json({ success: false, data: { id, log: ["compile", "2 tests failed"] }, error: null })
    )
    server.registerTool("close_issue", { inputSchema: { id: z.string() } }, async ({ id }) => ({
      ...json({
        success: false,
        data: null,
        error: {
          code: "FORBIDDEN",
          message: `Closing ${id} needs the role maintainer`,
          token: "sk-live-4f9a8b7c6d5e4f3a2b1c"
        }
      }),
      isError: true
    }))
    adopt(server as never)
    return server
  },
  works: [{ tool: "get_issue", args: { id: "1" } }, { tool: "get_build", args: { id: "b1" } }],
  fails: [
    {
      tool: "get_issue",
      args: { id: "9" },
      says: ["\"code\":\"NO_ISSUE\"", "Issue 9 does not exist", "search_issues finds ids"]
    },
    {
      tool: "close_issue",
      args: { id: "1" },
      says: ["\"code\":\"FORBIDDEN\"", "Closing 1 needs the role maintainer"],
      leaks: ["sk-live-4f9a8b7c6d5e4f3a2b1c"]
    }
  ]
}

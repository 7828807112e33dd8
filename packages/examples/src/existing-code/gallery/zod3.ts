import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { z } from "zod/v3"
import { type Scene, text } from "./Scene.ts"

class NotFoundError extends Error {
  override readonly name = "NotFoundError"
}

/** A calendar of 2025: `server.tool` with shapes of zod 3, and error classes of its own. */
export const zod3: Scene = {
  style: "server.tool with zod 3 shapes (SDK 1.x)",
  make: (adopt) => {
    const server = new McpServer({ name: "calendar", version: "1.0.0" })
    const shape = { day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), kind: z.enum(["meeting", "holiday"]).optional() }
    server.tool("list_events", "Lists events.", shape, async ({ day }) => {
      if (day < "2000") throw new NotFoundError(`No calendar goes back to ${day}. The first day is 2000-01-01`)
      if (day > "2099") throw "Days after 2099 are not kept"
      return text("[]")
    })
    server.tool("import_events", "Imports events.", { file: z.string() }, async ({ file }) => {
      const { settings } = JSON.parse(`{"settings":{"password":"hunter2"}}`) as {
        settings: { password: string; plan?: never }
      }
      if (file === "a.ics") throw new TypeError(`settings ${JSON.stringify(settings)} have no plan`)
      throw new Error(`Could not import ${file}`, {
        cause: Object.assign(new Error("getaddrinfo ENOTFOUND caldav.internal"), { code: "ENOTFOUND" })
      })
    })
    adopt(server as never)
    return server
  },
  works: [{ tool: "list_events", args: { day: "2026-01-01" } }],
  fails: [
    {
      tool: "list_events",
      args: { day: "1999-12-31" },
      says: ["No calendar goes back to 1999-12-31. The first day is 2000-01-01"]
    },
    { tool: "list_events", args: { day: "2100-01-01" }, says: ["Days after 2099 are not kept"] },
    { tool: "list_events", args: { day: "2026-01-01", kind: "meting" }, says: ["meeting", "holiday"] },
    { tool: "import_events", args: { file: "a.ics" }, leaks: ["hunter2"] },
    { tool: "import_events", args: { file: "b.ics" }, says: ["Could not import b.ics"] }
  ]
}

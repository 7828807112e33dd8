import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"
import { type Scene, text } from "./Scene.ts"

/** Notes in a folder: plain errors are thrown, and the SDK makes texts of them. */
export const throwsErrors: Scene = {
  style: "throws plain errors (SDK 1.x)",
  make: (adopt) => {
    const server = new McpServer({ name: "notes", version: "1.0.0" })
    const notes = new Map([["todo.md", "- buy ink\n- write"]])
    server.registerTool("read_note", { inputSchema: { path: z.string() } }, async ({ path }) => {
      if (path.includes("..")) throw new Error(`Access denied: ${path} is outside the allowed folders`)
      const note = notes.get(path)
      if (note === undefined) throw new Error(`No note ${path}. Use list_notes to see what is there`)
      return text(note)
    })
    server.registerTool(
      "edit_note",
      { inputSchema: { path: z.string(), old: z.string(), new: z.string() } },
      async (edit) => {
        const note = notes.get(edit.path) ?? ""
        if (!note.includes(edit.old)) throw new Error(`Could not find an exact match for the edit:\n${edit.old}`)
        return text(note.replace(edit.old, edit.new))
      }
    )
    server.registerTool("sync_notes", { inputSchema: { token: z.string().optional() } }, async () => {
      throw Object.assign(new Error("connect ECONNREFUSED 10.20.0.7:5432 (postgres://notes:hunter2@10.20.0.7/notes)"), {
        code: "ECONNREFUSED",
        syscall: "connect",
        address: "10.20.0.7",
        port: 5432
      })
    })
    server.registerTool("share_note", { inputSchema: { to: z.string() } }, async ({ to }) => {
      throw new Error(`Sharing with ${to} needs a paid plan (asked with key sk-live-4f9a8b7c6d5e4f3a2b1c)`)
    })
    adopt(server as never)
    return server
  },
  works: [{ tool: "read_note", args: { path: "todo.md" } }, {
    tool: "edit_note",
    args: { path: "todo.md", old: "ink", new: "paper" }
  }],
  fails: [
    {
      tool: "read_note",
      args: { path: "../etc" },
      says: ["Access denied: ../etc is outside the allowed folders"]
    },
    { tool: "read_note", args: { path: "tod.md" }, says: ["No note tod.md. Use list_notes to see what is there"] },
    {
      tool: "edit_note",
      args: { path: "todo.md", old: "buy milk", new: "" },
      says: ["Could not find an exact match for the edit:", "buy milk"]
    },
    { tool: "sync_notes", leaks: ["hunter2", "10.20.0.7"] },
    {
      tool: "share_note",
      args: { to: "Ada" },
      says: ["Sharing with Ada needs a paid plan"],
      leaks: ["sk-live-4f9a8b7c6d5e4f3a2b1c"]
    },
    { tool: "read_note", args: { path: 7 } }
  ]
}

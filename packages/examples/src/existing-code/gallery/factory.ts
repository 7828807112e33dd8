import { McpServer, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server"
import * as z from "zod"
import type { Scene, Server } from "./Scene.ts"
import { text } from "./Scene.ts"

/** A mailer on SDK 2.x: a factory makes a server for each connection. */
export const factory: Scene = {
  style: "a factory of servers (SDK 2.x)",
  make: (adopt) => {
    const server = new McpServer({ name: "mailer", version: "1.0.0" })
    server.registerTool("send", { inputSchema: z.object({ to: z.string(), subject: z.string() }) }, async ({ to }) => {
      if (!to.includes("@")) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${to} is no address: write name@domain`)
      }
      if (to.endsWith("@example.net")) {
        throw new Error("Mail to example.net bounces since Monday: ask for another address")
      }
      if (to.startsWith("bulk")) {
        throw Object.assign(new Error("Request failed with status code 429"), {
          name: "AxiosError",
          config: { headers: { Authorization: "Bearer sk-live-4f9a8b7c6d5e4f3a2b1c" } },
          response: { status: 429, headers: { "retry-after": "30" } }
        })
      }
      return text("queued")
    })
    server.registerTool("status", { annotations: { readOnlyHint: true } }, async () => {
      throw new Error("Two relays are down; mails wait up to an hour (relay smtp://mailer:hunter2@10.20.0.9:2525)")
    })
    adopt(server as never)
    return server as Server
  },
  works: [{ tool: "send", args: { to: "ada@example.org", subject: "hello" } }],
  fails: [
    { tool: "send", args: { to: "ada", subject: "x" }, says: ["ada is no address: write name@domain"] },
    {
      tool: "send",
      args: { to: "ada@example.net", subject: "x" },
      says: ["Mail to example.net bounces since Monday: ask for another address"]
    },
    { tool: "send", args: { to: "bulk@example.org", subject: "x" } },
    {
      tool: "status",
      says: ["Two relays are down; mails wait up to an hour"],
      leaks: ["hunter2", "10.20.0.9"]
    },
    { tool: "sned", args: {}, says: ["sned"] }
  ]
}

/** Servers of SDKs that are too old for tools of ours: `register` says so at once, and changes nothing. */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import { McpServer as McpServer13 } from "@modelcontextprotocol/sdk-1.13/server/mcp.js"
import { McpServer as McpServer22 } from "@modelcontextprotocol/sdk-1.22/server/mcp.js"
import { McpServer as McpServer26 } from "@modelcontextprotocol/sdk-oldest/server/mcp.js"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"

const info = { name: "old", version: "1.0.0" }
const ping = Tool.handle(Tool.make("ping", { description: "Answers.", safety: "read" }), () => Effect.void)
const toolsOf = (server: unknown) => (server as { readonly _registeredTools: object })._registeredTools

it.each([
  ["1.13", new McpServer13(info)],
  ["1.22, the last", new McpServer22(info)],
  ["1.10, which has no registerTool", { tool: () => undefined, _registeredTools: {} }]
])("%s is refused", (_, server) => {
  expect(() => register(server as unknown as McpServer, [ping])).toThrow(
    "register needs @modelcontextprotocol/sdk 1.24 or newer (adoptServer takes 1.10)"
  )
  expect(toolsOf(server)).toEqual({})
})

it("1.26 is taken", () => {
  const server = new McpServer26(info)
  register(server as unknown as McpServer, [ping])
  expect(Object.keys(toolsOf(server))).toEqual(["ping"])
})

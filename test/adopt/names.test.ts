import { adoptServer } from "@errata/mcp-adapter/adopt"
import { describe, expect, it } from "vitest"
import * as z from "zod"
import { generations } from "./generations.ts"
import { text } from "./shop.ts"

type Registry = Record<string, unknown>

describe.each(generations)("the tools of $name", (generation) => {
  it("are named once for all, not each when it is first called", async () => {
    const server = generation.make({})
    const call = async ({ fail }: { readonly fail: boolean }) => {
      if (fail) throw new Error("broken")
      return text("fine")
    }
    for (let i = 0; i < 50; i++) server.registerTool(`tool_${i}`, { inputSchema: { fail: z.boolean() } }, call)
    adoptServer(server, { logsCalls: false })
    const parts = server as unknown as { _registeredTools: Registry }
    const seen = { times: 0 }
    parts._registeredTools = new Proxy(parts._registeredTools, {
      ownKeys: (tools) => {
        seen.times++
        return Reflect.ownKeys(tools)
      }
    })
    const client = await generation.connect(server)
    for (let i = 0; i < 50; i++) await client.call(`tool_${i}`, { fail: false })
    expect(seen.times).toBeLessThanOrEqual(1)
    await client.close()
  })
})

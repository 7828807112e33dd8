/** The official client waits for a mute tool as long as it hears that the tool is running. */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"

const info = { name: "heartbeat", version: "1.0.0" }
const mute = Tool.make("mute", { description: "Takes its time.", output: Schema.String, safety: "read" })

const connect = async (heartbeat: number) => {
  const done = Promise.withResolvers<string>()
  const server = new McpServer(info)
  const handled = Tool.handle(mute, () => Effect.promise(() => done.promise))
  register(server, [handled], { heartbeat, logsCalls: false })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const client = new Client(info)
  await server.connect(ours)
  await client.connect(theirs)
  const call = (onprogress: () => void) =>
    client.callTool({ name: "mute", arguments: {} }, undefined, {
      timeout: 500,
      resetTimeoutOnProgress: true,
      onprogress
    })
  return { client, call, done }
}

it("waits beyond its timeout", async () => {
  const { call, client, done } = await connect(20)
  const since = performance.now()
  const answer = call(() => {
    if (performance.now() - since > 1500) done.resolve("at last")
  })
  expect((await answer).structuredContent).toEqual({ result: "at last" })
  await client.close()
})

it("gives up on silence", async () => {
  const { call, client } = await connect(Number.POSITIVE_INFINITY)
  await expect(call(() => undefined)).rejects.toThrow("timed out")
  await client.close()
})

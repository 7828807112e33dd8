/** An SDK of 2025, whose server has no method that runs a tool, and whose schemas are zod 3's. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk-1.13/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk-1.13/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk-1.13/server/mcp.js"
import { expect, it, onTestFinished } from "vitest"
import { z } from "zod/v3"
import { recordLog } from "./recordLog.ts"
import { raw, secret } from "./shop.ts"

const lines = recordLog()

const info = { name: "older", version: "1.0.0" }
const text = (text: string) => ({ content: [{ type: "text" as const, text }] })

// oxlint-disable typescript/no-explicit-any -- its types are those of a zod 3 of its own
const connect = async (register: (server: any) => void, options?: Parameters<typeof adoptServer>[1]) => {
  const server = new McpServer(info) as any
  register(server)
  const report = options === undefined ? undefined : adoptServer(server, options)
  const client = new Client(info)
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  await client.connect(theirs)
  onTestFinished(() => client.close())
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<any> =>
    client.callTool({ name, arguments: args })
  return { server, client, report, call }
}
// oxlint-enable typescript/no-explicit-any

const register: Parameters<typeof connect>[0] = (server) => {
  server.tool("works", { n: z.number().optional() }, async ({ n }: { n?: number }) => text(`fine ${n}`))
  server.tool("throws", async () => {
    throw raw()
  })
  server.tool("says", { id: z.string() }, async ({ id }: { id: string }) => {
    throw new Error(`Order ${id} was cancelled`)
  })
  server.registerTool("reads", { annotations: { readOnlyHint: true } }, async () => {
    throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
  })
  server.registerTool("counts", { outputSchema: { n: z.number() } }, async () => {
    throw new Error("Nothing to count yet")
  })
  server.registerTool("lies", { outputSchema: { n: z.number() } }, async () => ({
    ...text(secret),
    structuredContent: { n: secret }
  }))
}

it("is served: the functions that were registered are wrapped", async () => {
  const { call, report } = await connect(register, {})
  expect(report?.unreachable).toEqual([])
  expect(report?.wrapped.map(({ name }) => name)).toEqual(["works", "throws", "says", "reads", "counts", "lies"])
  expect(lines).toEqual([])
  expect(await call("works", { n: 7 })).toEqual(text("fine 7"))
  expect((await call("throws")).content[0].text).toMatch(/^connect to postgres:\/\/\[redacted\]@\[address\]\/orders/)
  expect((await call("says", { id: "7" })).content[0].text).toMatch(
    /^Order 7 was cancelled\.\nError: processing_error \(permanent\)\.\nReference: /
  )
  expect((await call("reads")).content[0].text).toMatch(/\nError: unavailable \(transient\)\. Retry later\.\n/)
  const problem = Meta.problem((await call("says", { id: 7 }))._meta)
  expect(problem?.issues).toEqual([{
    path: ["id"],
    message: "Expected string, got number",
    expected: "string",
    received: "7"
  }])
  const counts = await call("counts")
  expect([counts.isError, counts.content[0].text.split("\n")[0]]).toEqual([true, "Nothing to count yet."])
  expect(Meta.problem((await call("lies"))._meta)?.type).toBe("internal_error")
  expect(JSON.stringify(lines)).not.toContain("hunter2")
})

it("keeps a function that a tool gets later, and one call for each call", async () => {
  let calls = 0
  const { call, server } = await connect(register, {})
  const tool = server.tool("later", async () => text("first"))
  expect(await call("later")).toEqual(text("first"))
  tool.update({
    callback: async () => {
      calls++
      throw new Error("Not today")
    }
  })
  for (let i = 1; i <= 3; i++) {
    expect((await call("later")).content[0].text.split("\n")[0]).toBe("Not today.")
    expect(calls).toBe(i)
  }
})

it("says of a tool that does not exist what it said, as the error that it was, with the names that are near", async () => {
  const { call } = await connect(register, {})
  await expect(call("say")).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(/Unknown tool "say"\. Did you mean says\?$/)
  })
})

it("is left as it is in shadow mode", async () => {
  const before = await connect(register)
  const after = await connect(register, { mode: "shadow" })
  expect(await after.client.listTools()).toEqual(await before.client.listTools())
  for (const name of ["works", "throws", "reads"]) expect(await after.call(name)).toEqual(await before.call(name))
  expect(lines.map((line) => (JSON.parse(line) as { tool: string }).tool)).toEqual(["throws", "reads"])
})

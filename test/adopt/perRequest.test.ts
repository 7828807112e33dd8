/** A server that is made for every request, in both protocol eras, over HTTP. */
import * as Adopt from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { toNodeHandler } from "@modelcontextprotocol/node"
import { createMcpHandler, inputRequired, McpServer, type StandardSchemaWithJSON } from "@modelcontextprotocol/server"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import * as z from "zod"
import { takeStderr } from "../support/stderr.ts"
import { raw, text } from "./shop.ts"

const schema = z.object({ n: z.number() })

/** Counts how often it is asked for its JSON Schema. */
const counting = (converted: { count: number }): StandardSchemaWithJSON<z.infer<typeof schema>> => ({
  "~standard": {
    ...schema["~standard"],
    jsonSchema: {
      input: (options) => {
        converted.count++
        return schema["~standard"].jsonSchema.input(options)
      },
      output: schema["~standard"].jsonSchema.output
    }
  }
})

const confirmation = { type: "object" as const, properties: { sure: { type: "boolean" as const } } }
const adopt = Adopt.prepare({ service: "The shop" })
const converted = { adopted: { count: 0 }, plain: { count: 0 } }

const make = (of: keyof typeof converted) => () => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  server.registerTool("throws", { inputSchema: counting(converted[of]) }, async () => {
    throw raw()
  })
  server.registerTool("asks", {}, async (context) =>
    context.mcpReq.inputResponses === undefined
      ? inputRequired({
        inputRequests: { sure: inputRequired.elicit({ message: "Sure?", requestedSchema: confirmation }) }
      })
      : text("sure"))
  server.registerResource("bad", "shop://bad", {}, async () => {
    throw raw()
  })
  if (of === "adopted") expect(adopt(server).unreachable).toEqual([])
  return server
}

const handlers = { adopted: createMcpHandler(make("adopted")), plain: createMcpHandler(make("plain")) }
const http = createServer((request, response) => {
  const handler = request.url === "/plain" ? handlers.plain : handlers.adopted
  void toNodeHandler(handler)(request as never, response as never)
})

beforeAll(async () => {
  takeStderr()
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
})
afterAll(async () => {
  vi.restoreAllMocks()
  await handlers.adopted.close()
  await handlers.plain.close()
  await new Promise((resolve) => http.close(resolve))
})

const connect = async (era: "legacy" | "modern", of: keyof typeof converted) => {
  const { port } = http.address() as AddressInfo
  const client = new Client({ name: "test", version: "1.0.0" }, {
    capabilities: { elicitation: {} },
    ...era === "modern" ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {}
  })
  client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { sure: true } }))
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/${of}`)))
  return client
}

describe.each(["legacy", "modern"] as const)("the %s era", (era) => {
  it("folds what fails", async () => {
    const client = await connect(era, "adopted")
    const wrong = await client.callTool({ name: "throws", arguments: { n: "7" } })
    expect(Meta.problem(wrong._meta)?.issues).toEqual([
      {
        path: ["n"],
        message: "Expected number, got text that holds a number: send the number itself",
        expected: "number",
        received: `"7"`
      }
    ])
    const thrown = await client.callTool({ name: "throws", arguments: { n: 7 } })
    expect(Meta.problem(thrown._meta)?.type).toBe("processing_error")
    await expect(client.callTool({ name: "throw", arguments: {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(`Unknown tool "throw". Did you mean throws?`)
    })
    await expect(client.readResource({ uri: "shop://bad" })).rejects.toMatchObject({
      code: -32603,
      message: expect.stringMatching(/ Reference: [0-9a-f]{8}$/)
    })
    await client.close()
  })

  it("converts no schema that the SDK would not", async () => {
    for (const  of of["adopted", "plain"] as const) {
      converted[of].count = 0
      const client = await connect(era, of)
      for (const n of [1, "1", 2]) await client.callTool({ name: "throws", arguments: { n } })
      await client.close()
    }
    expect(converted.adopted).toEqual(converted.plain)
  })
})

it("lets questions to the client pass", async () => {
  const client = await connect("modern", "adopted")
  expect((await client.callTool({ name: "asks", arguments: {} })).content).toEqual(text("sure").content)
  await client.close()
})

/** A wrapped handler receives what the bare one receives, and its tool is listed as before, whatever schema it has. */
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as z from "zod"
import * as z3 from "zod/v3"
import { connect1, connect2, info, outcome } from "./clients.ts"

const quiet = { logsCalls: false }
const secret = "postgres://admin:hunter2@10.0.0.5/main"

type Handler = (...args: ReadonlyArray<unknown>) => Promise<never>

/** Keeps what it is called with; `how: "fail"` makes it throw. */
const recorder = () => {
  const received: Array<ReadonlyArray<unknown>> = []
  const handler: Handler = async (...args) => {
    received.push(args)
    if (JSON.stringify(args[0])?.includes("fail")) throw new Error(`connect to ${secret} failed`)
    return { content: [{ type: "text", text: JSON.stringify(args.length) }] } as never
  }
  return { handler, received }
}

/** What a context says of its call, whichever SDK it is from. */
const contextOf = (value: unknown): unknown => {
  const context = value as { requestId?: unknown; signal?: unknown; mcpReq?: { id: unknown; signal: unknown } }
  return context.mcpReq === undefined
    ? { id: context.requestId, isAbortable: context.signal instanceof AbortSignal }
    : { id: context.mcpReq.id, isAbortable: context.mcpReq.signal instanceof AbortSignal }
}

const described = { how: z.string().describe("In which way"), times: z.int().default(2) }
const described3 = { how: z3.string().describe("In which way"), times: z3.number().int().default(2) }
const Standard = Schema.Struct({
  how: Schema.String,
  times: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(2)))
})

const cases = {
  "zod 4 shape on 1.x": [1, { inputSchema: described }],
  "zod 4 object on 1.x": [1, { inputSchema: z.object(described) }],
  "zod 3 shape on 1.x": [1, { inputSchema: described3 }],
  "zod 3 object on 1.x": [1, { inputSchema: z3.object(described3) }],
  "zod 4 object on 2.x": [2, { inputSchema: z.object(described) }],
  "deprecated zod 4 shape on 2.x": [2, { inputSchema: described }],
  "Standard Schema on 2.x": [2, {
    inputSchema: Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(Standard))
  }]
} as const

const connect = async (generation: 1 | 2, config: object, handler: Handler) => {
  const server = generation === 1 ? new McpServer1(info) : new McpServer2(info)
  const register = server.registerTool.bind(server) as unknown as (
    name: string,
    config: object,
    handler: Handler
  ) => void
  register("existing", { description: "d", ...config }, handler)
  return server instanceof McpServer1 ? await connect1(server) : await connect2(server)
}

describe.each(Object.entries(cases))("wrapHandler with %s", (_, [generation, config]) => {
  const both = async () => {
    const [bare, wrapped] = [recorder(), recorder()]
    const [before, after] = [
      await connect(generation, config, bare.handler),
      await connect(generation, config, wrapHandler(wrapped.handler, quiet) as Handler)
    ]
    const call = async (args?: { readonly [key: string]: unknown }) => {
      const params = { name: "existing", ...args === undefined ? {} : { arguments: args } }
      return [await outcome(before.callTool(params)), await outcome(after.callTool(params))] as const
    }
    return { call, bare: bare.received, wrapped: wrapped.received, before, after }
  }

  it("hands over decoded arguments and the context", async () => {
    const { bare, call, wrapped } = await both()
    const [before, after] = await call({ how: "well" })
    expect(after).toEqual(before)
    expect(after).toMatchObject({ content: [{ text: "2" }] })
    expect(wrapped[0]![0]).toEqual({ how: "well", times: 2 })
    expect(wrapped[0]![0]).toEqual(bare[0]![0])
    expect(contextOf(wrapped[0]![1])).toEqual(contextOf(bare[0]![1]))
    expect(contextOf(wrapped[0]![1])).toEqual({ id: expect.any(Number), isAbortable: true })
  })

  it("leaves the refusal of arguments to the SDK", async () => {
    const { call, wrapped } = await both()
    const [before, after] = await call({ how: 3 })
    expect(after).toEqual(before)
    expect(wrapped).toEqual([])
  })

  it("masks what it throws, which went out before", async () => {
    const { call } = await both()
    const [before, after] = await call({ how: "fail" })
    expect(JSON.stringify(before)).toContain("hunter2")
    expect(JSON.stringify(after)).not.toContain("hunter2")
    expect(after).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/\nReference: [0-9a-f]{8}$/) }]
    })
  })

  it("is listed as before", async () => {
    const { after, before } = await both()
    const listed = (await after.listTools()).tools
    expect(listed).toEqual((await before.listTools()).tools)
    expect(JSON.stringify(listed)).toContain("times")
  })
})

describe.each([1, 2] as const)("wrapHandler without an input schema on %i.x", (generation) => {
  it("hands over the context alone", async () => {
    const { handler, received } = recorder()
    const client = await connect(generation, {}, wrapHandler(handler, quiet) as Handler)
    const result = await client.callTool({ name: "existing" })
    expect(result.content).toEqual([{ type: "text", text: "1" }])
    expect(received[0]).toHaveLength(1)
    expect(contextOf(received[0]![0])).toEqual({ id: expect.any(Number), isAbortable: true })
  })

  it("masks what it throws", async () => {
    const throws = () => Promise.reject(new Error(secret))
    const client = await connect(generation, {}, wrapHandler(throws, quiet) as Handler)
    const result = await client.callTool({ name: "existing" })
    expect(result.isError).toBe(true)
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })

  it("is cancelled by its client", async () => {
    const started = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<unknown>()
    const waits = async (context: unknown) => {
      const { mcpReq, signal = mcpReq?.signal } = context as { signal?: AbortSignal; mcpReq?: { signal: AbortSignal } }
      signal?.addEventListener("abort", () => stopped.resolve("stopped"))
      started.resolve()
      return await new Promise<never>(() => undefined)
    }
    const client = await connect(generation, {}, wrapHandler(waits, quiet) as Handler)
    const controller = new AbortController()
    const options = { signal: controller.signal }
    const call = outcome(
      generation === 1
        ? client.callTool({ name: "existing" }, undefined as never, options as never)
        : client.callTool({ name: "existing" }, options as never)
    )
    await started.promise
    controller.abort("enough")
    expect(await stopped.promise).toBe("stopped")
    expect(await call).toMatchObject({ message: expect.stringContaining("enough") })
  })
})

/** Whatever existing code throws, and whenever its client leaves. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { describe, expect, it, vi } from "vitest"
import { generations } from "./generations.ts"
import { recordLog } from "./recordLog.ts"

const lines = recordLog()

const cycle: { self?: unknown; message: string } = { message: "password=hunter2" }
cycle.self = cycle
const throwing = {
  get message(): string {
    throw new Error("password=hunter2")
  },
  get code(): number {
    throw new Error("password=hunter2")
  },
  get name(): string {
    throw new Error("password=hunter2")
  }
}
const revoked = Proxy.revocable({}, {})
revoked.revoke()

const hostile: ReadonlyArray<readonly [string, unknown]> = [
  ["undefined", undefined],
  ["null", null],
  ["a text", "password=hunter2"],
  ["a number", 7],
  ["a bigint", 7n],
  ["a symbol", Symbol("hunter2")],
  ["a function", () => "hunter2"],
  ["a cycle", cycle],
  ["getters that throw", throwing],
  ["a revoked proxy", revoked.proxy],
  ["an object without a prototype", Object.assign(Object.create(null) as object, { message: "hunter2" })],
  ["a message that is no text", Object.assign(new Error(), { message: { toString: () => "hunter2" } })],
  ["a code that is a text", Object.assign(new Error("hunter2"), { code: "-32602" })],
  ["a code that nobody knows", Object.assign(new Error("hunter2"), { code: 1001 })],
  ["a megabyte", new Error("hunter2".repeat(150_000))],
  ["lone surrogates", new Error("\ud800 hunter2 \udc00")],
  ["an aggregate", new AggregateError([new Error("hunter2"), cycle], "hunter2")],
  ["an abort", new DOMException("hunter2", "AbortError")]
]

describe.each(generations)("$name", ({ connect, make }) => {
  it.each(hostile)("masks %s", async (_, thrown) => {
    const server = make()
    const fail = async () => {
      throw thrown
    }
    server.registerTool("fails", {}, fail)
    server.registerResource("bad", "shop://bad", {}, fail)
    adoptServer(server, { expose: "declared" })
    const client = await connect(server)
    const result = await client.call("fails")
    expect(Meta.problem(result._meta)?.type).toBe("internal_error")
    const error = await client.request("resources/read", { uri: "shop://bad" }).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: -32603,
      message: expect.stringMatching(/Internal error\. Reference: [0-9a-f]{8}$/)
    })
    expect(JSON.stringify([result, (error as Error).message])).not.toContain("hunter2")
    expect(lines).toHaveLength(2)
    await client.close()
  })

  it.each([
    "Tool fails not found",
    "MCP error -32602: Tool fails not found",
    "Input validation error: Invalid arguments for tool fails: password=hunter2",
    "Output validation error: password=hunter2",
    "Invalid tools/call result: password=hunter2"
  ])("takes the words of an SDK for a handler's: %s", async (words) => {
    const behaviours = {
      throw: ["processing_error", "be classified", () => Promise.reject(new Error(words))],
      return: [
        "processing_error",
        "keep its words, with a type and a reference",
        () => ({ content: [{ type: "text", text: words }], isError: true })
      ]
    } as const
    for (const [type, would, fails] of Object.values(behaviours)) {
      const serving = async (adopt: (server: ReturnType<typeof make>) => unknown) => {
        const server = make()
        server.registerTool("fails", {}, (async () => fails()) as never)
        adopt(server)
        const client = await connect(server)
        const result = await client.call("fails")
        await client.close()
        return result
      }
      lines.length = 0
      const folded = await serving((server) => adoptServer(server))
      expect(Meta.problem(folded._meta)?.type).toBe(type)
      expect(JSON.stringify(folded)).not.toContain("hunter2")
      const plain = await serving(() => undefined)
      expect(await serving((server) => adoptServer(server, { mode: "shadow" }))).toEqual(plain)
      expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ outcome: type }, { would }])
    }
  })

  it.each([-32000, -32602])("masks what other libraries throw with code %d", async (code) => {
    const server = make()
    server.registerResource("bad", "shop://bad", {}, async () => {
      throw Object.assign(new Error("hunter2"), { code })
    })
    adoptServer(server)
    const client = await connect(server)
    const error = await client.request("resources/read", { uri: "shop://bad" }).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: -32603, message: expect.stringMatching(/Internal error/) })
    expect(lines).toHaveLength(1)
    await client.close()
  })

  it("takes secrets out of an SDK's error, whatever its code is", async () => {
    const server = make()
    let code = -32602
    server.registerResource("bad", "shop://bad", {}, async () => {
      const data = { password: "hunter2", uri: "shop://bad" }
      throw Object.assign(new Error("Not with password=hunter2"), { name: "McpError", code, data })
    })
    adoptServer(server)
    const client = await connect(server)
    const read = () =>
      client.request("resources/read", { uri: "shop://bad" }).catch((error: { message: string; data: unknown }) => [
        error.message.replace(/^MCP error -\d+: /, ""),
        error.data
      ])
    expect(await read()).toEqual(["Not with password=[redacted]", { password: "[redacted]", uri: "shop://bad" }])
    code = -32603
    expect(await read()).toMatchObject([
      expect.stringMatching(/^Not with password=\[redacted\]\. Reference: [0-9a-f]{8}$/),
      {}
    ])
    await client.close()
  })

  it("changes nothing in shadow mode, though it cannot write", async () => {
    const server = make()
    server.registerTool("fails", {}, async () => {
      throw new Error("as it was")
    })
    const breaks = () => {
      throw new Error("no redactor")
    }
    adoptServer(server, { mode: "shadow", redactor: { text: breaks, json: breaks } })
    const client = await connect(server)
    expect((await client.call("fails")).content).toEqual([{ type: "text", text: "as it was" }])
    await client.close()
  })

  it("answers nobody who has left, and goes on", async () => {
    const server = make()
    const begun = Promise.withResolvers<AbortSignal>()
    server.registerTool(
      "waits",
      {},
      ((context: { signal?: AbortSignal; mcpReq?: { signal: AbortSignal } }) => {
        const signal = (context.signal ?? context.mcpReq?.signal)!
        begun.resolve(signal)
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("password=hunter2"))))
      }) as never
    )
    server.registerTool("works", {}, async () => ({ content: [] }))
    adoptServer(server)
    const client = await connect(server)
    await client.call("works") // the first id is 0, which SDK 1.x cannot cancel
    const leaving = new AbortController()
    const left = client.call("waits", {}, leaving.signal).catch((error: unknown) => error)
    const signal = await begun.promise
    leaving.abort("changed my mind")
    expect(String(await left)).not.toContain("hunter2")
    await vi.waitFor(() => expect(signal.aborted).toBe(true))
    expect((await client.call("works")).content).toEqual([])
    await vi.waitFor(() => expect(lines.filter((line) => line.includes("waits"))).toHaveLength(1))
    expect(JSON.parse(lines.find((line) => line.includes("waits"))!)).toMatchObject({ outcome: "cancelled" })
    await client.close()
  })
})

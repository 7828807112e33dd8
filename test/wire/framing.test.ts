/**
 * What comes in need not be well-formed, well-timed or well-meant.
 */
import { afterAll, assert, beforeAll, describe, it, onTestFinished } from "vitest"
import * as StdioServer from "./StdioServer.ts"

const entry = new URL("./fixtures/server.ts", import.meta.url)

describe.each(["1", "2"])("on SDK %s.x", (sdk) => {
  let server: StdioServer.StdioServer

  beforeAll(async () => {
    server = await StdioServer.start({ entry, env: { SDK: sdk } })
  })
  afterAll(() => server.stop())

  const request = (id: StdioServer.Id, method = "tools/call", params: object = { name: "number" }): string =>
    `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`

  /** Sends lines in one chunk with a good request before and after, and waits for both answers. */
  const between = async (lines: string | Uint8Array): Promise<void> => {
    const before = server.announce()
    const after = server.announce()
    server.write(Buffer.concat([Buffer.from(request(before)), Buffer.from(lines), Buffer.from(request(after))]))
    for (const id of [before, after]) {
      assert.deepStrictEqual((await server.response(id)).result?.["structuredContent"], { result: 42 })
    }
  }

  const isUnreadable = (line: StdioServer.LogLine): boolean => line.message === "a message could not be read"

  const unreadable = (): ReadonlyArray<StdioServer.LogLine> => server.log.filter(isUnreadable)

  describe("a malformed line costs its neighbours nothing", () => {
    it.each([
      ["garbage", "hello\n"],
      ["nothing", "\n"],
      ["half a JSON", "{\"jsonrpc\":\"2.0\",\"id\":4711,\"meth\n"],
      ["a JSON that is no object", "42\n"],
      ["null", "null\n"],
      ["a batch", `[${request(4711).trim()}]\n`],
      ["an id that is none", "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}\n"],
      ["a huge line", `${"x".repeat(3_000_000)}\n`],
      ["a huge JSON", `${JSON.stringify({ x: "x".repeat(3_000_000) })}\n`],
      ["a deep JSON", `${"[".repeat(100_000)}\n`],
      ["bytes", Buffer.concat([Buffer.from([0, 1, 2, 0xc3, 0x28, 0xff, 0xfe, 0x80, 13]), Buffer.from("\n")])],
      ["half a character", Buffer.from([0xe2, 0x82, 10])]
    ])("%s", async (_, line) => {
      const before = unreadable().length
      await between(line)
      await server.wait("a line of the log", () => unreadable().length > before)
      assert.lengthOf(unreadable(), before + 1)
      const told = unreadable().at(-1)!
      assert.strictEqual(told.level, "Warn")
      assert.isBelow(JSON.stringify(told).length, 500) // never what came: it may be a secret
    })

    it.each([
      ["params that are a number", { jsonrpc: "2.0", method: "tools/call", params: 5 }, `"params" must be an object`],
      ["params that are a list", { jsonrpc: "2.0", method: "ping", params: [] }, `"params" must be an object`],
      ["params that are null", { jsonrpc: "2.0", method: "ping", params: null }, `"params" must be an object`],
      ["another version", { jsonrpc: "1.0", method: "ping" }, `"jsonrpc" must be "2.0"`],
      ["no version", { method: "ping" }, `"jsonrpc" must be "2.0"`],
      ["a method that is none", { jsonrpc: "2.0", method: 7 }, `"method" must be a string`]
    ])("a request with %s is answered, since its client waits", async (_, message, why) => {
      const id = server.announce()
      const before = unreadable().length
      await between(`${JSON.stringify({ id, ...message })}\n`)
      const { error } = await server.response(id)
      await server.wait("a line of the log", () => unreadable().length > before)
      assert.lengthOf(unreadable(), before + 1)
      assert.deepInclude(error, { code: -32600, message: `Invalid request: ${why}` })
    })

    it("a carriage return is none", async () => {
      const before = unreadable().length
      const id = server.announce()
      server.write(request(id).replace("\n", "\r\n"))
      assert.isDefined((await server.response(id)).result)
      assert.lengthOf(unreadable(), before)
    })

    it("an answer to nothing, a notification nobody knows, a cancel of nothing", async () => {
      await between(
        [
          { jsonrpc: "2.0", id: 99, result: {} },
          { jsonrpc: "2.0", method: "notifications/unknown", params: { x: 1 } },
          { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 99 } },
          { jsonrpc: "2.0", method: "notifications/cancelled", params: {} }
        ].map((message) => `${JSON.stringify(message)}\n`).join("")
      )
    })

    const isLeftOut = (line: StdioServer.LogLine): boolean => line.message === "a message is too long and is left out"

    /** A request of more than 10 MiB, with its id where a client puts it. */
    const huge = (id: StdioServer.Id, where: "first" | "last" | "between"): string => {
      const call = { method: "tools/call", params: { name: "refuses", arguments: { text: "x".repeat(11_000_000) } } }
      return JSON.stringify(
        {
          first: { jsonrpc: "2.0", id, ...call },
          between: { method: call.method, id, params: { ...call.params, _meta: { id: 1 } } },
          last: { ...call, jsonrpc: "2.0", id }
        }[where]
      )
    }

    it("a line beyond all bounds is left out, and what follows is read", async () => {
      for (const line of ["x".repeat(11_000_000), huge(4711, "between"), `{"x":"${"\\n".repeat(6_000_000)}"}`]) {
        const before = server.log.filter(isLeftOut).length
        await between(`${line}\n`)
        assert.lengthOf(server.log.filter(isLeftOut), before + 1)
      }
      assert.deepInclude(server.log.find(isLeftOut), { level: "Warn", reason: "it has more than 10485760 bytes" })
    })

    it.each(["first", "last"] as const)("a request beyond all bounds whose id comes %s is answered", async (where) => {
      const id = server.announce()
      await between(`${huge(id, where)}\n`)
      assert.deepStrictEqual((await server.response(id)).error, {
        code: -32600,
        message: "A message may have at most 10485760 bytes"
      })
    })

    it("a line of just as many bytes as it may have is read", async () => {
      const id = server.announce()
      const request = { jsonrpc: "2.0", id, method: "ping", params: { _meta: { x: "" } } }
      request.params._meta.x = "x".repeat(10 * 1024 * 1024 - JSON.stringify(request).length)
      await between(`${JSON.stringify(request)}\n`)
      assert.deepStrictEqual((await server.response(id)).result, {})
    })

    it("a line beyond all bounds that never ends is told, and the client may go", async () => {
      const server = await StdioServer.start({ entry, env: { SDK: sdk } })
      onTestFinished(server.stop)
      server.write("x".repeat(11_000_000))
      await server.logLine("it is too long", isLeftOut)
      server.endInput()
      assert.deepStrictEqual(await server.exit(), { code: 0, signal: null })
    })
  })

  describe("chunks", () => {
    it("may be single bytes", async () => {
      const id = server.announce()
      const bytes = Buffer.from(request(id, "tools/call", { name: "refuses", arguments: { text: "Ärger – 📕" } }))
      for (const byte of bytes) {
        server.write(Uint8Array.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
      const { result } = await server.response(id)
      assert.include(JSON.stringify(result), "Ärger – 📕 is Ärger – 📕.")
    })

    it("may hold many messages and a half, and the other half comes later", async () => {
      const ids = Array.from({ length: 20 }, () => server.announce())
      const last = server.announce()
      const half = request(last)
      server.write(ids.map((id) => request(id)).join("") + half.slice(0, 30))
      for (const id of ids) assert.isDefined((await server.response(id)).result)
      server.write(half.slice(30))
      assert.isDefined((await server.response(last)).result)
    })
  })

  describe("many calls at once", () => {
    it("200 of three kinds, in one chunk: each gets its own answer", async () => {
      const texts = Array.from({ length: 200 }, (_, i) => `call ${i}`)
      const ids = texts.map(() => server.announce())
      const paramsOf = (i: number): object => {
        if (i % 3 === 0) return { name: "refuses", arguments: { text: texts[i] } }
        if (i % 3 === 1) return { name: "tick", arguments: { times: 2 }, _meta: { progressToken: texts[i] } }
        return { name: "refuses", arguments: { text: [i] } }
      }
      server.write(ids.map((id, i) => request(id, "tools/call", paramsOf(i))).join(""))
      const references = new Set<string>()
      for (const [i, id] of ids.entries()) {
        const result = (await server.response(id)).result as unknown as StdioServer.CallToolResult
        const text = String(result.content[0]?.text)
        const progress = server.frames.filter((frame) => frame.params?.["progressToken"] === texts[i])
        assert.lengthOf(progress, i % 3 === 1 ? 2 : 0)
        if (i % 3 === 0) assert.include(text, `${texts[i]} is ${texts[i]}.\n`)
        if (i % 3 === 1) assert.strictEqual(text, "Done.")
        if (i % 3 === 2) assert.include(text, "- text: Expected string, got array.\n")
        if (i % 3 !== 1) references.add(text.slice(-8))
      }
      assert.strictEqual(references.size, ids.filter((_, i) => i % 3 !== 1).length, "each has its own reference")
    })

    it("ids may be strings, and a string is not the number it looks like", async () => {
      for (const id of ["a", "100000", "with spaces – and 📕"]) server.ask("tools/call", { name: "number" }, id)
      server.ask("tools/call", { name: "nothing" }, 100_000)
      assert.deepStrictEqual((await server.response("100000")).result?.["structuredContent"], { result: 42 })
      assert.notProperty((await server.response(100_000)).result, "structuredContent")
      for (const id of ["a", "with spaces – and 📕"]) assert.strictEqual((await server.response(id)).id, id)
    })
  })

  describe("what is not there", () => {
    it.each(["no_such_tool", "", "toString"])("tool %j: -32602", async (name) => {
      const { error } = await server.request("tools/call", { name, arguments: {} })
      assert.deepStrictEqual(error, { code: -32602, message: `Unknown tool ${JSON.stringify(name)}.` })
    })

    it.each([
      ["no params", undefined],
      ["no name", {}],
      ["a name that is none", { name: 5 }]
    ])("a call with %s: a protocol error", async (_, params) => {
      const { error } = await server.request("tools/call", params)
      assert.deepStrictEqual(error, { code: -32602, message: `Invalid params: "name" must be a string` })
      await server.call("number")
    })

    it.each(["prompts/list", "resources/list", "tools/run"])("method %s: -32601", async (method) => {
      assert.deepStrictEqual((await server.request(method)).error, { code: -32601, message: "Method not found" })
    })
  })
})

/**
 * Whatever prints, stdout carries frames and stderr carries JSON lines.
 *
 * Every server here is stopped by the driver, which throws if a single byte was otherwise.
 */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as StdioServer from "./StdioServer.ts"

const entry = new URL("./fixtures/server.ts", import.meta.url)

describe.each(["1", "2"])("on SDK %s.x", (sdk) => {
  describe("what tools print", () => {
    let server: StdioServer.StdioServer

    beforeAll(async () => {
      server = await StdioServer.start({ entry, env: { SDK: sdk } })
    })
    afterAll(() => server.stop())

    const ways: ReadonlyArray<readonly [way: string, level: string, messages: ReadonlyArray<string>]> = [
      ["effect", "Info", ["Effect.log", "Console.log"]],
      ["effect", "Error", ["Effect.logError"]],
      ["effect", "Warn", ["Console.error"]],
      ["console", "Info", [
        "console.log formatted { deep: { object: true } }",
        "console.info\nof two lines",
        "console.debug",
        "{ console: 'dir' }",
        "console.dirxml",
        "console.group",
        "  console.log in a group",
        "console.count: 1"
      ]],
      ["console", "Warn", ["console.warn", "console.error", "Assertion failed: console.assert"]],
      ["stdout", "Info", ["process.stdout.write", "without an end", "bytes"]],
      ["stderr", "Warn", ["process.stderr.write", "without an end"]],
      ["descriptor", "Info", ["writeSync", "writeSync of bytes", "writevSync", "write", "createWriteStream"]],
      ["ended", "Info", ["the end of stdout", "and after it"]],
      ["child", "Info", ["a child (string) prints", "a child (number) prints", "a child (object) prints"]],
      ["child", "Warn", ["a child (string) complains", "a child (number) complains", "a child (object) complains"]],
      ["waited_child", "", ["spawnSync", "execFileSync", "execSync"]],
      ["warning", "Warn", ["Warning: process.emitWarning", "[DEP0000] DeprecationWarning: a deprecation"]],
      ["worker", "Info", ["a worker logs", "a worker writes"]],
      ["worker", "Warn", ["a worker warns", "a worker writes to stderr"]]
    ]

    it.each(ways)("by %s become lines of the log with level %s", async (way, level, messages) => {
      const before = server.log.length
      const result = await server.call("print", { way })
      assert.deepStrictEqual(result, { content: [{ type: "text", text: "Done." }] })
      await server.wait("all lines", () => {
        const told = server.log.slice(before).filter((line) => line.level === level).map((line) => line.message)
        const isTold = (message: string) =>
          told.some((text) => text === message || text.startsWith("(node:") && text.includes(` ${message}`))
        return messages.every(isTold)
      })
      assert.deepStrictEqual(server.impurities(), [])
    })

    it("keep the annotations of the call where Effect logs, and no secrets", async () => {
      const before = server.log.length
      await server.call("print", { way: "effect" })
      const line = await server.logLine(
        "Effect.log",
        (line) => line.message === "Effect.log" && server.log.indexOf(line) >= before
      )
      const end = await server.logLine(
        "the end",
        (line) => line.message === "tool call ended" && server.log.indexOf(line) >= before
      )
      assert.strictEqual(line["tool"], "print")
      assert.strictEqual(line["reference_id"], end["reference_id"])
      assert.strictEqual(line["password"], "[redacted]")
    })

    it("do not come between frames when all print at once", async () => {
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, i) => server.call("print", { way: ways[i % ways.length]![0] }))
      )
      for (const result of results) assert.deepStrictEqual(result.content, [{ type: "text", text: "Done." }])
      assert.deepStrictEqual(server.impurities(), [])
    })
  })

  describe("what tools leave behind", () => {
    it.each([
      ["promise", "an unhandled rejection"],
      ["timer", "an uncaught error"]
    ])("a throwing %s is logged under a reference without secrets, and ends nothing", async (how, message) => {
      const server = await StdioServer.start({ entry, env: { SDK: sdk } })
      await server.call("rejects", { how })
      const line = await server.logLine("what nobody caught", (line) => line.message === message)
      assert.strictEqual(line.level, "Error")
      assert.match(String(line["reference_id"]), /^[0-9a-f]{8}$/)
      assert.match(String(line["cause"]), /^Error: postgres:\/\/\[redacted\]@db\.internal/)
      assert.notInclude(JSON.stringify(server.log), "hunter2")
      assert.deepStrictEqual((await server.call("number")).structuredContent, { result: 42 })
      await server.stop()
    })
  })
})

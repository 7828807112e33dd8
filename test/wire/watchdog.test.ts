/**
 * What becomes of a server whose event loop is blocked.
 */
import type { StdioOptions, Watchdog } from "@errata/mcp-adapter/stdio"
import { readFileSync } from "node:fs"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"

const entry = new URL("./fixtures/server.ts", import.meta.url)

const start = async (watchdog: Watchdog | false, options: StdioOptions = {}, args: ReadonlyArray<string> = []) => {
  const server = await StdioServer.start({ entry, args, env: { OPTIONS: JSON.stringify({ ...options, watchdog }) } })
  onTestFinished(() => server.signal("SIGKILL"))
  return server
}

const quick: Watchdog = { startAfter: 0, warnAfter: "50 millis" }

const isBlocked = ({ message }: StdioServer.LogLine): boolean => message === "the event loop is blocked"
const isFree = ({ message }: StdioServer.LogLine): boolean => message === "the event loop runs again"

/** The watchdog is there when it told of a loop that was blocked. */
const untilWatched = async (server: StdioServer.StdioServer): Promise<void> => {
  while (!server.log.some(isFree)) await server.call("block", { how: "loop", millis: 3_000 })
}

describe("an event loop that is blocked", () => {
  it("is told of, with the call and the place in the code; the server goes on", async () => {
    const server = await start({ ...quick, endAfter: false })
    await untilWatched(server)
    const line = await server.logLine("it is blocked", isBlocked)
    assert.strictEqual(line.level, "Warn")
    assert.deepInclude(line, { in_flight: 1, tools: ["block"] })
    assert.isAtLeast(Number(line["blocked_ms"]), 50)
    const stack = line["stack"] as ReadonlyArray<string>
    assert.isTrue(stack.some((frame) => /^blockTheLoop \(file:.*fixtures\/server\.ts:\d+:\d+\)$/.test(frame)), stack[0])
    assert.deepStrictEqual((await server.call("number")).structuredContent, { result: 42 })
    await server.stop()
  })

  it.each(["loop", "expression"])("for ever by a %s ends the process with its own code", async (how) => {
    const server = await start({ ...quick, endAfter: "300 millis" })
    await server.call("number")
    server.ask("tools/call", StdioServer.toolCall("block", { how }))
    assert.deepStrictEqual(await server.exit(), { code: 75, signal: null })
    const end = server.log.find(({ level }) => level === "Fatal")
    assert.deepInclude(end, { exit_code: 75, tools: ["block"] })
  })

  it("by the first call, before watching was to begin, ends the process too", async () => {
    const server = await start({ ...quick, startAfter: "1 hour", endAfter: "300 millis" })
    server.ask("tools/call", StdioServer.toolCall("block", { how: "loop" }))
    assert.deepStrictEqual(await server.exit(), { code: 75, signal: null })
    assert.deepInclude(server.log.find(({ level }) => level === "Fatal"), { exit_code: 75, tools: ["block"] })
  })

  it("for ever by native code that cannot be paused kills the process", async () => {
    const server = await start({ ...quick, endAfter: "300 millis" })
    await server.call("number")
    server.ask("tools/call", StdioServer.toolCall("block", { how: "child" }))
    assert.deepStrictEqual(await server.exit(), { code: null, signal: "SIGKILL" })
    assert.notProperty(await server.logLine("it is blocked", isBlocked), "stack")
  })

  it("is told of in the log file too", async () => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    const server = await start({ ...quick, endAfter: false }, { logFile: { path: folder.at("server.log") } })
    await untilWatched(server)
    await server.stop()
    const lines = readFileSync(folder.at("server.log"), "utf8").trimEnd().split("\n").map((line) =>
      JSON.parse(line) as StdioServer.LogLine
    )
    assert.isDefined(lines.find(isBlocked))
    assert.isDefined(lines.find(({ message }) => message === "tool call ended"))
  })

  it("is nobody's business where the watchdog is off", async () => {
    const server = await start(false)
    await server.call("block", { how: "loop", millis: 300 })
    await server.stop()
    assert.isUndefined(server.log.find(isBlocked))
  })

  it("names some of many calls in flight, and counts all", async () => {
    const server = await start({ ...quick, endAfter: false })
    await untilWatched(server)
    for (let i = 0; i < 100; i++) server.ask("tools/call", StdioServer.toolCall("tick"))
    const ofMany = (line: StdioServer.LogLine): boolean => isBlocked(line) && Number(line["in_flight"]) > 1
    while (!server.log.some(ofMany)) await server.call("block", { how: "loop", millis: 1_000 })
    const line = await server.logLine("it is blocked", ofMany)
    assert.strictEqual(line["in_flight"], 101)
    assert.lengthOf(line["tools"] as ReadonlyArray<string>, 32)
    server.signal("SIGTERM")
    assert.deepStrictEqual(await server.exit(), { code: 0, signal: null })
  })
})

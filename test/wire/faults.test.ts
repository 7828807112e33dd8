/**
 * What goes wrong around a server: its log, its store, a client that does not read, errors that nobody awaits.
 */
import type { StdioOptions } from "@errata/mcp-adapter/stdio"
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"
import { until } from "./Wait.ts"

const fixture = new URL("./fixtures/server.ts", import.meta.url)
const keyed = new URL("./fixtures/keyed.ts", import.meta.url)
const clean = { code: 0, signal: null }

const folder = (): Folder.Folder => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  return folder
}

const start = async (options: StdioOptions = {}, entry = fixture, env: { readonly [name: string]: string } = {}) => {
  const server = await StdioServer.start({ entry, env: { OPTIONS: JSON.stringify(options), ...env } })
  onTestFinished(() => server.signal("SIGKILL"))
  return server
}

const linesOf = (path: string): ReadonlyArray<StdioServer.LogLine> =>
  readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as StdioServer.LogLine)

describe("the log file", () => {
  it("holds what stderr holds, for its owner alone", async () => {
    const here = folder()
    const server = await start({ logFile: { path: here.at("logs/server.log") } })
    await server.call("print", { way: "console" })
    await server.stop()
    assert.deepStrictEqual(linesOf(here.at("logs/server.log")), server.log)
  })

  it("begins anew when it is full, and keeps so many", async () => {
    const here = folder()
    const server = await start({ logFile: { path: here.at("server.log"), maxBytes: 2_000, keep: 2 } })
    for (let i = 0; i < 60; i++) await server.call("number")
    await server.stop()
    assert.sameMembers(readdirSync(here.path), ["server.log", "server.log.1", "server.log.2"])
    const kept = [2, 1].flatMap((age) => linesOf(here.at(`server.log.${age}`))).concat(linesOf(here.at("server.log")))
    assert.deepStrictEqual(kept, server.log.slice(-kept.length))
    for (const name of readdirSync(here.path)) assert.isAtMost(readFileSync(here.at(name)).length, 2_000)
  })

  it("begins anew when it is old", async () => {
    const here = folder()
    const server = await start({ logFile: { path: here.at("server.log"), maxAge: "1 millis", keep: 100 } })
    for (let i = 0; i < 3; i++) await server.call("tick", { times: 3 })
    await server.stop()
    assert.isAbove(readdirSync(here.path).length, 2)
  })

  it("that is a device stays where it is", async () => {
    const here = folder()
    symlinkSync("/dev/null", here.at("server.log"))
    const server = await start({ logFile: { path: here.at("server.log"), maxBytes: 200, maxAge: "1 millis" } })
    for (let i = 0; i < 5; i++) await server.call("number")
    await server.stop()
    assert.deepStrictEqual(readdirSync(here.path), ["server.log"])
    assert.isFalse(statSync(here.at("server.log")).isFile())
  })

  it("on a full disk costs its lines, and says so once", async () => {
    const server = await start({ logFile: { path: "/dev/full" } })
    for (let i = 0; i < 5; i++) assert.deepStrictEqual((await server.call("number")).structuredContent, { result: 42 })
    await server.stop()
    const told = server.log.filter(({ message }) => message === "the log file cannot be written")
    assert.lengthOf(told, 1)
    assert.match(String(told[0]!["reason"]), /ENOSPC/)
    assert.lengthOf(server.log.filter(({ message }) => message === "tool call ended"), 5)
  })

  it.each(["/dev/stdout", "/dev/fd/1"])("that is the pipe of the frames keeps the server from starting: %s", (path) => {
    // Node gives its children sockets, which nobody can open by a path: most hosts are not Node, and give pipes
    const { stderr, stdout } = spawnSync(
      "sh",
      ["-c", "\"$0\" \"$1\" | cat", process.execPath, fileURLToPath(fixture)],
      {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], OPTIONS: JSON.stringify({ logFile: { path } }) }
      }
    )
    assert.strictEqual(stdout, "")
    assert.include(stderr, `The log file ${path} is stdout, which carries the messages of the protocol`)
  })

  it("that cannot be opened keeps the server from starting", async () => {
    const here = folder()
    writeFileSync(here.at("file"), "")
    const env = { OPTIONS: JSON.stringify({ logFile: { path: here.at("file/server.log") } }) }
    const server = StdioServer.spawnServer({ entry: fixture, env })
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
    assert.match(String(server.log[0]?.["reason"]), /EEXIST|ENOTDIR/)
  })
})

/** Waits until a server has done nothing for a while. */
const untilQuiet = async (server: StdioServer.StdioServer): Promise<void> => {
  let before = -1
  let still = 0
  await until("it does nothing", () => {
    still = server.log.length === before ? still + 1 : 0
    before = server.log.length
    return still > 100
  })
}

describe("a client that does not read", () => {
  it.each(["1", "2"])("is not read either, and gets all when it does, on SDK %s.x", async (sdk) => {
    const server = await start({ bounds: { unread: 100_000 } }, fixture, { SDK: sdk })
    server.pauseOutput()
    const text = "x".repeat(1_000)
    const ids = Array.from({ length: 3_000 }, () => server.ask("tools/call", StdioServer.toolCall("refuses", { text })))
    await server.logLine("it is at work", ({ message }) => message === "tool call ended")
    await untilQuiet(server)
    const handled = server.log.filter(({ message }) => message === "tool call ended").length
    assert.isBelow(handled, 2_000, "it went on reading")
    server.resumeOutput()
    for (const id of ids) assert.strictEqual((await server.response(id)).result?.["isError"], true)
    await server.stop()
  })

  it("and never will does not keep a server from ending", async () => {
    const server = await start({ drain: "10 millis" })
    server.pauseOutput()
    for (let i = 0; i < 2_000; i++) {
      server.ask("tools/call", StdioServer.toolCall("refuses", { text: "x".repeat(1_000) }))
    }
    await server.logLine("it is at work", ({ message }) => message === "tool call ended")
    server.signal("SIGTERM")
    assert.deepStrictEqual(await server.exitCode(), clean)
  })
})

describe("bounds", () => {
  it("a message and an answer may have so many bytes", async () => {
    const server = await start({ bounds: { message: 2_000, answer: 1_000 } })
    const long = server.ask("tools/call", StdioServer.toolCall("refuses", { text: "x".repeat(2_000) }))
    assert.strictEqual((await server.response(long)).error?.message, "A message may have at most 2000 bytes")
    const large = await server.call("refuses", { text: "x".repeat(600) })
    assert.strictEqual(
      large.content[0]?.text?.split("\n")[0],
      "The result of refuses is too large: at most 1000 bytes are allowed."
    )
    await server.stop()
  })

  it("so many requests may be in flight; more are refused, and told when to come again", async () => {
    const server = await start({ bounds: { requests: 5 } })
    const ids = Array.from({ length: 7 }, () => server.ask("tools/call", StdioServer.toolCall("tick")))
    for (const id of ids.slice(5)) {
      const text = JSON.stringify((await server.response(id)).result)
      assert.include(text, "The server is overloaded.")
      assert.include(text, "overloaded (transient). Retry after 1 s.")
    }
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: ids[0] } })
    assert.deepStrictEqual((await server.call("number")).structuredContent, { result: 42 })
    server.signal("SIGTERM")
    assert.deepStrictEqual(await server.exit(), clean)
  })

  it.each([0, -1])("%s is no bound", async (message) => {
    const env = { OPTIONS: JSON.stringify({ bounds: { message } }) }
    const server = StdioServer.spawnServer({ entry: fixture, env })
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
  })
})

describe("errors that no call waits for", () => {
  it("end the process with its own code when they come too often, after the calls in flight", async () => {
    const server = await start({ uncaught: { most: 3 }, drain: "10 millis" })
    for (const how of ["promise", "timer", "promise"]) await server.call("rejects", { how })
    assert.deepStrictEqual(await server.exit(), { code: 70, signal: null })
    const fatal = server.log.filter(({ level }) => level === "Fatal").map(({ message, reason }) =>
      `${message}: ${String(reason)}`
    )
    assert.deepStrictEqual(fatal, [
      "the state of the process is unknown: 3 uncaught errors and rejections within 1m",
      "the server ends: its state is unknown"
    ])
    assert.notInclude(JSON.stringify(server.log), "hunter2")
  })

  it("are forgotten after a while", async () => {
    const server = await start({ uncaught: { most: 2, within: "1 millis" } })
    for (let i = 0; i < 5; i++) {
      await server.call("rejects", { how: "promise" })
      await server.call("tick", { times: 2 })
    }
    await server.stop()
  })
})

describe("a tool that takes keys", () => {
  const charge = async (server: StdioServer.StdioServer, key: string) =>
    await server.call("charge", { idempotency_key: key })

  it("gets a store that outlives the process", async () => {
    const here = folder()
    const env = { XDG_STATE_HOME: here.path }
    const first = await start({}, keyed, env)
    const one = await charge(first, "a")
    assert.deepStrictEqual(one.structuredContent, { charges: 1 })
    await first.stop()
    const second = await start({}, keyed, env)
    assert.deepStrictEqual((await charge(second, "a")).structuredContent, { charges: 1 })
    assert.deepStrictEqual((await charge(second, "b")).structuredContent, { charges: 1 })
    await second.stop()
  })

  it("does not start where the store cannot be opened", async () => {
    const here = folder()
    writeFileSync(here.at("state"), "")
    const server = StdioServer.spawnServer({ entry: keyed, env: { XDG_STATE_HOME: here.at("state") } })
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
    assert.strictEqual(server.log[0]?.message, "keyed-fixture cannot start")
  })

  it("is refused while the store fails in the middle, and served when it is back", async () => {
    const here = folder()
    mkdirSync(here.at("state"))
    const server = await start({}, keyed, { XDG_STATE_HOME: here.at("state") })
    await charge(server, "a")
    const files = readdirSync(here.at("state"), { recursive: true, encoding: "utf8" })
    const file = files.find((name) => name.endsWith(".sqlite"))!
    const database = new DatabaseSync(here.at(`state/${file}`))
    database.exec("BEGIN EXCLUSIVE")
    const refused = await charge(server, "b")
    assert.isTrue(refused.isError)
    assert.include(JSON.stringify(refused.content), "The store of idempotency keys is unavailable")
    database.exec("ROLLBACK")
    database.close()
    assert.deepStrictEqual((await charge(server, "c")).structuredContent, { charges: 2 })
    await server.stop()
  })
})

/**
 * How servers end, and how they do not start, on both SDKs.
 */
import type { StdioOptions } from "@errata/mcp-adapter/stdio"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"
import { until } from "./Wait.ts"

const fixture = new URL("./fixtures/server.ts", import.meta.url)
const dangling = new URL("./fixtures/dangling.ts", import.meta.url)
const documents = new URL("../../packages/examples/src/documents/main.ts", import.meta.url)

const folder = (): Folder.Folder => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  return folder
}

/** Longer than the tests wait: a server that waits so long fails them. */
const patient: StdioOptions = { drain: "10 minutes" }

/** Starts a call that holds a file until it ends. */
const hold = async (server: StdioServer.StdioServer, marks: Folder.Folder, release_ms = 0): Promise<StdioServer.Id> => {
  const id = server.ask("tools/call", StdioServer.toolCall("hold", { name: "held", release_ms }))
  await until("the call is at work", () => Folder.list(marks.path).includes("held"))
  return id
}

const clean = { code: 0, signal: null }

describe.each(["1", "2"])("on SDK %s.x", (sdk) => {
  const start = async (marks: Folder.Folder, options: StdioOptions = {}): Promise<StdioServer.StdioServer> => {
    const env = { MARKS: marks.path, SDK: sdk, OPTIONS: JSON.stringify(options) }
    const server = await StdioServer.start({ entry: fixture, env })
    onTestFinished(server.stop)
    return server
  }

  /** Tests that a call was told that it may have taken effect, or not. */
  const assertRefused = async (server: StdioServer.StdioServer, id: StdioServer.Id): Promise<void> => {
    const { result } = await server.response(id)
    assert.strictEqual(result?.["isError"], true)
    assert.include(JSON.stringify(result), "The server is unavailable: it is shutting down.")
    assert.include(JSON.stringify(result), "unavailable (transient). Retry later.")
  }

  describe("a client that closes stdin", () => {
    it("ends an idle server at once", async () => {
      const server = await start(folder(), patient)
      server.endInput()
      assert.deepStrictEqual(await server.exit(), clean)
    })

    it("gets the answers to what it asked before, as a pipe does", async () => {
      const server = await start(folder(), patient)
      const ids = [
        server.ask("tools/call", StdioServer.toolCall("number")),
        server.ask("tools/call", StdioServer.toolCall("tick", { times: 20 })),
        server.ask("tools/list")
      ]
      server.endInput()
      assert.deepStrictEqual(await server.exit(), clean)
      for (const id of ids) assert.isDefined((await server.response(id)).result)
    })

    it("gets the answer to a call that ends soon", async () => {
      const marks = folder()
      const server = await start(marks, patient)
      const id = await hold(server, marks)
      server.endInput()
      rmSync(marks.at("held"))
      assert.deepStrictEqual((await server.response(id)).result?.["structuredContent"], { held: "held" })
      assert.deepStrictEqual(await server.exit(), clean)
    })

    it("does not wait for a call that does not end; its finalizers run, also those that take their time", async () => {
      const marks = folder()
      const server = await start(marks, { drain: "10 millis" })
      const id = await hold(server, marks, 300)
      server.endInput()
      assert.deepStrictEqual(await server.exit(), clean)
      await assertRefused(server, id)
      assert.deepStrictEqual(Folder.list(marks.path), [])
      assert.strictEqual(server.log.at(-1)?.["outcome"], "cancelled")
    })

    it("in the middle of a message ends the server too, which says so", async () => {
      const server = await start(folder(), patient)
      const id = server.ask("tools/call", StdioServer.toolCall("number"))
      server.write(`{"jsonrpc":"2.0","id":4711,"method":"tools/ca`)
      server.endInput()
      assert.deepStrictEqual(await server.exit(), clean)
      assert.isDefined((await server.response(id)).result)
      const line = await server.logLine("the rest", ({ message }) => message.includes("in the middle of a message"))
      assert.strictEqual(line["bytes"], 45)
    })
  })

  describe("a signal", () => {
    it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
      "%s ends the server, after the finalizers of its calls",
      async (signal) => {
        const marks = folder()
        const server = await start(marks, { drain: "10 millis" })
        const id = await hold(server, marks, 100)
        server.signal(signal)
        assert.deepStrictEqual(await server.exit(), clean)
        await assertRefused(server, id)
        assert.deepStrictEqual(Folder.list(marks.path), [])
        assert.deepInclude(server.log.find(({ message }) => message === "the server ends"), { reason: signal })
      }
    )

    it("waits for calls in flight, and refuses new ones", async () => {
      const marks = folder()
      const server = await start(marks, patient)
      const id = await hold(server, marks)
      server.signal("SIGTERM")
      await server.logLine("the end begins", ({ message }) => message === "the server ends")
      const late = server.ask("tools/call", StdioServer.toolCall("number"))
      const ping = server.ask("ping")
      await assertRefused(server, late)
      assert.match(
        String((await server.response(ping)).error?.message),
        /^The server is shutting down\. Reference: \w{8}$/
      )
      rmSync(marks.at("held"))
      assert.deepStrictEqual((await server.response(id)).result?.["structuredContent"], { held: "held" })
      assert.deepStrictEqual(await server.exit(), clean)
    })

    it.each(["stdin that is closed", "another signal"])("ends the waiting after %s", async (first) => {
      const marks = folder()
      const server = await start(marks, patient)
      const id = await hold(server, marks)
      if (first === "another signal") server.signal("SIGINT")
      else server.endInput()
      await server.logLine("the end begins", ({ message }) => message === "the server ends")
      server.signal("SIGTERM")
      assert.deepStrictEqual(await server.exit(), clean)
      await assertRefused(server, id)
      assert.deepStrictEqual(Folder.list(marks.path), [])
    })

    it("under load: each call is answered or refused, once", async () => {
      const marks = folder()
      const server = await start(marks, { drain: "50 millis" })
      const ask = (i: number) =>
        server.ask(
          "tools/call",
          i % 3 === 0 ? StdioServer.toolCall("number") : StdioServer.toolCall("tick", { times: i })
        )
      const ids = Array.from({ length: 300 }, (_, i) => ask(i))
      const endless = Array.from({ length: 20 }, () => server.ask("tools/call", StdioServer.toolCall("tick")))
      await server.response(ids[0]!)
      server.signal("SIGTERM")
      const late = Array.from({ length: 100 }, (_, i) => ask(i))
      assert.deepStrictEqual(await server.exit(), clean)
      for (const id of ids) assert.isDefined((await server.response(id)).result)
      for (const id of endless) await assertRefused(server, id)
      const answered = late.filter((id) => server.frames.some((frame) => frame.id === id))
      for (const id of answered) assert.isDefined((await server.response(id)).result)
    })
  })

  describe("a client that is gone", () => {
    it("ends the server with the next frame, without a spin", async () => {
      const marks = folder()
      const server = await start(marks, patient)
      await hold(server, marks)
      server.closeOutput()
      server.ask("tools/call", StdioServer.toolCall("number"))
      assert.deepStrictEqual(await server.exit(), clean)
      assert.deepStrictEqual(Folder.list(marks.path), [])
      assert.isBelow(server.log.length, 10)
    })

    it("does not make a server spin that goes on talking", async () => {
      const marks = folder()
      const server = await start(marks, patient)
      server.ask("tools/call", StdioServer.toolCall("tick", {}, { progressToken: "talk" }))
      await server.wait("progress", () => server.frames.some((frame) => frame.method === "notifications/progress"))
      server.closeOutput()
      assert.deepStrictEqual(await server.exit(), clean)
      assert.isBelow(server.log.length, 10)
    })

    it("costs a server without a reader of its log nothing", async () => {
      const server = await start(folder())
      server.closeLog()
      for (let i = 0; i < 20; i++) await server.call("print", { way: "console" })
      assert.deepStrictEqual((await server.call("number")).structuredContent, { result: 42 })
      await server.call("tick", { times: 100 })
      let asleep = 0
      await until("a server that has nothing to do and sleeps", () => {
        asleep = isAsleep(server.pid) ? asleep + 1 : 0
        return asleep === 5 // one that spins wants to run whenever it is looked at
      })
      server.endInput()
      assert.deepStrictEqual(await server.exit(), clean)
    })
  })
})

describe("a server that cannot start", () => {
  const cases: ReadonlyArray<
    readonly [what: string, reason: RegExp, prepare: (here: Folder.Folder) => Partial<StdioServer.Options>]
  > = [
    ["a duration that is none", /ERRATA_CONVERSION_TIMEOUT/, () => ({ env: { ERRATA_CONVERSION_TIMEOUT: "soon" } })],
    ["an option that it does not know", /Unknown option '--rot'/, () => ({ args: ["--rot", "x"] })],
    ["an option without its value", /--root/, () => ({ args: ["--root"] })],
    ["an argument too much", /Unexpected argument 'x'/, () => ({ args: ["x"] })],
    ["a root that is not there", /nowhere/, (here) => ({ args: ["--root", here.at("nowhere")] })],
    ["a root that is a file", /BadResource/, (here) => {
      writeFileSync(here.at("file"), "")
      return { args: ["--root", here.at("file")] }
    }],
    ["a data folder that is a file", /makeDirectory/, (here) => {
      writeFileSync(here.at("file"), "")
      return { env: { ERRATA_DATA: here.at("file") } }
    }],
    ["a database that is none", /SqlError: file is not a database/, (here) => {
      mkdirSync(here.at("data"))
      writeFileSync(here.at("data/documents.sqlite"), "a database has another beginning ".repeat(100))
      return {}
    }]
  ]

  it.each(cases)("because of %s exits with 78 and says why on one line", async (_, reason, prepare) => {
    const here = folder()
    const { args, env } = prepare(here)
    const server = StdioServer.spawnServer({ entry: documents, args, env: { ERRATA_DATA: here.at("data"), ...env } })
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
    await server.stop()
    assert.deepStrictEqual(server.frames, [])
    assert.lengthOf(server.log, 1)
    const { level, message, reason: told } = server.log[0]!
    assert.strictEqual(level, "Fatal")
    assert.strictEqual(message, "documents cannot start")
    assert.match(String(told), reason)
  })

  it.each([["stdio", "1"], ["stdio", "2"], ["http", "1"], ["http", "2"]])(
    "because a step leads to no tool says so at once, over %s on SDK %s.x",
    async (...args) => {
      const server = StdioServer.spawnServer({ entry: dangling, args })
      assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
      await server.stop()
      assert.lengthOf(server.log, 1)
      const { message, reason } = server.log[0]!
      assert.strictEqual(message, "dangling cannot start")
      assert.match(String(reason), /The guide for get_user, NotFound: a step calls list_user, which is not registered/)
    }
  )
})

/** Tests whether a process waits for something, and does not want to run (Linux). */
const isAsleep = (pid: number): boolean => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.startsWith("S")

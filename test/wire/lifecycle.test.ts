/**
 * How servers end, and how they do not start.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"
import { until } from "./Wait.ts"

const fixture = new URL("./fixtures/server.ts", import.meta.url)
const documents = new URL("../../packages/examples/src/documents/main.ts", import.meta.url)

const folder = (): Folder.Folder => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  return folder
}

const start = async (marks: Folder.Folder): Promise<StdioServer.StdioServer> => {
  const server = await StdioServer.start({ entry: fixture, env: { MARKS: marks.path } })
  onTestFinished(server.stop)
  return server
}

/** Starts a call that holds a file until it ends. */
const hold = async (server: StdioServer.StdioServer, marks: Folder.Folder, release_ms = 0): Promise<StdioServer.Id> => {
  const id = server.ask("tools/call", StdioServer.toolCall("hold", { name: "held", release_ms }))
  await until("the call is at work", () => Folder.list(marks.path).includes("held"))
  return id
}

const clean = { code: 0, signal: null }

describe("a client that closes stdin", () => {
  it("ends an idle server at once", async () => {
    const server = await start(folder())
    const before = performance.now()
    server.endInput()
    assert.deepStrictEqual(await server.exit(), clean)
    assert.isBelow(performance.now() - before, 900) // it does not wait for calls that are not there
  })

  it("gets the answers to what it asked before, as a pipe does", async () => {
    const server = await start(folder())
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
    const server = await start(marks)
    const id = await hold(server, marks)
    server.endInput()
    rmSync(marks.at("held"))
    assert.deepStrictEqual((await server.response(id)).result?.["structuredContent"], { held: "held" })
    assert.deepStrictEqual(await server.exit(), clean)
  })

  it("does not wait for a call that does not end; its finalizers run, also those that take their time", async () => {
    const marks = folder()
    const server = await start(marks)
    const id = await hold(server, marks, 300)
    const before = performance.now()
    server.endInput()
    assert.deepStrictEqual(await server.exit(), clean)
    assert.isBelow(performance.now() - before, 1_000 + 300 + 1_500)
    assert.deepStrictEqual(Folder.list(marks.path), [])
    assert.isFalse(server.frames.some((frame) => frame.id === id))
    assert.strictEqual(server.log.at(-1)?.["outcome"], "cancelled")
  })
})

describe("a signal", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s ends the server, after the finalizers of its calls",
    async (signal) => {
      const marks = folder()
      const server = await start(marks)
      await hold(server, marks, 100)
      server.signal(signal)
      assert.deepStrictEqual(await server.exit(), clean)
      assert.deepStrictEqual(Folder.list(marks.path), [])
    }
  )

  it("cuts short the waiting for calls when stdin is closed", async () => {
    const marks = folder()
    const server = await start(marks)
    await hold(server, marks)
    const before = performance.now()
    server.endInput()
    server.signal("SIGTERM")
    assert.deepStrictEqual(await server.exit(), clean)
    assert.isBelow(performance.now() - before, 900)
  })
})

describe("a client that is gone", () => {
  it("ends the server with the next frame, without a spin", async () => {
    const marks = folder()
    const server = await start(marks)
    await hold(server, marks)
    server.closeOutput()
    server.ask("tools/call", StdioServer.toolCall("number"))
    assert.deepStrictEqual(await server.exit(), clean)
    assert.deepStrictEqual(Folder.list(marks.path), [])
    assert.isBelow(server.log.length, 10)
  })

  it("does not make a server spin that goes on talking", async () => {
    const marks = folder()
    const server = await start(marks)
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
    const before = cpuTicks(server.pid)
    await server.call("tick", { times: 100 })
    assert.isBelow(cpuTicks(server.pid) - before, 50) // half a second of CPU: it does not spin
    server.endInput()
    assert.deepStrictEqual(await server.exit(), clean)
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
})

/** How much CPU time a process used, in hundredths of a second (Linux). */
const cpuTicks = (pid: number): number => {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ").slice(11, 13)
  return Number(user) + Number(system)
}

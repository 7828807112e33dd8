/**
 * Servers that existed before are served with the same manners.
 */
import { existsSync, readdirSync } from "node:fs"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"
import { until } from "./Wait.ts"

const entry = new URL("./fixtures/existing.ts", import.meta.url)
const clean = { code: 0, signal: null }

const start = async (kind: string, options: object = {}) => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  const mark = folder.at("mark")
  const env = { MARK: mark, OPTIONS: JSON.stringify(options) }
  const server = await StdioServer.start({ entry, args: [kind], env })
  onTestFinished(() => server.signal("SIGKILL"))
  return { server, mark }
}

describe.each([
  "McpServer 1.x",
  "McpServer 2.x",
  "McpServer 2.x by a factory",
  "Server 1.x",
  "Server 2.x",
  "adopted 1.x"
])("%s", (kind) => {
  it("answers, and ends when the client does", async () => {
    const { server } = await start(kind)
    assert.deepStrictEqual((await server.call("ping")).content, [{ type: "text", text: "pong" }])
    await server.stop()
    assert.deepStrictEqual(await server.exit(), clean)
  })

  it("tells an interrupted call that it may have taken effect, and waits for what it releases", async () => {
    const { mark, server } = await start(kind, { drain: "10 millis" })
    const id = server.ask("tools/call", StdioServer.toolCall("wait"))
    await server.call("ping")
    server.endInput()
    assert.deepStrictEqual(await server.exit(), clean)
    const { result } = await server.response(id)
    assert.strictEqual(result?.["isError"], true)
    assert.include(JSON.stringify(result), "wait may or may not have taken effect.")
    assert.include(JSON.stringify(result), "Check the state before calling again.")
    await until("the call was interrupted", () => existsSync(mark))
  })

  it("answers with an error where the result cannot be written as JSON", async () => {
    const { server } = await start(kind)
    const { error, result } = await server.request("tools/call", StdioServer.toolCall("cycle"))
    assert.isTrue(error !== undefined || result?.["isError"] === true)
    await server.stop()
  })

  it("answers what clients probe for with empty lists, where the option says so", async () => {
    const { server } = await start(kind, { answersProbes: true })
    const answers = await Promise.all(
      ["prompts/list", "resources/list", "resources/templates/list"].map((method) => server.request(method))
    )
    assert.deepStrictEqual(answers.map(({ result }) => result), [
      { prompts: [] },
      { resources: [] },
      { resourceTemplates: [] }
    ])
    assert.deepStrictEqual((await server.request("prompts/get")).error?.code, -32601)
    await server.stop()
  })
})

describe("a server that is loaded by a function", () => {
  const load = async (env: { readonly [name: string]: string } = {}) => {
    const server = StdioServer.spawnServer({ entry: new URL("./fixtures/lazy.ts", import.meta.url), env })
    onTestFinished(() => server.signal("SIGKILL"))
    return server
  }

  it("may print while it is loaded", async () => {
    const server = await load()
    await server.logLine("what was printed", ({ message }) => message === "printed while it is loaded")
    await server.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "wire test", version: "1.0.0" }
    })
    assert.deepStrictEqual((await server.call("ping")).structuredContent, { result: "pong" })
    await server.stop()
  })

  it("is compiled once: what was compiled is kept in the user's own folder", async () => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    const server = await load({ NODE_COMPILE_CACHE: "", XDG_CACHE_HOME: folder.path })
    server.endInput()
    assert.deepStrictEqual(await server.exit(), clean)
    const kept = readdirSync(folder.at("errata/compiled"), { recursive: true, withFileTypes: true })
    assert.isAbove(kept.filter((entry) => entry.isFile()).length, 100)
    const broken = await load({ NODE_COMPILE_CACHE: "", XDG_CACHE_HOME: "/dev/null" })
    broken.endInput()
    assert.deepStrictEqual(await broken.exit(), clean)
  })

  it("cannot start if it cannot be loaded", async () => {
    const server = await load({ BROKEN: "yes" })
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
    assert.deepInclude(server.log.at(-1), {
      level: "Fatal",
      message: "lazy cannot start",
      reason: "Error: no configuration for postgres://[redacted]@db/main"
    })
  })
})

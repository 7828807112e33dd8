/**
 * The driver itself: it sees what is wrong, and leaves no process behind.
 */
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "./Folder.ts"
import * as StdioServer from "./StdioServer.ts"
import { until } from "./Wait.ts"

const entry = new URL("./fixtures/culprit.ts", import.meta.url)

const culprit = (crime: string): StdioServer.StdioServer => StdioServer.spawnServer({ entry, args: [crime] })

const rejection = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
  } catch (error) {
    return String(error)
  }
  return assert.fail("it did not reject")
}

describe("StdioServer", () => {
  it.each([
    ["prints", "stdout: Listening on stdio"],
    ["prints JSON that is no frame", "stdout: {\"status\":\"listening\"}"],
    ["prints an empty line", "stdout: "],
    ["answers twice", "a second answer"],
    ["answers what nobody asked", "nobody asked"],
    ["answers with a result and an error", "stdout: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":"],
    ["warns", "stderr: (node) Warning"],
    ["logs JSON that is no line", "stderr: \"a string\""],
    ["does not end its last line", "an unfinished line: {\"jsonrpc\""]
  ])("finds a server that %s", async (crime, finding) => {
    const server = culprit(crime)
    await server.request("ping")
    assert.include(await rejection(server.stop()), finding)
  })

  it("accepts one that does nothing of the kind", async () => {
    const server = culprit("nothing")
    await server.request("ping")
    await server.stop()
  })

  it("does not wait for ever, and says what it knows", async () => {
    const server = culprit("is silent")
    onTestFinished(server.stop)
    const message = await rejection(server.request("ping", {}, 200))
    assert.include(message, "Waited 200 ms in vain for the response to request 1: it runs; 0 frames came")
  })

  it("does not wait for one that is gone", async () => {
    const server = culprit("exits")
    const message = await rejection(server.request("ping"))
    assert.match(message, /The server ended before the response to request 1 came: it ended with 3/)
  })

  it("kills one that does not end", async () => {
    const server = culprit("does not end")
    await server.request("ping")
    const message = await rejection(server.stop(500))
    assert.include(message, "Waited 500 ms in vain for the end of the process")
    await until("the process is gone", () => Folder.list(`/proc/${server.pid}`).length === 0)
  })

  it("puts characters together that chunks have split", async () => {
    const server = culprit("splits characters")
    const { result } = await server.request("ping")
    assert.deepStrictEqual(result, { text: "Ärger – 📕" })
    await server.stop()
  })
})

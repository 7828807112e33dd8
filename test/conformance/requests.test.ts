/**
 * No request line ends an HTTP server, or makes it silent: each is answered or refused.
 */
import { spawnSync } from "node:child_process"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as HttpServer from "./HttpServer.ts"

const request = (line: string, ...headers: ReadonlyArray<string>): string =>
  [line, "host: localhost", ...headers, "", ""].join("\r\n")

/** Sends bytes and returns the status of the first answer; 0 if the connection was closed without one. */
const statusOf = (url: string, bytes: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1")
    let text = ""
    socket.setTimeout(20_000, () => reject(new Error("no answer")))
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)))
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1")
      if (text.includes("\r\n\r\n")) socket.destroy()
    })
    socket.write(bytes)
  })

const lines: ReadonlyArray<readonly [request: string, status: number]> = [
  [request("POST // HTTP/1.1", "content-length: 0"), 404],
  [request("GET //mcp HTTP/1.1"), 404],
  [request("GET /// HTTP/1.1"), 404],
  [request("GET http://[ HTTP/1.1"), 404],
  [request("GET http://localhost:99999/mcp HTTP/1.1"), 404],
  [request("GET / HTTP/1.1"), 404],
  [request("GET /%00 HTTP/1.1"), 404],
  [request("OPTIONS * HTTP/1.1"), 404],
  [request("OPTIONS /mcp HTTP/1.1"), 405],
  [request("TRACE /mcp HTTP/1.1"), 405],
  [request("PUT /mcp HTTP/1.1", "content-length: 0"), 405],
  [request("CONNECT localhost:80 HTTP/1.1"), 405],
  [request("post /mcp HTTP/1.1"), 400],
  [request("GET /mcp HTTP/9.9"), 400],
  ["GET /mcp HTTP/1.1\r\n\r\n", 400],
  ["\r\n\r\nnonsense\r\n\r\n", 400],
  ["GET /mcp HTTP/1.1\r\nhost: [\r\n\r\n", 403],
  ["GET /mcp HTTP/1.1\r\nhost: evil.example\r\n\r\n", 403],
  [request("POST /mcp HTTP/1.1", "mcp-session-id: none", "content-length: 0"), 415],
  [request(`GET /${"x".repeat(20_000)} HTTP/1.1`), 431]
]

describe.each(["sdk", "server"] as const)("the conformance server %s", (name) => {
  let server: HttpServer.HttpServer

  beforeAll(async () => {
    server = await HttpServer.start(name)
  })
  afterAll(() => server.stop())

  it.each(lines.map(([bytes, status]) => [bytes.slice(0, 40), bytes, status] as const))(
    "answers %j",
    async (_, bytes, status) => assert.strictEqual(await statusOf(server.url, bytes), status)
  )

  it("says which methods it knows", async () => {
    const response = await fetch(server.url, { method: "PATCH" })
    assert.strictEqual(response.headers.get("allow"), "POST, GET, DELETE")
    assert.strictEqual((await response.json() as { error: { message: string } }).error.message, "Method not allowed")
  })
})

describe("a conformance server", () => {
  it.each([["--port", "x"], ["--port", "70000"], ["--port", "-1"], ["--por", "1"], ["x"]])(
    "does not start with %s %s",
    (...args) => {
      const entry = fileURLToPath(import.meta.resolve("@errata/examples/conformance/main-sdk"))
      const { status, stderr } = spawnSync(process.execPath, [entry, ...args], { encoding: "utf8" })
      assert.strictEqual(status, 78)
      assert.strictEqual(stderr.trim().split("\n").length, 1)
      assert.deepInclude(JSON.parse(stderr), { level: "Fatal", message: "the server cannot start" })
    }
  )
})

/** Requests that are no requests, or try to be two: each is answered or refused, none reaches a tool by a side door. */
import { assert, describe, expect, it } from "vitest"
import { callOf, post, raw, statuses } from "./support/ask.ts"
import { start } from "./support/server.ts"

const body = JSON.stringify(callOf("ping"))
const inner =
  `POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer secret\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`

const head = (...lines: ReadonlyArray<string>) =>
  [
    "POST /mcp HTTP/1.1",
    "host: localhost",
    "content-type: application/json",
    "accept: application/json, text/event-stream",
    ...lines,
    "",
    ""
  ].join("\r\n")

/** Each holds a whole request in what another server might take for its body. */
const smuggled: Readonly<Record<string, string>> = {
  "both lengths": `${head("content-length: 4", "transfer-encoding: chunked")}0\r\n\r\n${inner}`,
  "two lengths": `${head("content-length: 4", `content-length: ${inner.length}`)}${inner}`,
  "two lengths in one": `${head("content-length: 4, 5")}null${inner}`,
  "a length with a sign": `${head("content-length: +4")}null${inner}`,
  "a length in hex": `${head("content-length: 0x4")}null${inner}`,
  "a space before the colon": `${head("content-length : 4")}null${inner}`,
  "an encoding that is not chunked": `${head("transfer-encoding: xchunked")}0\r\n\r\n${inner}`,
  "an encoding twice": `${head("transfer-encoding: chunked", "transfer-encoding: identity")}0\r\n\r\n${inner}`,
  "a folded header": `${head("x: a", " content-length: 4")}${inner}`,
  "a bare carriage return": `${head("x: a\rcontent-length: 4")}${inner}`,
  "a zero byte": `${head("x: a\0b")}${inner}`,
  "a bad chunk": `${head("transfer-encoding: chunked")}zz\r\n${inner}`,
  "a chunk with a bare line feed": `${head("transfer-encoding: chunked")}4\nnull\n0\n\n${inner}`
}

describe("a request that may be two", () => {
  it.each(Object.entries(smuggled))("by %s is refused, and what follows is not served", async (_, bytes) => {
    const { log, url } = await start({ token: "secret" })
    const text = await raw(url, bytes, (text) => /"id":null\}/.test(text) || statuses(text).length > 1)
    for (const status of statuses(text)) assert.oneOf(status, [400, 401])
    assert.isUndefined(log.find(({ message }) => message === "tool call ended"))
    assert.notMatch(text, /HPE_|at .*\.js|node:/)
  })

  it.each(["authorization", "mcp-session-id", "content-type", "content-encoding", "last-event-id", "origin"])(
    "by %s twice is refused",
    async (name) => {
      const { url } = await start({ token: "secret" })
      const text = await raw(
        url,
        head(`${name}: Bearer secret`, `${name}: x`, "content-length: 0"),
        (text) => text.includes("}")
      )
      assert.deepStrictEqual(statuses(text), [400])
    }
  )
})

describe("a path", () => {
  it.each([
    ["/mcp/", 404],
    ["/MCP", 404],
    ["//mcp", 404],
    ["/./mcp", 401], // a URL says the same of both
    ["/x/../mcp", 401],
    ["/%6dcp", 404],
    ["/mcp%00", 404],
    ["/mcp;x", 404],
    ["/mcp?token=secret", 401],
    ["/mcp?access_token=secret", 401],
    ["/mcp#x", 404],
    ["/metrics/../mcp", 401],
    ["/health/../metrics", 401],
    ["/ready%2f..%2fmetrics", 404],
    ["http://localhost/mcp", 401],
    ["http://evil.example/mcp", 401], // it is Host that counts
    ["/..\\mcp", 401],
    ["/\\evil.example/mcp", 404],
    ["/mcp%0d%0aset-cookie:%20a", 404]
  ])("%s is answered with %i", async (path, status) => {
    const { log, url } = await start({ token: "secret" })
    const text = await raw(
      url,
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`
    )
    assert.deepStrictEqual(statuses(text), [status])
    assert.notMatch(text, /set-cookie/i)
    assert.notInclude(JSON.stringify(log), "secret")
  })
})

describe("a client", () => {
  it("that leaves in the middle of anything costs the others nothing", async () => {
    const { counts, held, url } = await start({ sessions: true })
    const pieces = [inner.slice(0, 5), inner.slice(0, 60), inner.slice(0, -3), inner, `${inner}${inner}${inner}`]
    const { connect } = await import("node:net")
    for (let i = 0; i < 50; i++) {
      for (const piece of pieces) {
        const socket = connect(Number(new URL(url).port), "127.0.0.1")
        socket.on("error", () => undefined)
        await new Promise<void>((done) => socket.write(piece, () => done()))
        socket.resetAndDestroy()
      }
    }
    held.letGo()
    await expect.poll(counts, { timeout: 10_000 }).toEqual({
      inside: 0,
      waiting: 0,
      streams: 0,
      sessions: 0,
      bufferedBytes: 0,
      connections: 0
    })
    assert.strictEqual((await post(url, body)).status, 400)
  })

  it("may send several requests at once on one connection, and gets the answers in order", async () => {
    const { url } = await start({ streams: false, token: "secret" })
    const text = await raw(url, inner.repeat(5), (text) => (text.match(/"jsonrpc"/g) ?? []).length === 5)
    assert.deepStrictEqual(statuses(text), [200, 200, 200, 200, 200])
  })
})

/** Every limit of what a client may send and how much is done at once: at it, and beyond it. */
import { connect, type Socket } from "node:net"
import { assert, describe, expect, it, onTestFinished } from "vitest"
import { callOf, initialize, messages, modernHeaders, modernOf, post, raw, statuses } from "./support/ask.ts"
import { sdks, start } from "./support/server.ts"

/** A socket that stays open, and what came on it. */
const open = (url: string, bytes: string) => {
  const socket: Socket = connect(Number(new URL(url).port), "127.0.0.1")
  let text = ""
  socket.on("error", () => undefined)
  socket.on("data", (piece: Buffer) => {
    text += piece.toString("latin1")
  })
  socket.write(bytes)
  onTestFinished(() => void socket.destroy())
  return {
    socket,
    text: () => text,
    closed: new Promise<string>((resolve) => socket.once("close", () => resolve(text)))
  }
}

const head = (length: number | string, ...more: ReadonlyArray<string>): string =>
  [
    "POST /mcp HTTP/1.1",
    "host: localhost",
    "content-type: application/json",
    "accept: application/json, text/event-stream",
    `content-length: ${length}`,
    ...more,
    "",
    ""
  ].join("\r\n")

describe.each(sdks)("a server with SDK %i", (sdk) => {
  it("works on so many requests at once, lets so many wait, and refuses the rest", async () => {
    const { counts, held, url } = await start({ sdk, requests: { concurrency: 2, queue: 2 } })
    const calls = Array.from({ length: 4 }, (_, id) => post(url, callOf("hold", {}, id)))
    await held.reached(2)
    await expect.poll(async () => (await counts()).waiting).toBe(2)
    const refused = await post(url, callOf("ping"))
    assert.strictEqual(refused.status, 503)
    assert.strictEqual(refused.headers.get("retry-after"), "1")
    const [{ error }] = await messages(refused)
    assert.deepInclude(error, { code: -32603, message: "The server is overloaded. Try again later" })
    assert.strictEqual(held.started(), 2)
    held.letGo()
    const answers = await Promise.all(calls.map(async (call) => (await messages(await call))[0]))
    assert.deepStrictEqual(answers.map(({ id }) => id), [0, 1, 2, 3])
    assert.deepInclude(await counts(), { inside: 0, waiting: 0, bufferedBytes: 0 })
  })

  it("keeps a place for answers while every place is taken by calls", async () => {
    const { held, url } = await start({ sdk, sessions: true, requests: { concurrency: 1, queue: 0 } })
    const opened = await post(url, initialize)
    await opened.text()
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id")! }
    const call = post(url, callOf("hold"), session)
    await held.reached(1)
    assert.strictEqual((await post(url, callOf("ping", {}, 2), session)).status, 503)
    const answer = { jsonrpc: "2.0", id: 99, result: {} }
    assert.strictEqual((await post(url, answer, session)).status, 202)
    held.letGo()
    assert.strictEqual((await call).status, 200)
  })

  it("lets a request wait no longer than it may", async () => {
    const { held, url } = await start({ sdk, requests: { concurrency: 1, queue: 5, queueTimeout: "20 millis" } })
    const call = post(url, callOf("hold"))
    await held.reached(1)
    assert.strictEqual((await post(url, callOf("ping"))).status, 503)
    held.letGo()
    await (await call).text()
  })

  it("forgets a request that waits when its client goes", async () => {
    const { counts, held, url } = await start({ sdk, requests: { concurrency: 1 } })
    const call = post(url, callOf("hold"))
    await held.reached(1)
    const abort = new AbortController()
    const gone = post(url, callOf("hold", {}, 2), {}, abort.signal).catch(() => "gone")
    await expect.poll(async () => (await counts()).waiting).toBe(1)
    abort.abort()
    assert.strictEqual(await gone, "gone")
    await expect.poll(async () => (await counts()).waiting).toBe(0)
    held.letGo()
    await (await call).text()
    assert.strictEqual(held.started(), 1)
  })

  it("answers a request that takes too long, and lets the next one in", async () => {
    const { counts, held, log, url } = await start({
      sdk,
      streams: false,
      requests: { concurrency: 1, replyTimeout: "50 millis" }
    })
    const response = await post(url, callOf("hold", {}, 7))
    assert.strictEqual(response.status, 504)
    const { error, id } = await response.json() as any
    assert.strictEqual(id, 7)
    assert.strictEqual(error.message, "The request took too long")
    assert.isDefined(log.find((line) => line["reference_id"] === error.data.reference_id))
    await expect.poll(async () => (await counts()).inside).toBe(0)
    await expect.poll(() => held.interrupted()).toBe(1)
  })

  it("ends a stream that takes too long with an error of its call", async () => {
    const { url } = await start({ sdk, sessions: true, requests: { replyTimeout: "50 millis" } })
    const opened = await post(url, initialize)
    await opened.text()
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id")!, "mcp-protocol-version": "2025-11-25" }
    const response = await post(url, callOf("hold", {}, 8), session)
    assert.strictEqual(response.status, 200) // its head is out: a first event lets the client come back
    const [last] = await messages(response)
    assert.deepInclude(last, { jsonrpc: "2.0", id: 8 })
    assert.strictEqual(last.error.message, "The request took too long")
  })

  it("has so many streams open that belong to no call", async () => {
    const { counts, url } = await start({ sdk, sessions: true, requests: { streams: 1 } })
    const sessionOf = async () => {
      const opened = await post(url, initialize)
      await opened.text()
      return opened.headers.get("mcp-session-id")!
    }
    const listen = (session: string, signal?: AbortSignal) =>
      fetch(url, {
        headers: { accept: "text/event-stream", "mcp-session-id": session },
        ...signal === undefined ? {} : { signal }
      })
    const abort = new AbortController()
    const first = await listen(await sessionOf(), abort.signal)
    assert.strictEqual(first.status, 200)
    const second = await sessionOf()
    assert.strictEqual((await listen(second)).status, 503)
    abort.abort()
    await expect.poll(async () => (await counts()).streams).toBe(0)
    const again = await listen(second)
    assert.strictEqual(again.status, 200)
    await again.body?.cancel()
  })

  it("keeps so many sessions, and forgets the one that was idle longest", async () => {
    const { counts, url } = await start({ sdk, sessions: { most: 2 } })
    const sessionOf = async () => {
      const opened = await post(url, initialize)
      await opened.text()
      return { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" }
    }
    const [first, second] = [await sessionOf(), await sessionOf()]
    await sessionOf()
    assert.strictEqual((await counts()).sessions, 2)
    assert.strictEqual((await post(url, callOf("ping"), first)).status, 404)
    assert.strictEqual((await post(url, callOf("ping"), second)).status, 200)
  })
})

describe("a server", () => {
  it("refuses a session where every other is in use", async () => {
    const { held, url } = await start({ sessions: { most: 1 } })
    const opened = await post(url, initialize)
    await opened.text()
    const call = post(url, callOf("hold"), { "mcp-session-id": opened.headers.get("mcp-session-id")! })
    await held.reached(1)
    const refused = await post(url, initialize)
    assert.strictEqual(refused.status, 503)
    assert.strictEqual(refused.headers.get("retry-after"), "1")
    held.letGo()
    await (await call).text()
    assert.strictEqual((await post(url, initialize)).status, 200)
  })

  it("forgets a session that is idle", async () => {
    const { counts, url } = await start({ sessions: { idle: "20 millis" } })
    const opened = await post(url, initialize)
    await opened.text()
    await expect.poll(async () => (await counts()).sessions).toBe(0)
    const response = await post(url, callOf("ping"), { "mcp-session-id": opened.headers.get("mcp-session-id")! })
    assert.strictEqual(response.status, 404)
  })

  it("bounds the subscriptions of the newest protocol", async () => {
    const { counts, url } = await start({ sdk: 2, requests: { streams: 1 } })
    const listen = (signal?: AbortSignal) => {
      const { params } = modernOf("ping")
      return post(
        url,
        {
          jsonrpc: "2.0",
          id: 1,
          method: "subscriptions/listen",
          params: { _meta: (params as any)._meta, notifications: { toolsListChanged: true } }
        },
        { "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen" },
        signal
      )
    }
    const abort = new AbortController()
    const first = await listen(abort.signal)
    assert.strictEqual(first.status, 200)
    assert.strictEqual((await counts()).streams, 1)
    assert.strictEqual((await listen()).status, 503)
    abort.abort()
    await expect.poll(async () => (await counts()).streams).toBe(0)
    const response = await post(url, modernOf("ping"), modernHeaders("ping"))
    assert.strictEqual(response.status, 200)
  })

  it("keeps so many bytes of bodies at once", async () => {
    const { counts, held, url } = await start({ requests: { bufferedBytes: 2_000, concurrency: 1 } })
    const first = post(url, callOf("hold"))
    await held.reached(1)
    const waiting = post(url, callOf("echo", { text: "x".repeat(1_500) }, 2))
    await expect.poll(async () => (await counts()).waiting).toBe(1)
    assert.strictEqual((await post(url, callOf("echo", { text: "x".repeat(1_500) }, 3))).status, 503)
    held.letGo()
    assert.strictEqual((await waiting).status, 200)
    await (await first).text()
    await (await waiting).text()
    await expect.poll(async () => (await counts()).bufferedBytes).toBe(0)
  })

  it("closes a connection whose headers come too slowly", async () => {
    const { url } = await start({ requests: { headerTimeout: "50 millis" } })
    const text = await raw(url, "POST /mcp HTTP/1.1\r\nhost: localhost\r\n")
    assert.deepStrictEqual(statuses(text), [408])
    assert.match(text, /content-type: application\/problem\+json[^]*reference_id/)
  })

  it("refuses a body that comes too slowly, and closes", async () => {
    const { counts, url } = await start({ requests: { bodyTimeout: "50 millis" } })
    const text = await raw(url, `${head(100)}{"jsonrpc"`)
    assert.deepStrictEqual(statuses(text), [408])
    assert.match(text, /connection: close/i)
    assert.strictEqual((await counts()).bufferedBytes, 0)
  })

  it("closes the connection of a client that reads nothing", async () => {
    const { counts, url } = await start({
      requests: { readTimeout: "1 second", bodyBytes: 30_000_000, concurrency: 1 }
    })
    const body = JSON.stringify(callOf("echo", { text: "x".repeat(3_000_000) }))
    const { closed, socket } = open(url, `${head(body.length)}${body}`.repeat(6)) // more than the kernel keeps for it
    socket.pause()
    await expect.poll(async () => (await counts()).connections, { interval: 5 }).toBe(1)
    await expect.poll(async () => (await counts()).connections, { timeout: 20_000 }).toBe(0)
    socket.resume()
    await closed
    await expect.poll(async () => (await counts()).inside).toBe(0)
    assert.strictEqual((await post(url, callOf("ping"))).status, 200)
  })

  it("refuses headers that are too long", async () => {
    const { url } = await start({ requests: { headerBytes: 1_000 } })
    assert.deepStrictEqual(statuses(await raw(url, head(0, `x: ${"x".repeat(1_000)}`))), [431])
    const text = await raw(url, head(0, `x: ${"x".repeat(500)}`), (text) => text.includes("\r\n\r\n"))
    assert.deepStrictEqual(statuses(text), [400])
  })

  it("closes connections beyond the most", async () => {
    const { counts, url } = await start({ requests: { connections: 1 } })
    const first = open(url, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
    await expect.poll(() => statuses(first.text())).toEqual([200])
    assert.strictEqual(await raw(url, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"), "")
    assert.strictEqual((await counts()).connections, 1)
  })

  it("asks for a body that is held back only when it wants it", async () => {
    const { url } = await start({ token: "secret" })
    const refused = await raw(url, head(1_000_000, "expect: 100-continue"), (text) => text.includes("}"))
    assert.deepStrictEqual(statuses(refused), [401])
    const body = JSON.stringify(callOf("ping"))
    const asked = open(
      url,
      head(body.length, "expect: 100-continue", "authorization: Bearer secret", "connection: close")
    )
    await expect.poll(() => statuses(asked.text())).toEqual([100])
    asked.socket.write(body)
    assert.deepStrictEqual(statuses(await asked.closed), [100, 200])
  })

  it("lets a client read why its long body is refused", async () => {
    const { url } = await start({ requests: { bodyBytes: 1_000 } })
    for (let i = 0; i < 5; i++) {
      const response = await post(url, JSON.stringify(callOf("echo", { text: "x".repeat(5_000_000) })))
      assert.strictEqual(response.status, 413)
      assert.include(await response.text(), "The body is too large")
    }
  })
})

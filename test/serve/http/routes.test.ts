/** Every route, and every way to be refused: the status, the headers, a sentence that depends on nothing, a reference. */
import * as Effect from "effect/Effect"
import { assert, describe, expect, it } from "vitest"
import { callOf, initialize, messages, post, raw, statuses } from "./support/ask.ts"
import { type Sdk, sdks, start } from "./support/server.ts"

const json = { "content-type": "application/json", accept: "application/json, text/event-stream" }

describe.each(sdks)("a server with SDK %i", (sdk: Sdk) => {
  it("answers calls, alone and in a session", async () => {
    const alone = await start({ sdk })
    const [answer] = await messages(await post(alone.url, callOf("ping")))
    assert.deepStrictEqual(answer.result.structuredContent, { result: "pong" })
    assert.strictEqual((await fetch(alone.url)).status, 405)

    const kept = await start({ sdk, sessions: true })
    const opened = await post(kept.url, initialize)
    const session = opened.headers.get("mcp-session-id")!
    await opened.text()
    const [again] = await messages(await post(kept.url, callOf("ping"), { "mcp-session-id": session }))
    assert.deepStrictEqual(again.result.structuredContent, { result: "pong" })
    assert.strictEqual((await post(kept.url, callOf("ping"))).status, 400)
    assert.strictEqual((await post(kept.url, callOf("ping"), { "mcp-session-id": "other" })).status, 404)
    assert.strictEqual((await kept.counts()).sessions, 1)
    const ended = await fetch(kept.url, { method: "DELETE", headers: { "mcp-session-id": session } })
    assert.strictEqual(ended.status, 200)
    assert.strictEqual((await kept.counts()).sessions, 0)
    assert.strictEqual((await post(kept.url, callOf("ping"), { "mcp-session-id": session })).status, 404)
  })

  it("answers in one piece where no stream is wanted", async () => {
    const { url } = await start({ sdk, streams: false })
    const response = await post(url, callOf("ping"))
    assert.strictEqual(response.headers.get("content-type"), "application/json")
    assert.strictEqual((await response.json() as any).result.structuredContent.result, "pong")
  })

  it.each<[name: string, status: number, code: number, method: string, headers: object, body: string | undefined]>([
    ["no JSON", 400, -32700, "POST", json, "{"],
    ["no UTF-8", 400, -32700, "POST", json, undefined],
    ["an empty batch", 400, -32600, "POST", json, "[]"],
    ["a value that is no message", 400, -32600, "POST", json, "5"],
    ["null", 400, -32600, "POST", json, "null"],
    ["an object that is no message", 400, -32600, "POST", json, "{\"id\":1}"],
    ["another method", 405, -32600, "PUT", json, "{}"],
    ["another type", 415, -32600, "POST", { ...json, "content-type": "text/plain" }, "{}"],
    ["a type that only looks like it", 415, -32600, "POST", { ...json, "content-type": "application/json5" }, "{}"],
    ["another charset", 415, -32600, "POST", { ...json, "content-type": "application/json; charset=utf-16" }, "{}"],
    ["a compressed body", 415, -32600, "POST", { ...json, "content-encoding": "gzip" }, "{}"],
    ["a body that is too long", 413, -32600, "POST", json, JSON.stringify(callOf("echo", { text: "x".repeat(2_000) }))],
    [
      "an unknown protocol",
      400,
      -32000,
      "POST",
      { ...json, "mcp-protocol-version": "1999-01-01" },
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
    ]
  ])("refuses %s", async (_, status, code, method, headers, body) => {
    const { log, url } = await start({ sdk, requests: { bodyBytes: 2_000 } })
    const response = await fetch(url, {
      method,
      headers: headers as Record<string, string>,
      body: body ?? Buffer.from([0x7b, 0xff, 0xfe, 0x7d])
    })
    const { error, id, jsonrpc } = await response.json() as any
    assert.strictEqual(response.status, status)
    assert.strictEqual(jsonrpc, "2.0")
    assert.strictEqual(id, null)
    assert.strictEqual(error.code, code)
    assert.match(error.data.reference_id, /^[0-9a-f]{8}$/)
    assert.deepInclude(log.find((line) => line["reference_id"] === error.data.reference_id), {
      message: "a request was refused",
      status,
      path: "/mcp"
    })
    assert.strictEqual(response.headers.get("x-content-type-options"), "nosniff")
    if (status === 405) assert.strictEqual(response.headers.get("allow"), "POST")
  })

  it("takes a body of exactly the longest length", async () => {
    const body = JSON.stringify(callOf("echo", { text: "x" }))
    const exact = await start({ sdk, requests: { bodyBytes: body.length } })
    assert.strictEqual((await post(exact.url, body)).status, 200)
    assert.strictEqual((await post(exact.url, `${body} `)).status, 413)
    const chunked =
      `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${
        (body.length + 1).toString(16)
      }\r\n${body} \r\n0\r\n\r\n`
    assert.deepStrictEqual(statuses(await raw(exact.url, chunked, (text) => text.includes("\r\n\r\n{"))), [413])
  })
})

describe("a server", () => {
  it("tells whether it lives to everybody", async () => {
    const { url } = await start({ token: "secret" })
    const health = await fetch(new URL("/health", url))
    assert.strictEqual(health.status, 200)
    assert.deepStrictEqual(await health.json(), { status: "ok" })
    const head = await fetch(new URL("/health", url), { method: "HEAD" })
    assert.strictEqual(head.status, 200)
    assert.strictEqual(await head.text(), "")
    const post = await fetch(new URL("/health", url), { method: "POST" })
    assert.strictEqual(post.status, 405)
    assert.strictEqual(post.headers.get("allow"), "GET, HEAD")
    assert.deepInclude(await post.json(), { type: "about:blank", title: "Method not allowed", status: 405 })
  })

  it("is ready while every check is, and says what is not to those who may call", async () => {
    let isUp = true
    const { close, url } = await start({
      token: "secret",
      ready: {
        store: Effect.suspend(() => isUp ? Effect.succeed("fine") : Effect.fail("down")),
        billing: Effect.sync(() => ({ status: "degraded", circuits: [{ state: isUp ? "HalfOpen" : "Open" }] })),
        queue: Effect.sync(() => isUp)
      }
    })
    const ready = new URL("/ready", url)
    assert.strictEqual((await fetch(ready)).status, 200)
    isUp = false
    await expect.poll(async () => (await fetch(ready)).status, { timeout: 20_000 }).toBe(503)
    const response = await fetch(ready)
    assert.strictEqual(response.headers.get("retry-after"), "1")
    assert.deepStrictEqual(await response.json(), { status: "not ready" })
    const known = await fetch(ready, { headers: { authorization: "Bearer secret" } })
    assert.deepStrictEqual(await known.json(), { status: "not ready", reasons: ["store", "billing", "queue"] })
    await close()
  })

  it("serves the pages it is given, to those who may call", async () => {
    const { url } = await start({
      token: "secret",
      pages: {
        "/page": (request) => new Response(new URL(request.url).pathname, { headers: { "content-type": "text/plain" } })
      }
    })
    const at = (path: string, authorization = "Bearer secret", method = "GET") =>
      fetch(new URL(path, url), { method, headers: { authorization } })
    assert.strictEqual(await (await at("/page")).text(), "/page")
    assert.strictEqual(await (await at("/page/more")).text(), "/page/more")
    assert.strictEqual((await at("/pages")).status, 404)
    assert.strictEqual((await at("/page", "Bearer other")).status, 401)
    assert.strictEqual((await at("/page", "Bearer secret", "POST")).status, 405)
    assert.strictEqual((await at("/__proto__")).status, 404)
    assert.strictEqual((await at("/constructor")).status, 404)
  })

  it("answers 500 without a word of why where a page fails", async () => {
    const { log, url } = await start({
      pages: {
        "/page": () => {
          throw new Error("sk_live_4eC39HqLyjWDarjtT1zdp7dc at /srv/app.ts")
        }
      }
    })
    const response = await fetch(new URL("/page", url))
    assert.strictEqual(response.status, 500)
    assert.deepInclude(await response.json(), { title: "The request failed unexpectedly" })
    assert.notInclude(JSON.stringify(log), "sk_live")
    const line = log.find(({ status }) => status === 500)
    assert.include(String(line?.["cause"]), "at /srv/app.ts") // an operator finds out why
  })

  it("gives up a page that does not answer", async () => {
    const { url } = await start({
      requests: { replyTimeout: "20 millis" },
      pages: { "/page": () => new Promise(() => undefined) }
    })
    assert.strictEqual((await fetch(new URL("/page", url))).status, 504)
  })

  it("takes a host that is no host where it looks at none", async () => {
    const { url } = await start({ host: "0.0.0.0", hosts: "any" })
    const body = JSON.stringify(callOf("ping"))
    const head = [
      "POST /mcp HTTP/1.1",
      "host: a b",
      "content-type: application/json",
      "accept: application/json, text/event-stream",
      `content-length: ${body.length}`
    ]
    const text = await raw(url, `${head.join("\r\n")}\r\n\r\n${body}`, (text) => text.includes("pong"))
    assert.deepStrictEqual(statuses(text), [200])
  })

  it("masks what a tool died of", async () => {
    const { log, url } = await start()
    const text = await (await post(url, callOf("explode"))).text()
    assert.include(text, "The tool failed unexpectedly.")
    assert.notMatch(text + JSON.stringify(log), /sk_live_4e/)
  })

  it.each(
    [
      [{ port: 70_000 }, /no port/],
      [{ path: "mcp" }, /path/],
      [{ path: "/a b" }, /path/],
      [{ token: "" }, /token/],
      [{ token: "two words" }, /token/],
      [{ token: "a", auth: { verify: () => undefined } }, /not both/],
      [{ host: "0.0.0.0" }, /hosts/],
      [{ requests: { bodyBytes: 0 } }, /bodyBytes/],
      [{ requests: { concurrency: 1.5 } }, /concurrency/],
      [{ requests: { queueTimeout: "0 seconds" } }, /queueTimeout/],
      [{ drain: "30 days" }, /drain/],
      [{ sessions: { most: 0 } }, /most/],
      [{ sessions: { resume: { events: -1 } } }, /events/]
    ] as const
  )("does not start with %j", async (settings, why) => {
    await expect(start(settings as never)).rejects.toThrow(why)
  })

  it("does not start on a port that is taken", async () => {
    const { port } = await start()
    await expect(start({ port })).rejects.toThrow(/EADDRINUSE/)
  })
})

/** What becomes of a call when its client goes, cancels, comes back, or needs another token. */
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import { serve, type ServeSettings } from "@errata/mcp-adapter/http"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { assert, describe, expect, it, onTestFinished } from "vitest"
import { callOf, initialize, messages, modernHeaders, modernOf, post } from "./support/ask.ts"
import { sdks, start } from "./support/server.ts"

const sessionOf = async (url: string) => {
  const opened = await post(url, initialize)
  await opened.text()
  return { "mcp-session-id": opened.headers.get("mcp-session-id")!, "mcp-protocol-version": "2025-11-25" }
}

/** The events of a stream as they come. */
const events = async function*(
  response: Response
): AsyncGenerator<{ readonly id: string | undefined; readonly data: any }> {
  let text = ""
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n")
      text = text.slice(end + 2)
      const data = lines.find((line) => line.startsWith("data: "))?.slice(6)
      yield {
        id: lines.find((line) => line.startsWith("id: "))?.slice(4),
        data: data === undefined || data === "" ? undefined : JSON.parse(data)
      }
    }
  }
}

describe.each(sdks)("a server with SDK %i", (sdk) => {
  it("goes on with a call of an older protocol whose client went", async () => {
    const { counts, held, url } = await start({ sdk, requests: { concurrency: 1, queue: 0 } })
    const abort = new AbortController()
    const gone = post(url, callOf("hold"), {}, abort.signal).catch(() => "gone")
    await held.reached(1)
    abort.abort()
    assert.strictEqual(await gone, "gone")
    await expect.poll(async () => (await counts()).connections).toBe(0)
    assert.strictEqual((await counts()).inside, 1) // it still takes its place
    assert.strictEqual((await post(url, callOf("ping"))).status, 503)
    held.letGo()
    await expect.poll(async () => (await counts()).inside).toBe(0)
    assert.strictEqual(held.interrupted(), 0)
  })

  it("ends a call that is cancelled in its session, and its stream", async () => {
    const { counts, held, url } = await start({ sdk, sessions: true })
    const session = await sessionOf(url)
    const call = post(url, callOf("hold", {}, 5), session)
    await held.reached(1)
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 5, reason: "enough" } }
    assert.strictEqual((await post(url, cancel, session)).status, 202)
    await held.ended(1)
    assert.deepStrictEqual(await messages(await call), [])
    await expect.poll(async () => (await counts()).inside).toBe(0)
  })

  it("sends the answer to a client that comes back for it, once", async () => {
    const { held, url } = await start({ sdk, sessions: true })
    const session = await sessionOf(url)
    const abort = new AbortController()
    const response = await post(url, callOf("hold", {}, 6), session, abort.signal)
    const stream = events(response)
    const { value } = await stream.next()
    assert.isString(value?.id)
    assert.isUndefined(value?.data)
    await held.reached(1)
    abort.abort()
    await stream.next().catch(() => undefined)
    const come = () => fetch(url, { headers: { ...session, accept: "text/event-stream", "last-event-id": value!.id! } })
    let back = await come()
    while (back.status === 409) back = await come() // the server has not heard yet that the client went
    assert.strictEqual(back.status, 200)
    held.letGo()
    const replayed = events(back)
    const answer = (await replayed.next()).value
    assert.deepInclude(answer?.data, { id: 6 })
    assert.strictEqual(answer?.data.result.structuredContent.result, "let go")
    assert.isTrue((await replayed.next()).done)
    assert.strictEqual(held.interrupted(), 0)

    const late = await come()
    assert.deepInclude((await events(late).next()).value?.data, { id: 6 })
  })

  it("knows no event of another session, and none that is older than it keeps", async () => {
    const { url } = await start({ sdk, sessions: { resume: { events: 2 } } })
    const [one, other] = [await sessionOf(url), await sessionOf(url)]
    const first = await events(await post(url, callOf("ping", {}, 1), one)).next()
    const from = (session: Record<string, string>, id: string) =>
      fetch(url, { headers: { ...session, accept: "text/event-stream", "last-event-id": id } })
    assert.strictEqual((await from(other, first.value!.id!)).status, 400)
    await (await post(url, callOf("ping", {}, 2), one)).text()
    assert.strictEqual((await from(one, first.value!.id!)).status, 400)
  })

  it("keeps no more of all sessions than it may, and nothing of one that ended", async () => {
    const { url } = await start({ sdk, sessions: { resume: { totalBytes: 3_000 } } })
    const [one, other] = [await sessionOf(url), await sessionOf(url)]
    const from = async (session: Record<string, string>, id: string) =>
      (await fetch(url, { headers: { ...session, accept: "text/event-stream", "last-event-id": id } })).status
    const idOf = async (session: Record<string, string>) =>
      (await events(await post(url, callOf("echo", { text: "x".repeat(500) }, 1), session)).next()).value!.id!
    const first = await idOf(one)
    for (let i = 0; i < 2; i++) await (await post(url, callOf("echo", { text: "x".repeat(500) }, 2 + i), other)).text()
    assert.strictEqual(await from(one, first), 400) // the other session's are newer
    const last = await idOf(other)
    await fetch(url, { method: "DELETE", headers: other })
    assert.strictEqual(await from(other, last), 404)
  })

  it("keeps nothing of a stream where it is told so", async () => {
    const { url } = await start({ sdk, sessions: { resume: false } })
    const text = await (await post(url, callOf("ping"), await sessionOf(url))).text()
    assert.notMatch(text, /^id:/m)
  })

  it("tells a client that listens how far a call is", async () => {
    const { url } = await start({ sdk })
    const told = await messages(await post(url, callOf("count", {}, 1, { _meta: { progressToken: "p" } })))
    assert.deepStrictEqual(told.map(({ method }) => method), ["notifications/progress", undefined])
    assert.deepInclude(told[0].params, { progressToken: "p", progress: 1, total: 2 })
  })
})

describe("the newest protocol", () => {
  it("takes a closed connection for a cancel", async () => {
    const { counts, held, url } = await start({ sdk: 2 })
    const abort = new AbortController()
    const gone = post(url, modernOf("hold"), modernHeaders("hold"), abort.signal).catch(() => "gone")
    await held.reached(1)
    abort.abort()
    assert.strictEqual(await gone, "gone")
    await held.ended(1)
    await expect.poll(async () => (await counts()).inside).toBe(0)
  })

  it("answers beside the older ones, with sessions and without", async () => {
    for (const sessions of [false, true]) {
      const { counts, url } = await start({ sdk: 2, sessions })
      const response = await post(url, modernOf("ping"), modernHeaders("ping"))
      assert.strictEqual(response.headers.get("content-type"), "application/json")
      assert.strictEqual((await messages(response))[0].result.structuredContent.result, "pong")
      assert.strictEqual((await counts()).sessions, 0)
      const mismatch = await post(url, modernOf("ping"), modernHeaders("other"))
      assert.strictEqual(mismatch.status, 400)
      const [{ error }] = await messages(mismatch)
      assert.strictEqual(error.code, -32020)
      assert.match(error.data.reference_id, /^[0-9a-f]{8}$/)
    }
  })
})

const challenge =
  "Bearer error=\"invalid_token\", resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource\""
const scope = "Bearer error=\"insufficient_scope\", scope=\"write\""

/** What a tool asks for, the status, and the header. */
const challenges: ReadonlyArray<readonly [told: unknown, status: number, header: string | null]> = [
  [challenge, 401, challenge],
  [[challenge], 401, challenge],
  [[scope], 403, scope],
  [[challenge, "Basic realm=\"x\""], 401, `${challenge}, Basic realm="x"`],
  ["Bearer x\r\nset-cookie: a=b", 200, null],
  ["Bearer \u00fc", 200, null],
  [["", 5, null], 200, null],
  [`Bearer ${"x".repeat(3_000)}`, 200, null],
  [{ a: 1 }, 200, null]
]

const asking = (told: unknown) => () => ({
  content: [{ type: "text" as const, text: "Sign in." }],
  isError: true,
  _meta: { "mcp/www_authenticate": told }
})

const factories = {
  1: (told: unknown) => () => {
    const server = new McpServer1({ name: "test", version: "1.0.0" })
    server.registerTool("secret", {}, asking(told))
    return server
  },
  2: (told: unknown) => () => {
    const server = new McpServer2({ name: "test", version: "1.0.0" })
    server.registerTool("secret", {}, asking(told))
    return server
  }
}

const started = async (factory: () => McpServer1 | McpServer2, settings: ServeSettings = {}) => {
  const running = await serve(factory, { ownsProcess: false, write: () => undefined, ...settings })
  onTestFinished(running.close)
  return running
}

describe.each(sdks)("a tool that asks for another token, with SDK %i", (sdk) => {
  it.each(challenges)("by %j is answered with %i", async (told, status, header) => {
    for (const settings of [{}, { streams: false }]) {
      const { url } = await started(factories[sdk](told), settings)
      const response = await post(url, callOf("secret"))
      assert.strictEqual(response.status, status)
      assert.strictEqual(response.headers.get("www-authenticate"), header)
      assert.strictEqual(response.headers.get("set-cookie"), null)
      const [{ id, result }] = await messages(response)
      assert.strictEqual(id, 1)
      assert.strictEqual(result.content[0].text, "Sign in.")
    }
  })

  it("is answered in its stream where that has begun", async () => {
    const { url } = await started(factories[sdk](challenge), { sessions: true })
    const response = await post(url, callOf("secret"), await sessionOf(url))
    assert.strictEqual(response.status, 200)
    assert.strictEqual((await messages(response))[0].result._meta["mcp/www_authenticate"], challenge)
  })
})

describe("a text that only names the key", () => {
  it("changes nothing", async () => {
    const { url } = await start()
    const response = await post(url, callOf("echo", { text: "\"_meta\":{\"mcp/www_authenticate\":\"Bearer\"}" }))
    assert.strictEqual(response.status, 200)
  })
})

describe("a layer", () => {
  it("is built before the first request, and released after the last", async () => {
    const happened: Array<string> = []
    const { Context, Layer } = await import("effect")
    class Store extends Context.Service<Store, { readonly name: string }>()("Store") {}
    const layer = Layer.effect(
      Store,
      Effect.acquireRelease(
        Effect.sync(() => {
          happened.push("built")
          return { name: "the store" }
        }),
        () => Effect.sync(() => void happened.push("released"))
      )
    )
    const latch = Deferred.makeUnsafe<void>()
    const tool = Tool.handle(
      Tool.make("store", { description: "Names the store.", safety: "read" }),
      () =>
        Effect.gen(function*() {
          yield* ToolCall
          const { name } = yield* Store
          happened.push(`called ${name}`)
          yield* Deferred.await(latch)
          happened.push("answered")
        })
    )
    const { close, url } = await serve({
      name: "test",
      version: "1.0.0",
      tools: [tool],
      layer,
      ready: { store: Effect.map(Store, ({ name }) => name === "the store") },
      ownsProcess: false,
      write: () => undefined
    })
    assert.deepStrictEqual(happened, ["built"])
    assert.strictEqual((await fetch(new URL("/ready", url))).status, 200)
    const call = post(url, callOf("store"))
    await expect.poll(() => happened).toHaveLength(2)
    const closed = close()
    Effect.runSync(Deferred.succeed(latch, undefined))
    assert.strictEqual((await call).status, 200)
    await closed
    assert.deepStrictEqual(happened, ["built", "called the store", "answered", "released"])
  })

  it("that cannot be built is why the server does not start", async () => {
    const [{ Layer }, Errors] = await Promise.all([import("effect"), import("@errata/core/Errors")])
    const layer = Layer.effectDiscard(Effect.fail(new Errors.Unavailable({ service: "The database" })))
    await expect(
      serve({ name: "test", version: "1.0.0", tools: [], layer, ownsProcess: false, write: () => undefined })
    )
      .rejects.toThrow("The database")
  })
})

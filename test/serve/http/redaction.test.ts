/** Secrets in whatever a client sends, or a tool meets, stand in no reply and no line of the log. */
import * as Tool from "@errata/core/Tool"
import { serve } from "@errata/mcp-adapter/http"
import * as Effect from "effect/Effect"
import { assert, describe, it, onTestFinished } from "vitest"
import { callOf, modernHeaders, modernOf, post, raw } from "./support/ask.ts"
import { sdks } from "./support/server.ts"

const secrets: Readonly<Record<string, string>> = {
  stripe: "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
  github: "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
  aws: "AKIAIOSFODNN7EXAMPLE",
  slack: "xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1",
  jwt: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
  connection: "postgres://shop:hunter2@db.internal:5432/shop"
}

const starting = async (sdk: 1 | 2, settings: object = {}) => {
  const log: Array<string> = []
  const dies = Tool.make("dies", { description: "Dies of a secret.", safety: "read" })
  const running = await serve({
    name: "test",
    version: "1.0.0",
    tools: [Tool.handle(dies, () => Effect.die(new Error(Object.values(secrets).join(" "))))],
    sdk,
    ownsProcess: false,
    write: (line) => log.push(line),
    ...settings
  })
  onTestFinished(running.close)
  return { url: running.url, log }
}

const assertClean = (name: string, texts: ReadonlyArray<string>): void => {
  for (const text of texts) {
    assert.notInclude(text, name === "connection" ? "hunter2" : secrets[name]!)
  }
}

describe.each(sdks)("a server with SDK %i", (sdk) => {
  it.each(Object.keys(secrets))("tells nobody of %s", async (name) => {
    const secret = secrets[name]!
    const { log, url } = await starting(sdk, { sessions: true })
    const path = encodeURIComponent(secret)
    const replies = await Promise.all([
      post(url, callOf("dies"), { "mcp-session-id": secret }),
      post(url, callOf("dies"), { "mcp-protocol-version": secret }),
      post(url, callOf(secret), { "mcp-method": secret, "mcp-name": secret }),
      post(`${url}?token=${path}`, callOf("dies")),
      post(url, `{"secret":"${secret}"`),
      post(url, { jsonrpc: "2.0", id: 1, method: secret }),
      post(url, { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: secret } }),
      fetch(new URL(`/${path}`, url)),
      fetch(url, { headers: { accept: secret } }),
      fetch(url, { method: "POST", headers: { "content-type": secret } }),
      fetch(url, { headers: { origin: `https://${path}.example` } }),
      ...sdk === 2
        ? [post(url, modernOf("dies"), modernHeaders(secret)), post(url, modernOf("dies"), modernHeaders("dies"))]
        : []
    ])
    const texts = await Promise.all(
      replies.map(async (reply) => JSON.stringify([...reply.headers]) + await reply.text())
    )
    const odd = await raw(url, `GET /${secret} ${secret}\r\n${secret}\r\n\r\n`)
    assertClean(name, [odd, ...log, ...texts])
    for (const text of [odd, ...texts]) assert.notMatch(text, /\bat [\w.<>]+ \(|node:internal|\/packages\//)
    assert.isAbove(log.length, 3)
  })

  it.each(Object.keys(secrets))("takes %s for a token and tells nobody", async (name) => {
    const secret = secrets[name]!.replaceAll(":", "-").replaceAll("@", "-")
    const { log, url } = await starting(sdk, { token: secret })
    const good = await post(url, callOf("dies"), { authorization: `Bearer ${secret}` })
    assert.strictEqual(good.status, 200)
    const bad = await Promise.all(
      [`Bearer ${secret}x`, `Basic ${secret}`, secret].map((authorization) =>
        post(url, callOf("dies"), { authorization })
      )
    )
    const texts = await Promise.all(
      [good, ...bad].map(async (reply) => JSON.stringify([...reply.headers]) + await reply.text())
    )
    for (const text of [...log, ...texts]) assert.notInclude(text, secret)
  })
})

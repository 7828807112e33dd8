/** DNS rebinding: who may be asked, and by pages of whom. */
import { assert, describe, it } from "vitest"
import { raw, statuses } from "./support/ask.ts"
import { start } from "./support/server.ts"

const body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"ping\",\"arguments\":{}}}"

const ask = async (url: string, lines: ReadonlyArray<string>, path = "/mcp"): Promise<number | undefined> => {
  const head = [
    `POST ${path} HTTP/1.1`,
    ...lines,
    "content-type: application/json",
    "accept: application/json, text/event-stream",
    `content-length: ${body.length}`
  ]
  return statuses(await raw(url, `${head.join("\r\n")}\r\n\r\n${body}`, (text) => /\r\n\r\n./.test(text)))[0]
}

const local: ReadonlyArray<readonly [ReadonlyArray<string>, number]> = [
  [["host: localhost"], 200],
  [["host: localhost:3000"], 200],
  [["host: LOCALHOST:80"], 200],
  [["host: 127.0.0.1:9"], 200],
  [["host: [::1]:9"], 200],
  [["host: evil.example"], 403],
  [["host: localhost.evil.example"], 403],
  [["host: evil.example#localhost"], 403],
  [["host: localhost@evil.example"], 403],
  [["host: evil@localhost"], 403],
  [["host: localhost/evil"], 403],
  [["host: 127.0.0.1.evil.example"], 403],
  [["host: 0.0.0.0"], 403],
  [["host:"], 403],
  [["host: "], 403],
  [["host: ["], 403],
  [["host: localhost", "host: evil.example"], 400],
  [["host: localhost", "origin: http://localhost:3000"], 200],
  [["host: localhost", "origin: https://127.0.0.1"], 200],
  [["host: localhost", "origin: null"], 403],
  [["host: localhost", "origin: https://evil.example"], 403],
  [["host: localhost", "origin: http://localhost.evil.example"], 403],
  [["host: localhost", "origin: http://evil.example@localhost"], 403],
  [["host: localhost", "origin: file://localhost"], 403],
  [["host: localhost", "origin: chrome-extension://localhost"], 403],
  [["host: localhost", "origin: "], 403],
  [["host: localhost", "origin: http://localhost", "origin: https://evil.example"], 400]
]

describe("a server on this machine", () => {
  it.each(local)("answers %j with %i", async (lines, status) => {
    const { url } = await start()
    assert.strictEqual(await ask(url, lines), status)
  })

  it("asks no probe for its name", async () => {
    const { url } = await start()
    for (const path of ["/health", "/ready"]) {
      const text = await raw(url, `GET ${path} HTTP/1.1\r\nhost: 10.1.2.3:8080\r\nconnection: close\r\n\r\n`)
      assert.deepStrictEqual(statuses(text), [200])
    }
  })
})

describe("a server elsewhere", () => {
  it.each(
    [
      ["mcp.example.com", undefined, 200],
      ["MCP.example.com:8443", undefined, 200],
      ["localhost", undefined, 403],
      ["mcp.example.com", "https://app.example.com", 200],
      ["mcp.example.com", "http://app.example.com", 403],
      ["mcp.example.com", "https://app.example.com:444", 403],
      ["mcp.example.com", "https://pages.example.com:444", 200],
      ["mcp.example.com", "http://localhost", 403]
    ] as const
  )("named, answers %s and %s with %i", async (host, origin, status) => {
    const { url } = await start({
      host: "0.0.0.0",
      hosts: ["mcp.example.com"],
      origins: ["https://app.example.com", "pages.example.com"]
    })
    assert.strictEqual(await ask(url, [`host: ${host}`, ...origin === undefined ? [] : [`origin: ${origin}`]]), status)
  })

  it("with a token, answers to every name, and to no page", async () => {
    const { url } = await start({ host: "0.0.0.0", token: "secret" })
    const token = "authorization: Bearer secret"
    assert.strictEqual(await ask(url, ["host: anything", token]), 200)
    assert.strictEqual(await ask(url, ["host: anything", token, "origin: https://app.example.com"]), 403)
  })

  it("looks at nothing where it is told so", async () => {
    const { url } = await start({ host: "0.0.0.0", hosts: "any", origins: "any" })
    assert.strictEqual(await ask(url, ["host: anything", "origin: https://app.example.com"]), 200)
  })
})

describe("a page that may ask", () => {
  it("is let in by the browser, and no other is", async () => {
    const { url } = await start({ origins: ["https://app.example.com"] })
    const preflight = (origin: string) =>
      fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } })
    const allowed = await preflight("https://app.example.com")
    assert.strictEqual(allowed.status, 204)
    assert.strictEqual(allowed.headers.get("access-control-allow-origin"), "https://app.example.com")
    assert.include(allowed.headers.get("access-control-allow-headers"), "Mcp-Session-Id")
    const refused = await preflight("https://evil.example")
    assert.strictEqual(refused.status, 403)
    assert.strictEqual(refused.headers.get("access-control-allow-origin"), null)
    const asked = await fetch(url, { method: "POST", headers: { origin: "https://app.example.com" } })
    assert.strictEqual(asked.headers.get("access-control-allow-origin"), "https://app.example.com")
    assert.include(asked.headers.get("access-control-expose-headers"), "WWW-Authenticate")
  })
})

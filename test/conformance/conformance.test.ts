/** The official conformance suite against the conformance servers, over HTTP. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import * as HttpServer from "./HttpServer.ts"
import * as Suite from "./Suite.ts"

vi.setConfig({ testTimeout: 120_000 })

/** How many scenarios, and checks in them, the released suite has. */
const active = { scenarios: 30, checks: 40 }

const hosts = [
  { host: "sdk", revisions: ["2025-11-25"] },
  { host: "server", revisions: ["2025-11-25", "2026-07-28"] }
] as const

describe.each(hosts)("the server main-$host", ({ host, revisions }) => {
  let server: HttpServer.HttpServer
  beforeAll(async () => {
    server = await HttpServer.start(host)
  })
  afterAll(() => server.stop())

  it("passes every active scenario", async () => {
    const scores = await Suite.run("conformance", server.url, "--suite", "active")
    expect(Suite.failures(scores)).toEqual([])
    expect(scores).toHaveLength(active.scenarios)
    expect(scores.reduce((sum, { passed }) => sum + passed, 0)).toBe(active.checks)
  })

  it.each(revisions)("passes what %s requires", async (revision) => {
    const required = Suite.required(revision)
    const scores = await Suite.run("conformance-next", server.url, "--requirements", revision)
    const scored = scores.filter(({ scenario }) => required.includes(scenario))
    expect(Suite.failures(scored)).toEqual([])
    expect(scored.map(({ scenario }) => scenario)).toEqual(required)
    expect(required.length).toBeGreaterThanOrEqual(30)
  })

  const post = (headers: Record<string, string>, body: object = {}) =>
    fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...body })
    })

  const initialize = {
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } }
  }

  it("refuses pages of other machines, and serves those of this one", async () => {
    expect((await post({ origin: "https://example.org" }, initialize)).status).toBe(403)
    expect((await post({ origin: "null" }, initialize)).status).toBe(403)
    expect((await post({ origin: "http://localhost:3000" }, initialize)).status).toBe(200)
  })

  it("knows no session but its own, and none that has ended", async () => {
    const list = { method: "tools/list", params: {} }
    expect((await post({ "mcp-session-id": "none" }, list)).status).toBe(404)
    expect((await post({}, list)).status).toBe(400)
    const session = { "mcp-session-id": (await post({}, initialize)).headers.get("mcp-session-id")! }
    expect((await post(session, list)).status).toBe(200)
    expect((await fetch(server.url, { method: "DELETE", headers: session })).status).toBe(200)
    expect((await post(session, list)).status).toBe(404)
  })

  it("answers through the adapter", async () => {
    const session = { "mcp-session-id": (await post({}, initialize)).headers.get("mcp-session-id")! }
    const call = async (name: string, args = {}) =>
      (await post(session, { method: "tools/call", params: { name, arguments: args } })).text()
    const failed = await call("test_error_handling")
    expect(failed).toContain("\"type\":\"processing_error\"")
    expect(failed).toContain("This tool intentionally returns an error for testing")
    expect(await call("test_simple_text", { txt: 1 })).toContain("\"type\":\"invalid_arguments\"")
  })
})

describe("the suite", () => {
  it("fails a server that answers nothing but 404", async () => {
    const server = createServer((_, response) => void response.writeHead(404).end())
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
    const { port } = server.address() as AddressInfo
    const scores = await Suite.run("conformance", `http://127.0.0.1:${port}/mcp`, "--suite", "active")
    server.closeAllConnections()
    server.close()
    expect(scores).toHaveLength(active.scenarios)
    expect(Suite.failures(scores).length).toBeGreaterThanOrEqual(active.scenarios - 1)
    expect(Suite.failures(scores)).toContain("tools-call-error: 0 passed, 1 failed")
  })

  it("says so if it did not run", async () => {
    await expect(Suite.run("conformance", "http://127.0.0.1:9/mcp", "--suite", "no-such-suite")).rejects.toThrow(
      "did not run"
    )
    expect(() => Suite.scores("=== SUMMARY ===\n\nTotal: 0 passed, 0 failed")).toThrow("lacks everything")
    expect(() => Suite.scores("=== Running scenario: ping ===\n=== SUMMARY ===\n✓ pong: 1 passed, 0 failed")).toThrow(
      "lacks ping"
    )
  })

  it("fails a scenario that checked nothing", () => {
    expect(Suite.failures(Suite.scores("=== SUMMARY ===\n✓ ping: 0 passed, 0 failed"))).toEqual([
      "ping: 0 passed, 0 failed"
    ])
  })
})

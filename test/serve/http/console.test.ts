/** Where the operator's page stands, and who may see it. */
import * as Tool from "@errata/core/Tool"
import * as Console from "@errata/mcp-adapter/Console"
import { serve, type ServeSettings } from "@errata/mcp-adapter/http"
import { register } from "@errata/mcp-adapter/server"
import { McpServer } from "@modelcontextprotocol/server"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { describe, expect, it, onTestFinished } from "vitest"

const ping = Tool.handle(Tool.make("ping", { description: "Answers.", input: {}, safety: "read" }), () => Effect.void)
const start = async (settings: ServeSettings) => {
  const server = await serve({
    name: "shop",
    version: "1.0.0",
    tools: [ping],
    ownsProcess: false,
    write: () => undefined,
    ...settings
  })
  onTestFinished(() => server.close())
  const { origin } = new URL(server.url)
  return (path: string, headers: Record<string, string> = {}) => fetch(`${origin}${path}`, { headers })
}

describe("/console", () => {
  it("is not there unless asked for", async () => {
    const ask = await start({})
    expect((await ask("/console")).status).toBe(404)
  })

  it("shows the calls of the tools, on this machine", async () => {
    const ask = await start({ console: true })
    const reply = await ask("/console")
    expect([reply.status, reply.headers.get("x-frame-options")]).toEqual([200, "DENY"])
    expect(await reply.text()).toContain("<h1>shop</h1>")
    expect((await ask("/console?call=0badc0de")).status).toBe(404)
  })

  it("asks for the token, where there is one", async () => {
    const ask = await start({ console: true, token: "a-long-secret" })
    expect((await ask("/console")).status).toBe(401)
    expect((await ask("/console", { authorization: "Bearer a-long-secret" })).status).toBe(200)
  })

  it("takes the token as a password, since a browser sends it in no other way, and no other route does", async () => {
    const ask = await start({ console: true, token: "a-long-secret" })
    const basic = (password: string) => ({ authorization: `Basic ${btoa(`operator:${password}`)}` })
    const refused = await ask("/console", basic("another"))
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, "Basic realm=\"mcp\""])
    expect((await ask("/console", { authorization: "Basic %%%" })).status).toBe(401)
    expect((await ask("/console", basic(""))).status).toBe(401)
    expect((await ask("/console", basic("a-long-secret"))).status).toBe(200)
    expect((await ask("/metrics", basic("a-long-secret"))).status).toBe(401)
    expect((await ask("/mcp", basic("a-long-secret"))).status).toBe(401)
  })

  it("refuses to start where everybody could see it", async () => {
    await expect(start({ console: true, host: "0.0.0.0", hosts: "any" })).rejects.toThrow("console")
  })

  it("is one that was made before", async () => {
    const console = Console.make({ name: "mine" })
    const ask = await start({ console })
    expect(await (await ask("/console")).text()).toContain("<h1>mine</h1>")
  })

  it.each([[true, 1], [undefined, 0]] as const)(
    "warns that it sees no calls of a factory: %s",
    async (console, warnings) => {
      const lines: Array<string> = []
      const make = () => new McpServer({ name: "old", version: "1.0.0" })
      const { close } = await serve(make, { ownsProcess: false, write: (line) => void lines.push(line), console })
      onTestFinished(close)
      expect(lines.filter((line) => line.includes("the console sees no calls"))).toHaveLength(warnings)
    }
  )

  it("shows the calls of servers that a factory makes, by the runtime that their tools are given", async () => {
    const console = Console.make({ name: "mine" })
    const runtime = ManagedRuntime.make(console.layer)
    onTestFinished(() => runtime.dispose())
    const make = () => {
      const server = new McpServer({ name: "old", version: "1.0.0" })
      register(server, [ping], { runtime, logsCalls: false })
      return server
    }
    const { close, url } = await serve(make, { ownsProcess: false, write: () => undefined, console })
    onTestFinished(close)
    const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "ping", arguments: {} } }
    const accept = "application/json, text/event-stream"
    const headers = { "content-type": "application/json", accept }
    await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).text()
    expect(await (await fetch(new URL("/console", url))).text()).toContain("1 calls, 0 errors")
  })
})

/** Both official clients against a server of either generation. */
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { assert, describe, expect, it, onTestFinished } from "vitest"
import { type Sdk, sdks, start } from "./support/server.ts"

interface AnyClient {
  readonly listTools: () => Promise<{ readonly tools: ReadonlyArray<{ readonly name: string }> }>
  readonly callTool: (
    params: { name: string; arguments?: Record<string, unknown> },
    ...rest: ReadonlyArray<any>
  ) => Promise<any>
  readonly close: () => Promise<void>
}

const info = { name: "test", version: "1.0.0" }

const clients: Readonly<
  Record<string, (url: URL, token: string, options?: { signal?: AbortSignal }) => Promise<AnyClient>>
> = {
  "of SDK 1": async (url, token) => {
    const client = new Client1(info)
    await client.connect(
      new Transport1(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }) as never
    )
    return client as unknown as AnyClient
  },
  "of SDK 2, by the older protocol": async (url, token) => {
    const client = new Client2(info)
    await client.connect(new Transport2(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }))
    return client as unknown as AnyClient
  },
  "of SDK 2, by the newest protocol it shares": async (url, token) => {
    const client = new Client2(info, { versionNegotiation: { mode: "auto" } })
    await client.connect(new Transport2(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }))
    return client as unknown as AnyClient
  }
}

const servers = sdks.flatMap((sdk: Sdk) => [false, true].map((sessions) => ({ sdk, sessions })))

describe.each(Object.entries(clients))("the client %s", (_, connect) => {
  it.each(servers)("lists and calls at %j", async ({ sdk, sessions }) => {
    const { counts, url } = await start({ sdk, sessions, token: "secret" })
    const client = await connect(new URL(url), "secret")
    onTestFinished(() => client.close())
    assert.include((await client.listTools()).tools.map(({ name }) => name), "ping")
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.callTool({ name: "echo", arguments: { text: `${i}` } }))
    )
    assert.deepStrictEqual(
      answers.map(({ structuredContent }) => structuredContent.result),
      Array.from({ length: 20 }, (_, i) => `${i}`)
    )
    const failed = await client.callTool({ name: "echo", arguments: {} })
    assert.isTrue(failed.isError)
    assert.include(failed.content[0].text, "invalid_arguments")
    await client.close()
    await expect.poll(async () => (await counts()).streams).toBe(0)
  })

  it.each(servers)("is not connected without its token to %j", async ({ sdk, sessions }) => {
    const { url } = await start({ sdk, sessions, token: "secret" })
    await expect(connect(new URL(url), "other")).rejects.toThrow()
  })

  it.each(servers)("cancels at %j", async ({ sdk, sessions }) => {
    const { counts, held, url } = await start({ sdk, sessions, token: "secret" })
    const client = await connect(new URL(url), "secret")
    onTestFinished(() => client.close())
    const abort = new AbortController()
    const params = { name: "hold", arguments: {} }
    const call = client.callTool(params, ...client instanceof Client1 ? [undefined] : [], { signal: abort.signal })
    await held.reached(1)
    abort.abort()
    await expect(call).rejects.toThrow()
    if (sessions) await held.ended(1) // without one, the cancel of an older protocol reaches no call
    held.letGo()
    await expect.poll(async () => (await counts()).inside).toBe(0)
    const { structuredContent } = await client.callTool({ name: "ping" })
    assert.strictEqual(structuredContent.result, "pong")
  })
})

import { adoptServer } from "@errata/mcp-adapter/adopt"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Meta from "@errata/mcp-adapter/Meta"
import { memoryStore, sqliteStore } from "@errata/mcp-adapter/stores"
import { fromResult, wrapHandler } from "@errata/mcp-adapter/wrap"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { describe, expect, it } from "vitest"
import * as z from "zod"

interface Args {
  readonly user: string
  readonly key?: string | undefined
}

const quiet = { name: "charge", logsCalls: false }
const args: Args = { user: "ada", key: "k-1" }
const secondLine = ({ content: [first] }: CallToolResult) =>
  first?.type === "text" ? first.text.split("\n")[1] : undefined
const problem = (result: CallToolResult) => Meta.problem(result._meta)
const note = (result: CallToolResult) => Meta.call(result._meta)

/** A handler that does what it is told, one call after the other, and counts. */
const scripted = (...script: ReadonlyArray<() => unknown>) => {
  let calls = 0
  const handler = async (_args: Args) =>
    (script[calls++] ?? (() => ({ content: [{ type: "text", text: `charge ${calls}` }] })))()
  return { handler, calls: () => calls }
}

const lost = () => {
  throw Object.assign(new Error("reset"), { code: "ECONNRESET" })
}

describe("a wrapped handler with a store", () => {
  it("runs once for a key, and gives repeats the same result", async () => {
    const { calls, handler } = scripted()
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    const first = await charge(args)
    const second = await charge({ ...args })
    expect(second.content).toEqual(first.content)
    expect(note(second)).toMatchObject({ replayed: true })
    expect(calls()).toBe(1)
    expect(problem(await charge({ ...args, user: "bob" }))?.type).toBe("idempotency_conflict")
    await charge({ ...args, key: "k-2" })
    expect(calls()).toBe(2)
  })

  it.each([
    {
      name: "throws a request for elicitation",
      ask: () => {
        const elicitations = [{ mode: "url", url: "https://x.test", elicitationId: "1", message: "Sign in" }]
        throw Object.assign(new Error("Sign in first"), { code: -32042, data: { elicitations } })
      }
    },
    { name: "returns a request for input", ask: () => ({ resultType: "input_required", inputRequests: {} }) }
  ])("leaves the key free where the handler $name", async ({ ask }) => {
    const { calls, handler } = scripted(ask, ask)
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    const asked = (call: Promise<unknown>) => call.catch((question: unknown) => question)
    const first = await asked(charge(args))
    expect(first).not.toHaveProperty("isError")
    expect(await asked(charge(args))).toEqual(first)
    expect(await charge(args)).toMatchObject({ content: [{ text: "charge 3" }] })
    expect(note(await charge(args))).toMatchObject({ replayed: true })
    expect(calls()).toBe(3)
  })

  it("refuses calls while its store cannot be opened, or runs them, as it says", async () => {
    const store = sqliteStore({ path: "/dev/null/keys.sqlite" })
    const strict = scripted()
    const refused = await wrapHandler(strict.handler, { ...quiet, idempotency: { key: "key", store } })(args)
    expect(secondLine(refused)).toBe("Error: unavailable (transient). Retry later.")
    expect(strict.calls()).toBe(0)
    const lax = scripted()
    const idempotency = { key: "key", store, whenStoreFails: "allow" } as const
    expect(await wrapHandler(lax.handler, { ...quiet, idempotency })(args)).toMatchObject({
      content: [{ text: "charge 1" }]
    })
  })

  it("gives repeats the task that it began", async () => {
    const { calls, handler } = scripted(() => ({ task: { taskId: "1" } }))
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    for (const _ of [1, 2]) expect(await charge(args)).toMatchObject({ task: { taskId: "1" } })
    expect(calls()).toBe(1)
  })

  it("is shared by calls at once", async () => {
    const { calls, handler } = scripted()
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    const results = await Promise.all(Array.from({ length: 100 }, () => charge(args)))
    expect(calls()).toBe(1)
    expect(new Set(results.map(({ content }) => JSON.stringify(content))).size).toBe(1)
  })

  it("leaves the outcome unknown where it may have taken effect, for every repeat", async () => {
    const { calls, handler } = scripted(lost)
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    for (const _ of [1, 2]) {
      const result = await charge(args)
      expect(problem(result)?.error).toBe("OutcomeUnknown")
      expect(secondLine(result)).toBe("Error: outcome_unknown (permanent). Check the state before calling again.")
    }
    expect(calls()).toBe(1)
  })

  it("finds out where it can", async () => {
    const { calls, handler } = scripted(lost)
    const verify = async ({ user }: Args) => ({ content: [{ type: "text", text: `charged ${user}` }] })
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore(), verify } })
    const first = await charge(args)
    expect(first.content).toEqual([{ type: "text", text: "charged ada" }])
    expect(note(first)).toMatchObject({ verified: true })
    expect(note(await charge(args))).toMatchObject({ replayed: true })
    expect(calls()).toBe(1)
  })

  it("runs again where that is harmless", async () => {
    const { calls, handler } = scripted(lost)
    const idempotency = { key: "key", store: memoryStore(), whenLost: "run again" } as const
    const charge = wrapHandler(handler, { ...quiet, idempotency })
    expect(secondLine(await charge(args))).toBe("Error: unavailable (transient). Retry later.")
    expect((await charge(args)).content).toEqual([{ type: "text", text: "charge 2" }])
    expect(calls()).toBe(2)
  })

  it("gives the same failure again that was an answer", async () => {
    const { calls, handler } = scripted(() => ({ isError: true, content: [{ type: "text", text: "No funds" }] }))
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    const first = await charge(args)
    const second = await charge(args)
    const text = (result: CallToolResult) =>
      result.content[0]?.type === "text" ? result.content[0].text.split("\n") : []
    expect(text(first)[0]).toBe("No funds")
    expect(text(second).slice(0, -1)).toEqual(text(first).slice(0, -1))
    expect(text(second).at(-1)).toBe(`Reference: ${note(second)?.reference_id}`)
    expect(calls()).toBe(1)
  })

  it("takes the key from a function, from _meta, or from the arguments as a whole", async () => {
    const { calls, handler } = scripted()
    const store = memoryStore()
    const byFunction = wrapHandler(handler, {
      ...quiet,
      idempotency: { key: ({ user }: Args) => `user-${user}`, store }
    })
    await byFunction(args)
    await byFunction(args)
    expect(calls()).toBe(1)
    const extra = { signal: new AbortController().signal, _meta: { "errata/idempotency-key": "m" } }
    const byMeta = wrapHandler((given: Args, _extra: unknown) => handler(given), {
      ...quiet,
      name: "meta",
      idempotency: { key: "key", store }
    })
    await byMeta({ user: "ada" }, extra)
    await byMeta({ user: "ada" }, extra)
    expect(calls()).toBe(2)
    const auto = wrapHandler(handler, { ...quiet, name: "auto", idempotency: { key: "auto", store } })
    await auto({ user: "ada" })
    await auto({ user: "ada" })
    await auto({ user: "bob" })
    expect(calls()).toBe(4)
  })

  it("does not protect a call without a key, and says so", async () => {
    const { calls, handler } = scripted(lost)
    const charge = wrapHandler(handler, { ...quiet, idempotency: { key: "key", store: memoryStore() } })
    expect(secondLine(await charge({ user: "ada" }))).toBe(
      "Error: outcome_unknown (permanent). Do not retry: the call may have taken effect. Check first."
    )
    await charge({ user: "ada" })
    expect(calls()).toBe(2)
  })

  it("takes Results as well", async () => {
    let calls = 0
    const charge = fromResult(async (_args: Args) => ({ ok: true as const, value: { n: ++calls } }), {
      ...quiet,
      idempotency: { key: "key", store: memoryStore() }
    })
    await charge(args)
    expect((await charge(args)).structuredContent).toEqual({ n: 1 })
  })

  it.each<[string, object, string]>([
    ["no store", { key: "key" }, "`idempotency.store` is a store of @errata/mcp-adapter/stores"],
    ["another store", { key: "key", store: new Map() }, "`idempotency.store` is a store"],
    ["no key", { store: memoryStore() }, "`idempotency.key` is the name of an argument, \"auto\", or a function"],
    ["an empty name", { key: "", store: memoryStore() }, "`idempotency.key` is the name of an argument"]
  ])("is refused with %s", (_, idempotency, sentence) => {
    expect(() => wrapHandler(async () => "x", { ...quiet, idempotency } as never)).toThrow(TypeError)
    expect(() => wrapHandler(async () => "x", { ...quiet, idempotency } as never)).toThrow(sentence)
    const server = new McpServer({ name: "shop", version: "1.0.0" })
    expect(() => adoptServer(server, { tools: { charge: { idempotency } } } as never)).toThrow(sentence)
  })
})

describe("an adopted server with a store", () => {
  const connect = async (mode: "enforce" | "shadow") => {
    let charges = 0
    let looks = 0
    const server = new McpServer({ name: "shop", version: "1.0.0" })
    const input = { user: z.string(), key: z.string().optional() }
    server.registerTool("charge", { inputSchema: input, outputSchema: { n: z.number() } }, async ({ user }) => {
      charges++
      if (user === "lost") throw Object.assign(new Error("reset"), { code: "ECONNRESET" })
      return { content: [{ type: "text" as const, text: `charge ${charges}` }], structuredContent: { n: charges } }
    })
    server.registerTool("look", { annotations: { readOnlyHint: true } }, async () => {
      looks++
      return { content: [] }
    })
    adoptServer(server, { mode, logsCalls: false, idempotency: { key: "key", store: memoryStore() } })
    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    await server.connect(ours)
    const client = new Client({ name: "client", version: "1.0.0" })
    await client.connect(theirs)
    await client.listTools()
    const call = (name: string, given: object) =>
      client.callTool({ name, arguments: { ...given } }) as unknown as Promise<CallToolResult>
    return { call, charges: () => charges, looks: () => looks }
  }

  it("charges once for a key, and gives repeats the same result", async () => {
    const { call, charges } = await connect("enforce")
    const first = await call("charge", args)
    const second = await call("charge", args)
    expect(second.structuredContent).toEqual(first.structuredContent)
    expect(second.content).toEqual(first.content)
    expect(note(first)).toBeUndefined()
    expect(note(second)).toMatchObject({ replayed: true })
    expect(charges()).toBe(1)
    expect(problem(await call("charge", { ...args, user: "bob" }))?.type).toBe("idempotency_conflict")
    for (const _ of [1, 2]) {
      expect(problem(await call("charge", { user: "lost", key: "k-3" }))?.error).toBe("OutcomeUnknown")
    }
    expect(charges()).toBe(2)
  })

  it("leaves what reads alone", async () => {
    const { call, looks } = await connect("enforce")
    await call("look", {})
    await call("look", {})
    expect(looks()).toBe(2)
  })

  it("claims nothing in shadow mode", async () => {
    const { call, charges } = await connect("shadow")
    await call("charge", args)
    await call("charge", args)
    expect(charges()).toBe(2)
  })
})

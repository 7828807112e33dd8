/** A layer as the runtime: whoever is given it shares what it builds. */
import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpTest from "effect/ai/McpTest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { takeStderr } from "../support/stderr.ts"

class Notes extends Context.Service<Notes, Map<string, string>>()("test/Notes") {}

const write = Tool.handle(
  Tool.make("write", { description: "Writes.", input: { text: Schema.String }, safety: "idempotent" }),
  ({ text }) => Effect.map(Notes, (notes) => void notes.set("note", text))
)
const read = Tool.handle(
  Tool.make("read", { description: "Reads.", output: { note: Schema.String }, safety: "read" }),
  () => Effect.map(Notes, (notes) => ({ note: notes.get("note") ?? "nothing" }))
)
const tools = [write, read] as const
const quiet = { logsCalls: false }
const milk = { text: "milk" }
const found = { structuredContent: { note: "milk" } }
const info = { name: "notes", version: "1.0.0" }
const memory = () => Layer.sync(Notes, () => new Map())

type Call = (name: string, args: Record<string, unknown>) => unknown

const sdk = async (runtime: Layer.Layer<Notes>): Promise<Call> => {
  const server = new McpServer1(info)
  SdkHost.register(server, tools, { runtime, ...quiet })
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  const client = new Client1(info)
  await Promise.all([server.connect(ours), client.connect(theirs)])
  return (name, args) => client.callTool({ name, arguments: args })
}

const connected = async (server: McpServer2): Promise<Call> => {
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  const client = new Client2(info)
  await Promise.all([server.connect(ours), client.connect(theirs)])
  return (name, args) => client.callTool({ name, arguments: args })
}

const server = (runtime: Layer.Layer<Notes>): Promise<Call> => {
  const server = new McpServer2(info)
  ServerHost.register(server, tools, { runtime, ...quiet })
  return connected(server)
}

const prepared = async (runtime: Layer.Layer<Notes>): Promise<Call> => {
  const register = ServerHost.prepare(tools, { runtime, ...quiet })
  const forEachRequest = async (): Promise<Call> => {
    const server = new McpServer2(info)
    register(server)
    return connected(server)
  }
  return async (name, args) => (await forEachRequest())(name, args)
}

const registeredAnew = (runtime: Layer.Layer<Notes>): Call => async (name, args) => (await server(runtime))(name, args)

const effectHost = async (runtime: Layer.Layer<Notes>): Promise<Call> => {
  const served = Layer.provide(EffectHost.layer(tools, quiet), runtime)
  const client = await Effect.runPromise(
    McpTest.makeClient(served, { protocols: [McpProtocol.v2025_11_25] }).pipe(Scope.provide(Scope.makeUnsafe()))
  )
  return (name, args) => Effect.runPromise(client.callTool({ name, arguments: args }))
}

const handlers = (runtime: Layer.Layer<Notes>): Call => {
  const [writes, reads] = [Handler.make(write, { runtime, ...quiet }), Handler.make(read, { runtime, ...quiet })]
  return (name, args) => name === "write" ? writes(args) : reads(args)
}

const existing = (runtime: Layer.Layer<Notes>): Call => {
  const writes = toHandler(
    ({ text }: { text: string }) => Effect.map(Notes, (notes) => void notes.set("note", text)),
    { runtime, ...quiet }
  )
  const reads = toHandler(() => Effect.map(Notes, (notes) => ({ note: notes.get("note") })), {
    runtime,
    ...quiet
  })
  return (name, args) => name === "write" ? writes(args as typeof milk) : reads()
}

describe("two tools that are given one layer share its state", () => {
  it.each(
    [
      ["SDK 1.x", sdk],
      ["server 2.x", server],
      ["server 2.x, prepared for many servers", prepared],
      ["server 2.x, registered on many servers", registeredAnew],
      ["effect", effectHost],
      ["Handler.make", handlers],
      ["toHandler", existing]
    ] as const
  )("%s", async (_, make) => {
    const call = await make(memory())
    await call("write", milk)
    expect(await call("read", {})).toMatchObject(found)
  })

  it("also when both are called before it is built", async () => {
    let built = 0
    const runtime = Layer.effect(Notes, Effect.map(Effect.yieldNow, () => new Map([["note", String(++built)]])))
    const calls = [Handler.make(read, { runtime, ...quiet }), Handler.make(read, { runtime, ...quiet })]
    expect(await Promise.all(calls.map(async (call) => call({})))).toMatchObject([
      { structuredContent: { note: "1" } },
      { structuredContent: { note: "1" } }
    ])
  })

  it("and those that are given another do not", async () => {
    const runtime = memory()
    await handlers(runtime)("write", milk)
    expect(await handlers(Layer.fresh(runtime))("read", {})).toMatchObject({ structuredContent: { note: "nothing" } })
  })
})

describe("a layer that could not be built", () => {
  it("is released, and tried again by the next call, whichever tool it calls", async () => {
    let [tries, released] = [0, 0]
    const lock = Layer.effectDiscard(Effect.acquireRelease(Effect.void, () => Effect.sync(() => void released++)))
    const notes = Layer.effect(
      Notes,
      Effect.suspend(() => ++tries < 2 ? Effect.fail("no disk") : Effect.succeed(new Map([["note", "milk"]])))
    )
    const runtime = Layer.provide(notes, lock)
    const restore = takeStderr()
    try {
      expect(await Handler.make(write, { runtime, ...quiet })(milk)).toMatchObject({ isError: true })
    } finally {
      restore()
    }
    expect(released).toBe(1)
    expect(await Handler.make(read, { runtime, ...quiet })({})).toMatchObject(found)
    expect([tries, released]).toEqual([2, 1])
  })
})

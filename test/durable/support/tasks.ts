/**
 * Serves a durable tool as a task on every server that can, and speaks to it as a client would, or without one.
 */
import * as DurableTool from "@errata/core/durable"
import * as ToolError from "@errata/core/ToolError"
import { register as register1 } from "@errata/mcp-adapter/sdk"
import { register as register2 } from "@errata/mcp-adapter/server"
import { prepareTasks } from "@errata/mcp-adapter/tasks"
import {
  Client as Client2,
  InMemoryTransport as InMemoryTransport2,
  StreamableHTTPClientTransport
} from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { createMcpHandler, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import { McpServer as OldestServer } from "@modelcontextprotocol/server-oldest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { onTestFinished } from "vitest"
import { z } from "zod"

export class Declined extends ToolError.Permanent<Declined>()("Declined", { order_id: Schema.String }, {
  type: "conflict",
  message: (e) => `The card for ${e.order_id} was declined`
}) {}

export const order = DurableTool.make("place_order", {
  description: "Places an order.",
  input: {
    order_id: Schema.NonEmptyString,
    what: Schema.Literals(["works", "declines", "waits", "lasts", "fails late", "dies"])
  },
  output: { parcel: Schema.String },
  errors: [Declined],
  key: "order_id",
  askAgainAfter: "20 millis",
  waitsFor: "200 millis"
})

/** What an object holds, whatever its kind. */
export type Record = { readonly [key: string]: unknown }

/** Starts an engine in memory, with work that waits at a gate where it is told to. */
export const start = () => {
  const gate = Deferred.makeUnsafe<void>()
  const undone: Array<string> = []
  const runs: Array<string> = []
  const work = DurableTool.layer(order, ({ order_id, what }) =>
    Effect.gen(function*() {
      yield* DurableTool.activity("charge", {
        execute: () => Effect.sync(() => void runs.push(order_id)),
        compensate: () => Effect.sync(() => undone.push(order_id))
      })
      yield* DurableTool.activity("ship", {
        errors: [Declined],
        execute: () => {
          if (what === "dies") return Effect.die(new Error("postgres://app:hunter2@db"))
          return what === "declines" ? Effect.fail(new Declined({ order_id })) : Effect.void
        }
      })
      if (what === "waits") {
        yield* DurableTool.activity("wait", { execute: () => Deferred.await(gate) })
        yield* DurableTool.activity("more", { execute: () => Effect.void })
      }
      if (what === "lasts") yield* DurableTool.activity("wait", { execute: () => Deferred.await(gate) })
      if (what === "fails late") {
        const declined = Effect.fail(new Declined({ order_id }))
        yield* DurableTool.activity("wait", {
          errors: [Declined],
          execute: () => Effect.andThen(Deferred.await(gate), declined)
        })
      }
      return { parcel: `parcel of ${order_id}` }
    }))
  const runtime = ManagedRuntime.make(Layer.provideMerge(work, Layer.fresh(DurableTool.layerMemory)))
  onTestFinished(() => runtime.dispose())
  const options = { runtime, logsCalls: false } as const
  return {
    undone,
    runs,
    open: () => Effect.runPromise(Deferred.succeed(gate, undefined)),
    options,
    tools: [DurableTool.handle(order)],
    addTasks: prepareTasks([order], options)
  }
}

export type World = ReturnType<typeof start>

const info = { name: "orders", version: "1.0.0" }

const anything = z.looseObject({})

/** A server with a client, which asks by the names of methods. */
export interface Connection {
  /** Takes the tools of the server away from its clients. */
  readonly disable: () => void
  readonly request: (method: string, params?: Record) => Promise<Record>
}

const make1 = ({ addTasks, options, tools }: World): McpServer1 => {
  const server = new McpServer1(info)
  const registered = register1(server, tools, options)
  disabling.set(server, () => {
    for (const tool of registered) tool.disable()
  })
  addTasks(server)
  return server
}

const disabling = new WeakMap<object, () => void>()

/** Connects a client to a server of its own: any of them answers for any task. */
export const connect1 = async (world: World): Promise<Connection & { readonly client: Client1 }> => {
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  const server = make1(world)
  await server.connect(ours)
  const client = new Client1(info)
  await client.connect(theirs)
  onTestFinished(() => client.close())
  return {
    client,
    disable: () => disabling.get(server)?.(),
    request: (method, params = {}) => client.request({ method, params } as never, anything)
  }
}

const make2 = ({ addTasks, options, tools }: World, Server = McpServer2): McpServer2 => {
  const server = new Server(info)
  const registered = register2(server, tools, options)
  disabling.set(server, () => {
    for (const tool of registered) tool.disable()
  })
  addTasks(server)
  return server
}

/** Sends texts, as a wire does: in memory, what is `undefined` would arrive. */
const asText = (transport: InMemoryTransport2): InMemoryTransport2 => {
  const send = transport.send.bind(transport)
  transport.send = (message, options) => send(JSON.parse(JSON.stringify(message)) as never, options)
  return transport
}

const makers = {
  "SDK 1.x": make1,
  "SDK 2.x": make2,
  "SDK 2.0": (world: World) => make2(world, OldestServer as never)
}

/** The same with SDK 2.x, in the protocol of 2025-11-25; the server may be another one. */
export const connect2 = async (
  world: World,
  host: keyof typeof makers = "SDK 2.x"
): Promise<Connection & { readonly client: Client2 }> => {
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  const server = makers[host](world)
  await server.connect(asText(ours) as never)
  const client = new Client2(info)
  await client.connect(theirs)
  onTestFinished(() => client.close())
  return {
    client,
    disable: () => disabling.get(server)?.(),
    request: (method, params = {}) => client.request({ method, params }, anything)
  }
}

const revision = "2026-07-28"
const url = "http://127.0.0.1/mcp"

/** What a request of 2026-07-28 brings along; who knows tasks says so in each. */
export const envelope = (knowsTasks: boolean) => ({
  "io.modelcontextprotocol/protocolVersion": revision,
  "io.modelcontextprotocol/clientInfo": info,
  "io.modelcontextprotocol/clientCapabilities": knowsTasks
    ? { extensions: { "io.modelcontextprotocol/tasks": {} } }
    : {}
})

/** Who is believed to have called. */
type Caller = {
  readonly token: string
  readonly clientId: string
  readonly scopes: Array<string>
  readonly extra?: { readonly [name: string]: unknown }
}

export const caller = (clientId: string): Caller => ({ token: "t", clientId, scopes: [] })

/** Serves over HTTP with SDK 2.x in the protocol of 2026-07-28: a server for every request. */
export const serve = (world: World, { isDisabled = false }: { readonly isDisabled?: boolean } = {}) => {
  const handler = createMcpHandler(() => {
    const server = make2(world)
    if (isDisabled) disabling.get(server)?.()
    return server
  })
  const fetchAs = (authInfo?: Caller) => (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    handler.fetch(new Request(input, init), authInfo === undefined ? {} : { authInfo })
  let last = 0

  /** Sends a request as it is, and returns the whole answer. */
  const post = async (message: Record, authInfo?: Caller): Promise<Record> => {
    const { method, params = {} } = message as { readonly method: string; readonly params?: Record }
    const response = await fetchAs(authInfo)(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": revision,
        "mcp-method": method,
        ...method.startsWith("tasks/") ? { "mcp-name": String(params["taskId"]) } : {},
        ...method === "tools/call" ? { "mcp-name": String(params["name"]) } : {}
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++last, ...message })
    })
    const text = await response.text()
    const data = text.startsWith("{") ? text : /^data: *(\{.+)$/m.exec(text)?.[1]
    return JSON.parse(data ?? `{"text":${JSON.stringify(text)}}`) as Record
  }
  const ask = (
    method: string,
    params: Record = {},
    { as, knowsTasks = true }: { readonly knowsTasks?: boolean; readonly as?: string } = {}
  ): Promise<Record> =>
    post({ method, params: { ...params, _meta: envelope(knowsTasks) } }, as === undefined ? undefined : caller(as))
  return {
    ask,
    post,
    /** Connects the official client. */
    client: async (): Promise<Client2> => {
      const client = new Client2(info, { versionNegotiation: { mode: { pin: revision } } } as never)
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: fetchAs() }))
      onTestFinished(() => client.close())
      return client
    }
  }
}

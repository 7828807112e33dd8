/** How the servers of the suites are spoken to, over every transport: what goes over the wire is seen as it is. */
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import type { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { Transport as Transport1 } from "@modelcontextprotocol/sdk/shared/transport.js"
import { InMemoryTransport as InMemoryTransport2, type McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { ChildProcess } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import type { Readable, Writable } from "node:stream"
import * as Http from "./Http.ts"
import type * as Wire from "./Wire.ts"

/** Cuts what comes into lines. */
export const byLine = (receive: (line: string) => void) => {
  const decoder = new TextDecoder()
  let rest = ""
  return (chunk: string | Uint8Array): void => {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n")
    rest = lines.pop()!
    for (const line of lines) if (line !== "") receive(line)
  }
}

// --- the official SDKs ---

/** The client's end of a pair, whichever SDK made it. */
interface End {
  onmessage?: (message: never) => void
  readonly start: () => Promise<void>
  readonly send: (message: never, options?: never) => Promise<void>
}

const speak = async (
  { close, theirs }: { readonly theirs: End; readonly close: () => Promise<void> },
  receive: (message: unknown) => void
) => {
  theirs.onmessage = receive
  await theirs.start()
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message: unknown, { client }: Wire.Extra) =>
      theirs.send(JSON.parse(JSON.stringify(message)) as never, Http.authInfo(client) as never),
    close
  }
}

/** Speaks to a server of SDK 1.x in memory. */
export const inMemory1 = (make: () => McpServer1): Wire.Open => async (receive) => {
  const server = make()
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  await server.connect(ours)
  return speak({ theirs, close: () => server.close() }, receive)
}

/** Speaks to a server of SDK 2.x in memory. */
export const inMemory2 = (make: () => McpServer2): Wire.Open => async (receive) => {
  const server = make()
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  await server.connect(ours)
  return speak({ theirs, close: () => server.close() }, receive)
}

/** Speaks to a server of SDK 1.x over HTTP. */
export const http1 = (make: () => McpServer1): Wire.Open => async (receive) => {
  const server = make()
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID })
  const connected = server.connect(transport as Transport1) // its types are not exact about what is optional
  const serve: Http.Fetch = async (request, given) => {
    await connected
    return transport.handleRequest(request, given)
  }
  return Http.open("2025-11-25", serve, () => server.close())(receive)
}

/** Speaks to a server in a process of its own. */
export const stdio = (child: Child, { onOther, stop }: {
  /** Takes a line that is no JSON. */
  readonly onOther?: (line: string) => void
  /** Stops what does not end with its input. */
  readonly stop?: () => void
} = {}): Wire.Open =>
async (receive, end) => {
  const frame = (line: string) => {
    let message: unknown
    try {
      message = JSON.parse(line)
    } catch (failure) {
      if (onOther === undefined) throw failure
      return onOther(line)
    }
    receive(message)
  }
  child.stdout.on("data", byLine(frame))
  const gone = once(child, "close")
  void gone.then(([code]) => end(`with the code ${code}`))
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      child.stdin.end()
      stop?.()
      await gone
    }
  }
}

type Child = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable }

// --- effect ---

const protocols = {
  "2025-06-18": McpProtocol.v2025_06_18,
  "2025-11-25": McpProtocol.v2025_11_25,
  "2026-07-28": McpProtocol.v2026_07_28
}

export type Revision = keyof typeof protocols

/** A server of effect's: what it serves, and what all of it needs. */
export interface Served {
  readonly info: { readonly name: string; readonly version: string }
  readonly registrations: Layer.Layer<never, unknown, McpServer.McpServer>
  readonly services: Layer.Layer<never>
}

/** Speaks to a server of effect's over its stdio. */
export const effect = (revision: Revision, { info, registrations, services }: Served): Wire.Open => async (receive) => {
  const input = Effect.runSync(Queue.unbounded<Uint8Array>())
  const take = byLine((line) => receive(JSON.parse(line)))
  const stdio = Stdio.layerTest({
    stdin: Stream.fromQueue(input),
    stdout: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => take(chunk)))
  })
  const layer = McpServer.layerStdio({ ...info, protocols: [protocols[revision]], registrations })
  const runtime = ManagedRuntime.make(Layer.provide(layer, Layer.merge(stdio, services)))
  await runtime.context()
  const encoder = new TextEncoder()
  return {
    revision,
    cancelsByMessage: true,
    send: (message) => void Queue.offerUnsafe(input, encoder.encode(`${JSON.stringify(message)}\n`)),
    close: () => runtime.dispose()
  }
}

/** Speaks to a server of effect's over HTTP. */
export const effectHttp = (revision: Revision, { info, registrations, services }: Served): Wire.Open => (receive) => {
  const layer = McpServer.layerHttp({ ...info, path: "/mcp", protocols: [protocols[revision]], registrations })
  const { dispose, handler } = HttpRouter.toWebHandler(Layer.provide(layer, services), { disableLogger: true })
  return Http.open(revision, (request) => handler(request), dispose)(receive)
}

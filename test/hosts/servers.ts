/** The servers of the contract suite: each host serves the same tools, and is spoken to over the wire. */
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { Transport as Transport1 } from "@modelcontextprotocol/sdk/shared/transport.js"
import {
  createMcpHandler,
  InMemoryTransport as InMemoryTransport2,
  McpServer as McpServer2
} from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as Http from "./Http.ts"
import { greetingOf, type Kind, makeTools, options } from "./tools.ts"
import * as Wire from "./Wire.ts"

/** Defects are logged whatever the options say; here nobody reads it. */
const silent = Layer.succeedContext(Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>()))

const info = { name: "contract", version: "1.0.0" }

/** Starts a server of a kind. */
type Open = (kind: Kind) => Wire.Open

const runtimeOf = (kind: Kind) => ManagedRuntime.make(Layer.merge(greetingOf(kind), silent))

const authInfo = ({ client }: Wire.Extra) => Http.authInfo(client)

/** Cuts what comes into frames. */
const byLine = (receive: (message: unknown) => void) => {
  const decoder = new TextDecoder()
  let rest = ""
  return (chunk: string | Uint8Array): void => {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n")
    rest = lines.pop()!
    for (const line of lines) if (line !== "") receive(JSON.parse(line))
  }
}

// --- SDK 1.x ---

const server1 = (kind: Kind): McpServer1 => {
  const server = new McpServer1(info)
  SdkHost.register(server, makeTools(kind), { runtime: runtimeOf(kind), ...options })
  return server
}

const sdk: Open = (kind) => async (receive) => {
  const server = server1(kind)
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  theirs.onmessage = receive
  await server.connect(ours)
  await theirs.start()
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message, extra) => theirs.send(JSON.parse(JSON.stringify(message)), authInfo(extra)),
    close: () => server.close()
  }
}

const sdkHttp: Open = (kind) => (receive) => {
  const server = server1(kind)
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID })
  const connected = server.connect(transport as Transport1) // its types are not exact about what is optional
  const serve: Http.Fetch = async (request, given) => {
    await connected
    return transport.handleRequest(request, given)
  }
  return Http.open("2025-11-25", serve, () => server.close())(receive)
}

const sdkStdio: Open = (kind) => async (receive, end) => {
  const entry = fileURLToPath(new URL("./fixtures/stdio.ts", import.meta.url))
  const child = spawn(process.execPath, [entry, kind], {
    stdio: ["pipe", "pipe", kind === "whole" ? "inherit" : "ignore"]
  })
  child.stdout.on("data", byLine(receive))
  const gone = once(child, "exit")
  void gone.then(([code]) => end(`with the code ${code}`))
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      child.stdin.end()
      child.kill()
      await gone
    }
  }
}

// --- SDK 2.x ---

const server: Open = (kind) => async (receive) => {
  const server = new McpServer2(info)
  ServerHost.register(server, makeTools(kind), { runtime: runtimeOf(kind), ...options })
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  theirs.onmessage = receive
  await server.connect(ours)
  await theirs.start()
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message, extra) => theirs.send(JSON.parse(JSON.stringify(message)), authInfo(extra)),
    close: () => server.close()
  }
}

const serverHttp: Open = (kind) => {
  const prepared = ServerHost.prepare(makeTools(kind), { runtime: runtimeOf(kind), ...options })
  const handler = createMcpHandler(() => {
    const server = new McpServer2(info)
    prepared(server)
    return server
  }, { legacy: "reject" })
  return Http.open("2026-07-28", (request, given) => handler.fetch(request, given), () => handler.close())
}

// --- effect ---

type Revision = "2025-06-18" | "2025-11-25" | "2026-07-28"

const protocols = {
  "2025-06-18": McpProtocol.v2025_06_18,
  "2025-11-25": McpProtocol.v2025_11_25,
  "2026-07-28": McpProtocol.v2026_07_28
}

const registrations = (kind: Kind) =>
  Layer.provide(EffectHost.layer(makeTools(kind), options), Layer.merge(greetingOf(kind), silent))

const effect = (revision: Revision): Open => (kind) => async (receive) => {
  const input = Effect.runSync(Queue.unbounded<Uint8Array>())
  const take = byLine(receive)
  const stdio = Stdio.layerTest({
    stdin: Stream.fromQueue(input),
    stdout: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => take(chunk)))
  })
  const served = McpServer.layerStdio({
    ...info,
    protocols: [protocols[revision]],
    registrations: registrations(kind)
  })
  const runtime = ManagedRuntime.make(Layer.provide(served, Layer.merge(stdio, silent)))
  await runtime.context()
  const encoder = new TextEncoder()
  return {
    revision,
    cancelsByMessage: true,
    send: (message) => void Queue.offerUnsafe(input, encoder.encode(`${JSON.stringify(message)}\n`)),
    close: () => runtime.dispose()
  }
}

const effectHttp = (revision: Revision): Open => (kind) => async (receive) => {
  const served = McpServer.layerHttp({
    ...info,
    path: "/mcp",
    protocols: [protocols[revision]],
    registrations: registrations(kind)
  })
  const { dispose, handler } = HttpRouter.toWebHandler(Layer.provide(served, silent), { disableLogger: true })
  return Http.open(revision, (request) => handler(request), dispose)(receive)
}

// --- all of them ---

/** The first is the reference. */
export const hosts = {
  "SDK 1.x": sdk,
  "SDK 1.x, stdio": sdkStdio,
  "SDK 1.x, HTTP": sdkHttp,
  "SDK 2.x": server,
  "SDK 2.x, HTTP 2026-07-28": serverHttp,
  "effect 2025-06-18": effect("2025-06-18"),
  "effect 2025-11-25": effect("2025-11-25"),
  "effect 2026-07-28": effect("2026-07-28"),
  "effect 2025-11-25, HTTP": effectHttp("2025-11-25"),
  "effect 2026-07-28, HTTP": effectHttp("2026-07-28")
} satisfies { readonly [host: string]: Open }

export type Host = keyof typeof hosts

export const names = Object.keys(hosts) as ReadonlyArray<Host>
export const reference: Host = "SDK 1.x"

/** Starts a server and connects to it. */
export const connect = (host: Host, kind: Kind = "whole"): Promise<Wire.Wire> => Wire.connect(hosts[host](kind))

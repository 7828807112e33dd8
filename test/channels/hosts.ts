/** Servers of every kind, over every transport; what they send is seen as it is. */
import * as EffectHost from "@errata/mcp-adapter/effect"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import type { Transport as Transport1 } from "@modelcontextprotocol/sdk/shared/transport.js"
import { createMcpHandler, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as Http from "../hosts/Http.ts"
import type * as Wire from "../hosts/Wire.ts"
import type { Channel, See } from "./seen.ts"
import { info, options, server1, server2 } from "./servers.ts"
import { toolkit } from "./toolkit.ts"
import { tools } from "./tools.ts"

/** What is given to a host: the loggers, reporters and tracer of the user, and who looks. */
export interface Given {
  readonly context: Context.Context<never>
  readonly see: See
}

type Open = (given: Given) => Wire.Open

/** Cuts what comes into lines. */
const byLine = (receive: (line: string) => void) => {
  const decoder = new TextDecoder()
  let rest = ""
  return (chunk: string | Uint8Array): void => {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n")
    rest = lines.pop()!
    for (const line of lines) if (line !== "") receive(line)
  }
}

// --- the official SDKs ---

const inMemory = (
  connect: (given: Given) => Promise<{ readonly theirs: InMemoryTransport1; readonly close: () => Promise<void> }>
): Open =>
(given) =>
async (receive) => {
  const { close, theirs } = await connect(given)
  theirs.onmessage = receive
  await theirs.start()
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message) => theirs.send(JSON.parse(JSON.stringify(message))),
    close
  }
}

const sdk = inMemory(async ({ context }) => {
  const server = server1(context)
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  await server.connect(ours)
  return { theirs, close: () => server.close() }
})

const server = inMemory(async ({ context }) => {
  const server = server2(context)
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  await server.connect(ours)
  return { theirs: theirs as never, close: () => server.close() }
})

const sdkHttp: Open = ({ context }) => (receive) => {
  const server = server1(context)
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => "one" })
  const connected = server.connect(transport as Transport1) // its types are not exact about what is optional
  const serve: Http.Fetch = async (request, given) => {
    await connected
    return transport.handleRequest(request, given)
  }
  return Http.open("2025-11-25", serve, () => server.close())(receive)
}

/** A server for each request. */
const serverHttp: Open = ({ context }) => {
  const handler = createMcpHandler(() => server2(context), { legacy: "reject" })
  return Http.open("2026-07-28", (request, given) => handler.fetch(request, given), () => handler.close())
}

const stdio = (generation: "1" | "2"): Open => ({ see }) => async (receive, end) => {
  const entry = fileURLToPath(new URL("./fixtures/stdio.ts", import.meta.url))
  const child = spawn(process.execPath, [entry, generation], { stdio: ["pipe", "pipe", "pipe", "ipc"] })
  const frame = (line: string) => {
    try {
      receive(JSON.parse(line))
    } catch {
      see("stdout", line)
    }
  }
  child.stdout!.on("data", byLine(frame))
  child.stderr!.on("data", byLine((line) => see("log line", line)))
  child.on("message", ({ channel, text }: { readonly channel: Channel; readonly text: string }) => see(channel, text))
  const gone = once(child, "close")
  void gone.then(([code]) => end(`with the code ${code}`))
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message) => void child.stdin!.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      child.stdin!.end()
      await gone
    }
  }
}

// --- effect ---

const protocols = {
  "2025-06-18": McpProtocol.v2025_06_18,
  "2025-11-25": McpProtocol.v2025_11_25,
  "2026-07-28": McpProtocol.v2026_07_28
}
type Revision = keyof typeof protocols

const served = (context: Context.Context<never>) => {
  const user = Layer.succeedContext(context)
  return { user, registrations: Layer.provide(Layer.merge(EffectHost.layer(tools, options), toolkit(options)), user) }
}

const effect = (revision: Revision): Open => ({ context }) => async (receive) => {
  const input = Effect.runSync(Queue.unbounded<Uint8Array>())
  const take = byLine((line) => receive(JSON.parse(line)))
  const stdio = Stdio.layerTest({
    stdin: Stream.fromQueue(input),
    stdout: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => take(chunk)))
  })
  const { registrations, user } = served(context)
  const layer = McpServer.layerStdio({ ...info, protocols: [protocols[revision]], registrations })
  const runtime = ManagedRuntime.make(Layer.provide(layer, Layer.merge(stdio, user)))
  await runtime.context()
  const encoder = new TextEncoder()
  return {
    revision,
    cancelsByMessage: true,
    send: (message) => void Queue.offerUnsafe(input, encoder.encode(`${JSON.stringify(message)}\n`)),
    close: () => runtime.dispose()
  }
}

const effectHttp = (revision: Revision): Open => ({ context }) => (receive) => {
  const { registrations, user } = served(context)
  const layer = McpServer.layerHttp({ ...info, path: "/mcp", protocols: [protocols[revision]], registrations })
  const { dispose, handler } = HttpRouter.toWebHandler(Layer.provide(layer, user), { disableLogger: true })
  return Http.open(revision, (request) => handler(request), dispose)(receive)
}

/** What is called on a host besides our own tools: existing code of an official SDK, or a toolkit of effect's. */
export type Besides = "existing code" | "toolkit"

export const hosts: ReadonlyArray<readonly [name: string, besides: Besides, open: Open]> = [
  ["SDK 1.x", "existing code", sdk],
  ["SDK 1.x, HTTP", "existing code", sdkHttp],
  ["SDK 1.x, stdio", "existing code", stdio("1")],
  ["SDK 2.x", "existing code", server],
  ["SDK 2.x, HTTP 2026-07-28", "existing code", serverHttp],
  ["SDK 2.x, stdio", "existing code", stdio("2")],
  ["effect 2025-06-18", "toolkit", effect("2025-06-18")],
  ["effect 2025-11-25", "toolkit", effect("2025-11-25")],
  ["effect 2026-07-28", "toolkit", effect("2026-07-28")],
  ["effect 2025-11-25, HTTP", "toolkit", effectHttp("2025-11-25")],
  ["effect 2026-07-28, HTTP", "toolkit", effectHttp("2026-07-28")]
]

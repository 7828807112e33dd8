/** The servers of the contract suite: each host serves the same tools, and is spoken to over the wire. */
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { createMcpHandler, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Http from "./Http.ts"
import { greetingOf, type Kind, makeTools, options } from "./tools.ts"
import * as Transports from "./transports.ts"
import * as Wire from "./Wire.ts"

/** Defects are logged whatever the options say; here nobody reads it. */
const silent = Layer.succeedContext(Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>()))

const info = { name: "contract", version: "1.0.0" }

/** Starts a server of a kind. */
type Open = (kind: Kind) => Wire.Open

const runtimeOf = (kind: Kind) => ManagedRuntime.make(Layer.merge(greetingOf(kind), silent))

// --- SDK 1.x ---

const server1 = (kind: Kind): McpServer1 => {
  const server = new McpServer1(info)
  SdkHost.register(server, makeTools(kind), { runtime: runtimeOf(kind), ...options })
  return server
}

/** As a stateless server makes one for each request. */
const prepared1 = (kind: Kind): McpServer1 => {
  const server = new McpServer1(info)
  SdkHost.prepare(makeTools(kind), { runtime: runtimeOf(kind), ...options })(server)
  return server
}

const sdkStdio: Open = (kind) => (receive, end) => {
  const entry = fileURLToPath(new URL("./fixtures/stdio.ts", import.meta.url))
  const child = spawn(process.execPath, [entry, kind], {
    stdio: ["pipe", "pipe", kind === "whole" ? "inherit" : "ignore"]
  })
  return Transports.stdio(child as never, { stop: () => child.kill() })(receive, end)
}

// --- SDK 2.x ---

const server2 = (kind: Kind): McpServer2 => {
  const server = new McpServer2(info)
  ServerHost.register(server, makeTools(kind), { runtime: runtimeOf(kind), ...options })
  return server
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

const served = (kind: Kind): Transports.Served => ({
  info,
  registrations: Layer.provide(EffectHost.layer(makeTools(kind), options), Layer.merge(greetingOf(kind), silent)),
  services: silent
})

const effect = (revision: Transports.Revision): Open => (kind) => Transports.effect(revision, served(kind))

const effectHttp = (revision: Transports.Revision): Open => (kind) => Transports.effectHttp(revision, served(kind))

// --- all of them ---

/** The first is the reference. */
export const hosts = {
  "SDK 1.x": (kind) => Transports.inMemory1(() => server1(kind)),
  "SDK 1.x, stdio": sdkStdio,
  "SDK 1.x, HTTP": (kind) => Transports.http1(() => prepared1(kind)),
  "SDK 2.x": (kind) => Transports.inMemory2(() => server2(kind)),
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

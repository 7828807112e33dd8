/** Servers of every kind, over every transport; what they send is seen as it is. */
import * as EffectHost from "@errata/mcp-adapter/effect"
import { createMcpHandler } from "@modelcontextprotocol/server"
import type * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Http from "../hosts/Http.ts"
import * as Transports from "../hosts/transports.ts"
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

// --- the official SDKs ---

/** A server for each request. */
const serverHttp: Open = ({ context }) => {
  const handler = createMcpHandler(() => server2(context), { legacy: "reject" })
  return Http.open("2026-07-28", (request, given) => handler.fetch(request, given), () => handler.close())
}

const stdio = (generation: "1" | "2"): Open => ({ see }) => (receive, end) => {
  const entry = fileURLToPath(new URL("./fixtures/stdio.ts", import.meta.url))
  const child = spawn(process.execPath, [entry, generation], { stdio: ["pipe", "pipe", "pipe", "ipc"] })
  child.stderr!.on("data", Transports.byLine((line) => see("log line", line)))
  child.on("message", ({ channel, text }: { readonly channel: Channel; readonly text: string }) => see(channel, text))
  return Transports.stdio(child as never, { onOther: (line) => see("stdout", line) })(receive, end)
}

// --- effect ---

const served = ({ context }: Given): Transports.Served => {
  const services = Layer.succeedContext(context)
  const registrations = Layer.provide(Layer.merge(EffectHost.layer(tools, options), toolkit(options)), services)
  return { info, registrations, services }
}

const effect = (revision: Transports.Revision): Open => (given) => Transports.effect(revision, served(given))

const effectHttp = (revision: Transports.Revision): Open => (given) => Transports.effectHttp(revision, served(given))

/** What is called on a host besides our own tools: existing code of an official SDK, or a toolkit of effect's. */
export type Besides = "existing code" | "toolkit"

export const hosts: ReadonlyArray<readonly [name: string, besides: Besides, open: Open]> = [
  ["SDK 1.x", "existing code", ({ context }) => Transports.inMemory1(() => server1(context))],
  ["SDK 1.x, HTTP", "existing code", ({ context }) => Transports.http1(() => server1(context))],
  ["SDK 1.x, stdio", "existing code", stdio("1")],
  ["SDK 2.x", "existing code", ({ context }) => Transports.inMemory2(() => server2(context))],
  ["SDK 2.x, HTTP 2026-07-28", "existing code", serverHttp],
  ["SDK 2.x, stdio", "existing code", stdio("2")],
  ["effect 2025-06-18", "toolkit", effect("2025-06-18")],
  ["effect 2025-11-25", "toolkit", effect("2025-11-25")],
  ["effect 2026-07-28", "toolkit", effect("2026-07-28")],
  ["effect 2025-11-25, HTTP", "toolkit", effectHttp("2025-11-25")],
  ["effect 2026-07-28, HTTP", "toolkit", effectHttp("2026-07-28")]
]

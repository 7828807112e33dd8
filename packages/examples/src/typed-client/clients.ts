/**
 * The clients of the story, each connected to a server process of its own.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import type { AnyClient } from "@errata/mcp-adapter/Client"
import { Client as Client2 } from "@modelcontextprotocol/client"
import { StdioClientTransport as StdioClientTransport2 } from "@modelcontextprotocol/client/stdio"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport as StdioClientTransport1 } from "@modelcontextprotocol/sdk/client/stdio.js"
import * as McpClient from "effect/ai/McpClient"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Scope from "effect/Scope"

/** A client, and what the server wrote for its operator. */
export interface Connected {
  readonly client: AnyClient
  /** `undefined` where the client keeps it to itself. */
  readonly log: () => string | undefined
  readonly close: () => Promise<void>
}

const info = { name: "typed-client", version: "0.1.0" }

const command = (server: string) => ({ command: process.execPath, args: [server], stderr: "pipe" as const })

/** Everything that a server writes for its operator. */
const recorded = (stderr: { on: (event: "data", listener: (chunk: Buffer) => void) => unknown } | null) => {
  let log = ""
  stderr?.on("data", (chunk) => void (log += chunk.toString("utf8")))
  return () => log
}

/** Connects the official client of SDK 1.x. */
export const sdk = async (server: string): Promise<Connected> => {
  const transport = new StdioClientTransport1(command(server))
  const log = recorded(transport.stderr as never)
  const client = new Client1(info)
  await client.connect(transport)
  return { client, log, close: () => client.close() }
}

/** Connects the official client of SDK 2.x. */
export const sdk2 = async (server: string): Promise<Connected> => {
  const transport = new StdioClientTransport2(command(server))
  const log = recorded(transport.stderr as never)
  const client = new Client2(info)
  await client.connect(transport)
  return { client, log, close: () => client.close() }
}

/** effect's own. */
export const effect = async (server: string): Promise<Connected> => {
  const scope = Scope.makeUnsafe()
  const command = ChildProcess.make(process.execPath, [server], { extendEnv: true })
  const client = await McpClient.stdio({ command, protocol: McpProtocol.v2025_11_25 }).pipe(
    Effect.flatMap((transport) => Effect.provideService(McpClient.make(info), McpClient.Transport, transport)),
    Effect.provide(NodeServices.layer),
    Scope.provide(scope),
    Effect.runPromise
  )
  return { client, log: () => undefined, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

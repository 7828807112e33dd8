/**
 * Starts a server with the official client of `@modelcontextprotocol/sdk` 1.x, as hosts do.
 *
 * The tools are listed at once, since only then does the client check `structuredContent` against the output schemas.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { fileURLToPath } from "node:url"
import type { CallToolResult, Options } from "./StdioServer.ts"

/** A client that is connected to a server of its own. */
export interface SdkClient {
  readonly client: Client
  /** Calls a tool. */
  readonly call: (tool: string, args?: { [name: string]: unknown }) => Promise<CallToolResult>
  /** What the server wrote on stderr so far. */
  readonly stderr: () => string
  /** Ends both; throws if the client met anything it could not read. */
  readonly close: () => Promise<void>
}

/** Starts a server and connects to it. */
export const connect = async (options: Options): Promise<SdkClient> => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [fileURLToPath(options.entry), ...options.args ?? []],
    env: { ...options.env },
    ...options.cwd === undefined ? {} : { cwd: options.cwd },
    stderr: "pipe"
  })
  let stderr = ""
  transport.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8")
  })
  const errors: Array<Error> = []
  const client = new Client({ name: "wire test", version: "1.0.0" })
  client.onerror = (error) => {
    // the client complains of progress that was on its way when it cancelled
    if (!error.message.startsWith("Received a progress notification for an unknown token")) errors.push(error)
  }
  await client.connect(transport)
  await client.listTools()
  return {
    client,
    call: async (name, args) =>
      await client.callTool({ name, ...args === undefined ? {} : { arguments: args } }) as CallToolResult,
    stderr: () => stderr,
    close: async () => {
      await client.close()
      if (errors.length > 0) throw new AggregateError(errors, "The client could not read what the server wrote")
    }
  }
}

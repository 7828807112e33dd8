/** Servers and clients of both SDK generations, at the oldest version that the adapter supports and at the pinned one. */
import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client"
import { Client as OldestClient } from "@modelcontextprotocol/sdk-oldest/client/index.js"
import { InMemoryTransport as OldestInMemoryTransport } from "@modelcontextprotocol/sdk-oldest/inMemory.js"
import { Server as OldestServer } from "@modelcontextprotocol/sdk-oldest/server/index.js"
import { McpServer as OldestMcpServer } from "@modelcontextprotocol/sdk-oldest/server/mcp.js"
import { UrlElicitationRequiredError as OldestUrlElicitation } from "@modelcontextprotocol/sdk-oldest/types.js"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { Server as Server1 } from "@modelcontextprotocol/sdk/server/index.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { UrlElicitationRequiredError as UrlElicitation1 } from "@modelcontextprotocol/sdk/types.js"
import {
  McpServer as McpServer2,
  Server as Server2,
  UrlElicitationRequiredError as UrlElicitation2
} from "@modelcontextprotocol/server"
import {
  McpServer as OldestMcpServer2,
  Server as OldestServer2,
  UrlElicitationRequiredError as OldestUrlElicitation2
} from "@modelcontextprotocol/server-oldest"

/** What the tests use of a client: every generation has it. */
export interface Connected {
  readonly request: (method: string, params: object) => Promise<unknown>
  readonly call: (name: string, args?: object, signal?: AbortSignal) => Promise<CallResult>
  readonly listTools: () => Promise<{ readonly tools: ReadonlyArray<object> }>
  readonly close: () => Promise<void>
}

export interface CallResult {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string }>
  readonly structuredContent?: unknown
  readonly isError?: boolean
  readonly _meta?: { readonly [key: string]: unknown }
}

/** The tests register the same things with every generation, whose types differ. */
export type AnyServer = InstanceType<typeof McpServer1>

const info = { name: "adopted", version: "1.0.0" }

// oxlint-disable typescript/no-explicit-any -- four sets of types for the same protocol
const connecting = (Client: any, transport: any, takesSchema: boolean) => async (server: any): Promise<Connected> => {
  const [ours, theirs] = transport.createLinkedPair()
  const client = new Client(info, { capabilities: { elicitation: { url: {} } } })
  await server.connect(ours)
  await client.connect(theirs)
  const anyResult = {
    safeParse: (data: unknown) => ({ success: true, data }),
    parse: (data: unknown) => data,
    "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) }
  }
  const requests: { readonly [method: string]: (params: any) => Promise<unknown> } = {
    "resources/read": (params) => client.readResource(params),
    "resources/list": (params) => client.listResources(params),
    "prompts/get": (params) => client.getPrompt(params),
    "completion/complete": (params) => client.complete(params)
  }
  return {
    request: (method, params) => requests[method]?.(params) ?? client.request({ method, params }, anyResult),
    call: (name, args = {}, signal) =>
      client.callTool(
        { name, arguments: args },
        ...takesSchema ? [undefined] : [],
        signal === undefined ? {} : { signal }
      ),
    listTools: () => client.listTools(),
    close: () => client.close()
  }
}

export interface Generation {
  readonly name: string
  readonly major: 1 | 2
  readonly make: (options?: object) => AnyServer
  readonly makeLowLevel: (options?: object) => any
  /** What a handler throws to send its client to a page. */
  readonly asking: () => Error
  readonly connect: (server: any) => Promise<Connected>
}

const generation = (
  name: string,
  major: 1 | 2,
  McpServer: any,
  Server: any,
  UrlElicitation: any,
  connect: Generation["connect"]
): Generation => ({
  name,
  major,
  make: (options) => new McpServer(info, options),
  makeLowLevel: (options) => new Server(info, options),
  asking: () =>
    new UrlElicitation([{
      mode: "url",
      url: "https://example.com?token=sk-live-51Hhunter2",
      message: "Sign in",
      elicitationId: "1"
    }]),
  connect
})

const connect2 = connecting(Client2, InMemoryTransport2, false)

export const generations: ReadonlyArray<Generation> = [
  generation(
    "SDK 1.26.0",
    1,
    OldestMcpServer,
    OldestServer,
    OldestUrlElicitation,
    connecting(OldestClient, OldestInMemoryTransport, true)
  ),
  generation("SDK 1.x", 1, McpServer1, Server1, UrlElicitation1, connecting(Client1, InMemoryTransport1, true)),
  generation("server 2.0.0", 2, OldestMcpServer2, OldestServer2, OldestUrlElicitation2, connect2),
  generation("server 2.x", 2, McpServer2, Server2, UrlElicitation2, connect2)
]
// oxlint-enable typescript/no-explicit-any

/**
 * Serves one MCP endpoint over HTTP on this machine, for both SDKs: a port, a path, and sessions.
 */
import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"

const path = "/mcp"

/** Answers a request. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Listens where `--port` says (0, the default, for any) until the process is asked to end, and prints the address as a line
 * of JSON on stderr.
 */
export const listen = (handle: Handle): void => {
  const { port } = parseArgs({ options: { port: { type: "string", default: "0" } } }).values
  const server = createServer((request, response) => {
    if (new URL(request.url ?? "", "http://localhost").pathname !== path) return refuse(response, 404, "Not found")
    handle(request, response).catch((failure: unknown) => {
      say({ message: "a request failed", reason: failure instanceof Error ? failure.name : typeof failure })
      if (!response.headersSent) refuse(response, 500, "Internal error", -32603)
    })
  })
  server.listen(Number(port), "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    say({ message: "listening", port, url: `http://127.0.0.1:${port}${path}` })
  })
  const end = (): void => {
    server.close()
    server.closeAllConnections()
  }
  process.once("SIGTERM", end)
  process.once("SIGINT", end)
}

const say = (line: object): void => void process.stderr.write(`${JSON.stringify(line)}\n`)

/** Answers with a JSON-RPC error that belongs to no request. */
export const refuse = (response: ServerResponse, status: number, message: string, code = -32000): void => {
  response.writeHead(status, { "content-type": "application/json" })
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }))
}

/** What a transport needs to keep its session here. */
export interface Session {
  readonly sessionIdGenerator: () => string
  readonly onsessioninitialized: (id: string) => void
  readonly onsessionclosed: (id: string) => void
}

/**
 * Finds the transport of a session. A request without a session gets a new transport, which itself refuses what is no
 * `initialize`, and is forgotten then; of a session that is unknown there is none.
 */
export const sessions = <T>(open: (session: Session) => Promise<T>) => {
  const transports = new Map<string, T>()
  return async (id: string | null | undefined): Promise<T | undefined> => {
    if (id != null) return transports.get(id)
    const transport = await open({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void transports.set(id, transport),
      onsessionclosed: (id) => void transports.delete(id)
    })
    return transport
  }
}

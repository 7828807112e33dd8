/**
 * Serves one MCP endpoint over HTTP on this machine, for both SDKs: a port, a path, and sessions.
 */
import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"
import { exitCodeOfConfiguration, logLine, survive } from "../shared/survive.ts"

const path = "/mcp"

const methods = ["POST", "GET", "DELETE"]

/** Says how many sessions are kept: the oldest gives way to a new one. */
const maxSessions = 1_000

/** Answers a request. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Listens where `--port` says (0, the default, for any) until the process is asked to end, and prints the address as a line
 * of JSON on stderr. No request ends the process: one that cannot be understood is refused, and the unforeseen is logged.
 */
export const listen = (handle: Handle): void => {
  survive(write)
  const server = createServer((request, response) => {
    if (pathOf(request.url) !== path) return refuse(response, 404, "Not found")
    if (!methods.includes(request.method ?? "")) {
      response.setHeader("allow", methods.join(", "))
      return refuse(response, 405, "Method not allowed")
    }
    answer(handle, request, response).catch((failure: unknown) => {
      logLine(write, {
        level: "Error",
        message: "a request failed",
        reason: failure instanceof Error ? failure.name : typeof failure
      })
      if (response.headersSent) response.destroy()
      else refuse(response, 500, "Internal error", -32603)
    })
  })
  server.on("error", (error) => cannotStart(error.message))
  server.listen(portFrom(process.argv.slice(2)), "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    logLine(write, { level: "Info", message: "listening", port, url: `http://127.0.0.1:${port}${path}` })
  })
  const end = (): void => {
    server.close()
    server.closeAllConnections()
  }
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, end)
}

const answer = async (handle: Handle, request: IncomingMessage, response: ServerResponse): Promise<void> =>
  handle(request, response)

const write = (line: string): void => void process.stderr.write(`${line}\n`)

const cannotStart = (reason: string): never => {
  logLine(write, { level: "Fatal", message: "cannot start", reason })
  process.exit(exitCodeOfConfiguration)
}

const portFrom = (args: ReadonlyArray<string>): number => {
  try {
    const { port } = parseArgs({ args: [...args], options: { port: { type: "string", default: "0" } } }).values
    return /^\d{1,5}$/.test(port) && Number(port) < 65_536 ? Number(port) : cannotStart(`${port} is no port`)
  } catch (failure) {
    return cannotStart(failure instanceof Error ? failure.message : String(failure))
  }
}

/** Returns the path of a request line, which may be anything: `//` is no URL, for one. */
const pathOf = (target = ""): string | undefined => {
  const url = target.startsWith("/") ? `http://localhost${target}` : target
  return URL.canParse(url) ? new URL(url).pathname : undefined
}

/** Answers with a JSON-RPC error that belongs to no request. */
export const refuse = (response: ServerResponse, status: number, message: string, code = -32000): void => {
  response.writeHead(status, { "content-type": "application/json" })
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }))
}

/** Describes what a transport needs to keep its session here. */
export interface Session {
  readonly sessionIdGenerator: () => string
  readonly onsessioninitialized: (id: string) => void
  readonly onsessionclosed: (id: string) => void
}

/**
 * Finds the transport of a session. A request without a session gets a new transport, which itself refuses what is no
 * `initialize`, and is forgotten then; of a session that is unknown there is none.
 */
export const sessions = <T extends { close(): Promise<void> }>(open: (session: Session) => Promise<T>) => {
  const transports = new Map<string, T>()
  return async (id: string | null | undefined): Promise<T | undefined> => {
    if (id != null) return transports.get(id)
    const transport = await open({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        transports.set(id, transport)
        const [oldest] = transports.size > maxSessions ? transports : []
        if (oldest === undefined) return
        transports.delete(oldest[0])
        void oldest[1].close()
      },
      onsessionclosed: (id) => void transports.delete(id)
    })
    return transport
  }
}

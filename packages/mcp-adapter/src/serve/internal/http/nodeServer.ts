import * as ReferenceId from "@errata/core/ReferenceId"
import * as Effect from "effect/Effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { LogLine } from "../log.ts"
import type { App } from "./app.ts"
import type { Bounds } from "./limits.ts"
import { nodeInbound } from "./nodeInbound.ts"
import { writeReply } from "./nodeReply.ts"
import { type Reason, Refusal, refuseRoute, told } from "./refusal.ts"

/** Says where a server listens, and what it answers with. */
export interface NodeServerOptions {
  readonly app: App
  readonly bounds: Bounds
  readonly host: string
  readonly port: number
  readonly sharesPort: boolean
  readonly log: LogLine
}

/** Describes a server that listens. */
export interface NodeServer {
  readonly port: number
  readonly host: string
  /** Takes no more connections, and closes each when its last reply is written. */
  readonly drain: () => void
  /** Waits until every reply is written, or its client gone. */
  readonly settled: () => Promise<void>
  /** Closes what is still open. */
  readonly close: () => Promise<void>
  readonly connections: () => Promise<number>
}

/** Listens. Rejects where the address cannot be had. */
export const listen = async (options: NodeServerOptions): Promise<NodeServer> => {
  const { app, bounds, host, log, port, sharesPort } = options
  const server = createServer({
    maxHeaderSize: bounds.headerBytes,
    headersTimeout: bounds.headerTimeout,
    requestTimeout: 0, // the body has a time of its own, which begins when it is read
    keepAliveTimeout: bounds.idleTimeout,
    connectionsCheckingInterval: Math.min(1_000, bounds.headerTimeout),
    insecureHTTPParser: false
  })
  server.maxConnections = bounds.connections
  const replies = answerOn(server, app, bounds, log)
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(
      { port, host: host === "" ? undefined : bare(host), ...sharesPort ? { reusePort: true } : {} },
      () => {
        server.off("error", reject)
        resolve()
      }
    )
  })
  server.on("error", (error) => log({ level: "Error", message: "the server met an error", reason: error.name }))
  const address = server.address() as AddressInfo
  const closed = new Promise<void>((resolve) => server.once("close", resolve))
  return {
    port: address.port,
    host: address.address,
    drain: () => {
      server.close()
      server.closeIdleConnections()
    },
    settled: async () => {
      while (replies.size > 0) await new Promise((resolve) => [...replies][0]!.once("close", resolve))
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await closed
    },
    connections: () =>
      new Promise((resolve) => server.getConnections((error, count) => resolve(error === null ? count : 0)))
  }
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, "$1")

/** Answers every request in one way or another: none ends the process, or is left without an answer. */
const answerOn = (server: Server, app: App, bounds: Bounds, log: LogLine): ReadonlySet<ServerResponse> => {
  const answering = new WeakSet<Socket>()
  const replies = new Set<ServerResponse>()
  const answer = (request: IncomingMessage, response: ServerResponse, goOn?: () => void): void => {
    answering.add(request.socket)
    replies.add(response)
    response.once("close", () => {
      answering.delete(request.socket)
      replies.delete(response)
    })
    request.on("error", () => undefined)
    const inbound = nodeInbound(request, response, bounds, goOn)
    const handled = inbound.isAmbiguous
      ? app.refuse(inbound, new Refusal("malformed", { why: "a header stands there twice" }))
      : app.handle(inbound)
    handled
      .then((reply) => writeReply(reply, { inbound, request, response }, { bounds, closes: app.isDraining() }))
      .catch((failure: unknown) => {
        log({
          level: "Error",
          message: "a reply could not be written",
          reason: failure instanceof Error ? failure.name : typeof failure
        })
        response.destroy()
      })
  }
  server.on("request", (request, response) => answer(request, response))
  server.on("checkContinue", (request, response) => answer(request, response, () => response.writeContinue()))
  server.on("connect", (_, socket) => socket.end(rawRefusal("wrongMethod")))
  server.on("clientError", (error: Error & { readonly code?: string }, socket: Socket) => {
    if (!socket.writable || answering.has(socket) || error.code === "ECONNRESET") return void socket.destroy()
    socket.end(rawRefusal(reasonOf(error.code)), () => socket.destroy())
  })
  return replies
}

const reasonOf = (code: string | undefined): Reason =>
  code === "HPE_HEADER_OVERFLOW" ? "longHeaders" : code === "ERR_HTTP_REQUEST_TIMEOUT" ? "slowRequest" : "malformed"

/** Writes a refusal for what never became a request. */
const rawRefusal = (reason: Reason): string => {
  const { headers, text } = refuseRoute(reason, Effect.runSync(ReferenceId.make), {})
  const { status } = told(reason)
  const all = { ...headers, "content-length": String(Buffer.byteLength(text)), connection: "close" }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", text].join("\r\n")
}

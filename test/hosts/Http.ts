/** Serves a `fetch` over HTTP on this machine, and speaks Streamable HTTP to it without any SDK. */
import { toNodeHandler } from "@modelcontextprotocol/node"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Transport } from "./Wire.ts"

/** Answers a request. What an authentication before it would have found is given beside it. */
export type Fetch = (request: Request, options: { readonly authInfo?: AuthInfo }) => Promise<Response>

/** What the SDKs are told of who calls. */
export interface AuthInfo {
  readonly token: string
  readonly clientId: string
  readonly scopes: Array<string>
}

/** What stands in for an authentication: whoever says who they are is believed. */
export const authInfo = (client: string | null | undefined): { readonly authInfo?: AuthInfo } =>
  client == null ? {} : { authInfo: { token: "secret-token", clientId: client, scopes: ["read"] } }

/** Opens a transport to what is served by `serve`. */
export const open =
  (revision: string, serve: Fetch, end: () => Promise<void>) =>
  async (receive: (message: unknown) => void): Promise<Transport> => {
    const server = createServer((request, response) => {
      const handle = toNodeHandler({ fetch: (given) => serve(given, authInfo(given.headers.get("x-client"))) })
      void handle(request as never, response as never)
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
    let session: string | undefined
    return {
      revision,
      cancelsByMessage: revision !== "2026-07-28",
      send: async (message, { client, signal }) => {
        const { method, params } = message as { readonly method: string; readonly params: { readonly name?: string } }
        const response = await fetch(url, {
          method: "POST",
          signal,
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            ...method === "initialize" ? {} : { "mcp-protocol-version": revision },
            ...revision === "2026-07-28" ? { "mcp-method": method } : {},
            ...revision === "2026-07-28" && method === "tools/call" ? { "mcp-name": params.name ?? "" } : {},
            ...session === undefined ? {} : { "mcp-session-id": session },
            ...client === undefined ? {} : { "x-client": client }
          },
          body: JSON.stringify(message)
        })
        session ??= response.headers.get("mcp-session-id") ?? undefined
        await read(response, receive)
      },
      close: async () => {
        server.closeAllConnections()
        server.close()
        await end()
      }
    }
  }

const read = async (response: Response, receive: (message: unknown) => void): Promise<void> => {
  if (response.body === null || response.status === 202) return
  if (!response.headers.get("content-type")?.includes("text/event-stream")) {
    const text = await response.text()
    const isAnswer = text.startsWith("{") && !text.includes("\"id\":null")
    if (isAnswer) receive(JSON.parse(text))
    else if (!response.ok) throw new Error(`HTTP ${response.status}`)
    return
  }
  let rest = ""
  const decoder = new TextDecoder()
  for await (const chunk of response.body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/)
    rest = events.pop()!
    for (const event of events) {
      const data = event.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim())
      if (data.join("") !== "") receive(JSON.parse(data.join("\n")))
    }
  }
}

/** Asks a server over HTTP, with `fetch` and with raw bytes. */
import { connect } from "node:net"

const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" }

/** The body of a call. */
export const callOf = (name: string, args: object = {}, id: string | number = 1, params: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args, ...params }
})

export const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } }
}

/** The same call in the newest protocol. */
export const modernOf = (name: string, args: object = {}, id: string | number = 1) =>
  callOf(name, args, id, {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": {}
    }
  })

export const modernHeaders = (name: string) => ({
  "mcp-protocol-version": "2026-07-28",
  "mcp-method": "tools/call",
  "mcp-name": name
})

/** Posts a body. */
export const post = (
  url: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
  signal?: AbortSignal
): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { ...headers, ...more },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...signal === undefined ? {} : { signal }
  })

/** Returns the messages of a reply, whichever way they came. */
export const messages = async (response: Response): Promise<ReadonlyArray<any>> => {
  const text = await response.text()
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    return text === "" ? [] : [JSON.parse(text)]
  }
  return text.split("\n").filter((line) => line.startsWith("data: {")).map((line) => JSON.parse(line.slice(6)))
}

/** What a server sent on a connection until it closed it, or until `isEnough`. */
export const raw = (
  url: string,
  bytes: string | Buffer,
  isEnough: (text: string) => boolean = () => false
): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1")
    let text = ""
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(text))
    socket.on("data", (piece: Buffer) => {
      text += piece.toString("latin1")
      if (isEnough(text)) socket.destroy()
    })
    socket.write(bytes)
  })

/** The statuses of the replies in what a server sent. */
export const statuses = (text: string): ReadonlyArray<number> =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

import type { IncomingMessage, ServerResponse } from "node:http"
import type { Bounds } from "./limits.ts"
import type { NodeInbound } from "./nodeInbound.ts"
import type { Reply, Stream } from "./reply.ts"
import { after } from "./time.ts"

/** Bounds what is still read of a body that is refused, so that the client reads the refusal and no reset connection. */
const discarded = { bytes: 8 * 1024 * 1024, millis: 1_000 }

/** Writes a reply. Resolves when all is written, or the client is gone; never rejects. */
export const writeReply = async (
  reply: Reply,
  { inbound, request, response }: {
    readonly inbound: NodeInbound
    readonly request: IncomingMessage
    readonly response: ServerResponse
  },
  { bounds, closes }: { readonly bounds: Bounds; readonly closes: boolean }
): Promise<void> => {
  const { headers, status, stream, text } = reply
  if (response.destroyed || response.headersSent) return stream?.leave()
  const isUnread = inbound.hasMore()
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "connection"))
  if (closes || isUnread) response.shouldKeepAlive = false
  if (stream !== undefined) {
    response.writeHead(status, kept)
    response.flushHeaders()
    return writeStream(stream, response, bounds.readTimeout)
  }
  const isBare = status === 204 || status === 304
  response.writeHead(status, { ...kept, ...isBare ? {} : { "content-length": Buffer.byteLength(text) } })
  if (isUnread) {
    if (inbound.method !== "HEAD") response.write(text)
    await discard(request)
    response.end()
  } else response.end(inbound.method === "HEAD" ? undefined : text)
}

/** Reads on for a while, and throws away what comes. */
const discard = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let size = 0
    const end = (): void => {
      stopTimer()
      request.off("data", take).off("end", end).off("close", end)
      resolve()
    }
    const take = (piece: Buffer): void => {
      size += piece.length
      if (size > discarded.bytes) end()
    }
    const stopTimer = after(discarded.millis, end)
    request.on("data", take).once("end", end).once("close", end).resume()
  })

const writeStream = async (stream: Stream, response: ServerResponse, readTimeout: number): Promise<void> => {
  const leave = (): void => stream.leave()
  response.once("close", leave)
  response.on("error", () => undefined)
  for (;;) {
    const piece = await stream.next()
    if (piece === undefined) break
    if (response.destroyed) return
    if (!response.write(piece) && !await drained(response, readTimeout)) return void response.destroy()
  }
  response.off("close", leave)
  response.end()
}

/** Waits until the client has read enough; tells whether it did in time. */
const drained = (response: ServerResponse, readTimeout: number): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (isDrained: boolean) => (): void => {
      stopTimer()
      response.off("drain", onDrain).off("close", onClose)
      resolve(isDrained)
    }
    const [onDrain, onClose] = [settle(true), settle(false)]
    const stopTimer = after(readTimeout, onClose)
    response.once("drain", onDrain).once("close", onClose)
  })

import type { IncomingMessage, ServerResponse } from "node:http"
import { hasTwice, type Inbound, pathOf } from "./inbound.ts"
import type { Bounds } from "./limits.ts"
import { Refusal } from "./refusal.ts"
import { after } from "./time.ts"

/** Describes a request of Node's server, and what is left of its body. */
export interface NodeInbound extends Inbound {
  /** Tests whether bytes of the body may still come. */
  readonly hasMore: () => boolean
  /** Tests whether headers stand there twice that two programs may read in two ways. */
  readonly isAmbiguous: boolean
}

/** Reads a request of Node's server. `goOn` asks a client for the body that it holds back. */
export const nodeInbound = (
  request: IncomingMessage,
  response: ServerResponse,
  bounds: Bounds,
  goOn: (() => void) | undefined
): NodeInbound => {
  const gone = new AbortController()
  response.once("close", () => {
    if (!response.writableFinished) gone.abort()
  })
  const header = (name: string): string | undefined => {
    const value = request.headers[name]
    return Array.isArray(value) ? value.join(", ") : value
  }
  return {
    method: request.method ?? "GET",
    path: pathOf(request.url ?? ""),
    header,
    signal: gone.signal,
    isAmbiguous: hasTwice((name) => request.headersDistinct[name]?.length ?? 0),
    hasMore: () => !request.complete,
    request: (signal) => webRequest(request, signal),
    read: (onBytes) => {
      const declared = Number(header("content-length") ?? 0)
      if (declared > bounds.bodyBytes) return Promise.reject(new Refusal("tooLarge"))
      goOn?.()
      return readBody(request, bounds, onBytes)
    }
  }
}

const readBody = (
  request: IncomingMessage,
  { bodyBytes, bodyTimeout }: Bounds,
  onBytes: (bytes: number) => void
): Promise<string> =>
  new Promise((resolve, reject) => {
    const pieces: Array<Buffer> = []
    let size = 0
    const settle = (): void => {
      stopTimer()
      request.off("data", take).off("end", end).off("close", close)
    }
    const fail = (failure: unknown): void => {
      settle()
      request.pause()
      reject(failure instanceof Error ? failure : new Refusal("failed"))
    }
    const take = (piece: Buffer): void => {
      size += piece.length
      if (size > bodyBytes) return fail(new Refusal("tooLarge"))
      try {
        onBytes(piece.length)
        pieces.push(piece)
      } catch (refusal) {
        fail(refusal)
      }
    }
    const end = (): void => {
      settle()
      try {
        resolve(utf8.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)))
      } catch {
        reject(new Refusal("unparsable"))
      }
    }
    const close = (): void => fail(new Refusal("malformed", { why: "the client went away" }))
    const stopTimer = after(bodyTimeout, () => fail(new Refusal("slowRequest")))
    request.on("data", take).once("end", end).once("close", close)
  })

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false })

/** Makes the request that an SDK sees. Its URL is that by which the client reached the server. */
const webRequest = (request: IncomingMessage, signal: AbortSignal | undefined): Request => {
  const headers: Array<[string, string]> = []
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined && !name.startsWith(":")) headers.push([name, values.join(", ")])
  }
  const { method = "GET", url = "/" } = request
  const reached = `http://${request.headers.host ?? "localhost"}`
  const target = url.startsWith("/") ? `${URL.canParse(reached) ? reached : "http://localhost"}${url}` : url
  return new Request(target, { method, headers, ...signal === undefined ? {} : { signal } })
}

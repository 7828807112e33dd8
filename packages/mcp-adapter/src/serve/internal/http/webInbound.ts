import { type Inbound, pathOf } from "./inbound.ts"
import type { Bounds } from "./limits.ts"
import { Refusal } from "./refusal.ts"
import type { Reply } from "./reply.ts"
import { after } from "./time.ts"

/** Reads a request of a server that speaks `Request` and `Response`. */
export const webInbound = (request: Request, bounds: Bounds): Inbound => ({
  method: request.method,
  path: pathOf(request.url),
  header: (name) => request.headers.get(name) ?? (name === "host" ? new URL(request.url).host : undefined),
  signal: request.signal,
  request: (signal = request.signal) =>
    new Request(request.url, { method: request.method, headers: request.headers, signal }),
  read: (onBytes) => readBody(request, bounds, onBytes)
})

const readBody = async (
  request: Request,
  { bodyBytes, bodyTimeout }: Bounds,
  onBytes: (bytes: number) => void
): Promise<string> => {
  if (Number(request.headers.get("content-length") ?? 0) > bodyBytes) throw new Refusal("tooLarge")
  const reader = request.body?.getReader()
  const pieces: Array<Uint8Array> = []
  let size = 0
  let isLate = false
  const stopTimer = after(bodyTimeout, () => {
    isLate = true
    void reader?.cancel().catch(() => undefined)
  })
  try {
    for (;;) {
      const { done, value } = await reader?.read() ?? { done: true, value: undefined }
      if (isLate) throw new Refusal("slowRequest")
      if (done) break
      size += value.length
      if (size > bodyBytes) throw new Refusal("tooLarge")
      onBytes(value.length)
      pieces.push(value)
    }
    return utf8.decode(Buffer.concat(pieces))
  } catch (failure) {
    void reader?.cancel().catch(() => undefined)
    throw failure instanceof Refusal ? failure : new Refusal("unparsable")
  } finally {
    stopTimer()
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** Makes a response of a reply. */
export const webResponse = ({ headers, status, stream, text }: Reply): Response => {
  if (stream === undefined) return new Response(text === "" ? null : text, { status, headers })
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const piece = await stream.next()
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    },
    cancel: stream.leave
  }, { highWaterMark: 0 })
  return new Response(body, { status, headers })
}

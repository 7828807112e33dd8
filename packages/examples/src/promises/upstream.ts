/** A billing service as it is on a bad day: over loopback, and with answers that are said in advance. */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** An answer: a status, and perhaps how long to wait. */
export interface Answer {
  readonly status: number
  readonly retryAfter?: number
  /** Does not answer at all. */
  readonly hangs?: boolean
}

export interface Upstream extends AsyncDisposable {
  readonly url: string
  /** The paths that were asked for. */
  readonly requests: Array<string>
  /** Holds what is answered under a path, one after the other; then 200. */
  readonly answers: Map<string, Array<Answer>>
}

export const open = async (): Promise<Upstream> => {
  const requests: Array<string> = []
  const answers = new Map<string, Array<Answer>>()
  const server = createServer((request, response) => {
    const path = request.url!
    requests.push(path)
    const { hangs, retryAfter, status } = answers.get(path)?.shift() ?? { status: 200 }
    if (hangs === true) return
    response.writeHead(status, {
      "content-type": "application/json",
      ...retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }
    })
    response.end(JSON.stringify(status === 200 ? { path, total: 12 } : { internal: "db-7.billing.internal" }))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

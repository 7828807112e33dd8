import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer, type ServerResponse } from "node:http"
import { createServer as createSecure } from "node:https"
import { type AddressInfo, createServer as createPlain, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A reply of the scripted server. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString()
const epochIn = (seconds: number): string => String(Math.ceil(Date.now() / 1000) + seconds)

const statuses = [
  400,
  401,
  403,
  404,
  405,
  408,
  409,
  410,
  412,
  413,
  418,
  422,
  423,
  425,
  429,
  451,
  500,
  501,
  502,
  503,
  504,
  507
]

/** What the scripted server answers, by the name of the scenario. */
export const scenarios: Readonly<Record<string, () => Reply>> = {
  ...Object.fromEntries(statuses.map((status) => [String(status), () => ({ status })])),
  "429 seconds": () => ({ status: 429, headers: { "retry-after": "30" } }),
  "429 date": () => ({ status: 429, headers: { "retry-after": inSeconds(60), date: inSeconds(0) } }),
  "429 milliseconds": () => ({ status: 429, headers: { "retry-after-ms": "1500" } }),
  "429 fraction": () => ({ status: 429, headers: { "retry-after": "1.5" } }),
  "429 list": () => ({ status: 429, headers: { "retry-after": "10, 20" } }),
  "429 field": () => ({ status: 429, headers: { ratelimit: "\"default\";r=0;t=30" } }),
  "429 reset": () => ({ status: 429, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": epochIn(45) } }),
  "429 delta": () => ({ status: 429, headers: { "ratelimit-remaining": "0", "ratelimit-reset": "12" } }),
  "403 limit": () => ({
    status: 403,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": epochIn(45) },
    body: { message: "API rate limit exceeded for 203.0.113.7." }
  }),
  "403 seconds": () => ({
    status: 403,
    headers: { "retry-after": "60" },
    body: { message: "You have exceeded a secondary rate limit." }
  }),
  "503 seconds": () => ({ status: 503, headers: { "retry-after": "7" } }),
  "503 with a window": () => ({
    status: 503,
    headers: { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": epochIn(3000) }
  }),
  "429 quota": () => ({
    status: 429,
    body: {
      error: {
        message: "You exceeded your current quota, please check your plan.",
        type: "insufficient_quota",
        param: null,
        code: "insufficient_quota"
      }
    }
  }),
  "no JSON": () => ({ status: 200, headers: { "content-type": "application/json" }, body: "<html>Maintenance</html>" })
}

/** Answers each scenario at the path that names it, whatever stands before: `/v1/429%20seconds`. */
const answer = (response: ServerResponse, { body, headers, status }: Reply): void => {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? { message: `status ${status}` })
  response.writeHead(status, {
    "content-type": "application/json",
    ...headers,
    "content-length": Buffer.byteLength(text)
  }).end(text)
}

const listen = async (server: Server): Promise<number> => {
  await once(server.listen(0, "127.0.0.1"), "listening")
  return (server.address() as AddressInfo).port
}

/** Loopback servers, and where they listen. */
export interface Servers {
  /** Answers by scenario: `${base}/429%20seconds`. */
  readonly base: string
  /** Answers each request with the reply that was set last. */
  readonly scripted: { readonly base: string; readonly play: (reply: Reply) => void }
  /** Closes each connection at the first bytes. */
  readonly reset: string
  /** Sends the head, half of the body, and closes. */
  readonly cut: string
  /** Accepts, and never answers. */
  readonly silent: string
  readonly silentPort: number
  /** Answers with what is no HTTP. */
  readonly garbage: string
  /** Has a certificate that nobody signed. */
  readonly selfSigned: string
  /** A port where nobody listens. */
  readonly refused: string
  readonly refusedPort: number
  readonly close: () => void
}

export const startServers = async (): Promise<Servers> => {
  const open: Array<{ close: () => unknown; closeAllConnections?: () => void }> = []
  const start = async (server: Server): Promise<number> => {
    open.push(server as never)
    return await listen(server)
  }
  let next: Reply = { status: 500 }
  const http = createServer((request, response) => {
    request.resume()
    const name = decodeURIComponent((request.url ?? "").split("?")[0]!)
    const scenario = Object.keys(scenarios).filter((scenario) =>
      name.split("/").includes(scenario)
    ).toSorted((a, b) => b.length - a.length)[0]
    answer(response, scenario === undefined ? { status: 404 } : scenarios[scenario]!())
  })
  const scripted = createServer((request, response) => {
    request.resume()
    answer(response, next)
  })
  const reset = createPlain((socket) =>
    void socket.once("data", () => socket.resetAndDestroy()).on("error", () => undefined)
  )
  const cut = createPlain((socket) =>
    void socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"half\":")
      setTimeout(() => socket.destroy(), 20)
    }).on("error", () => undefined)
  )
  const silent = createPlain((socket) => void socket.on("error", () => undefined))
  const garbage = createPlain((socket) =>
    void socket.on("error", () => undefined).once("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n"))
  )
  const folder = mkdtempSync(join(tmpdir(), "errata-corpus-"))
  execFileSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=localhost",
    "-keyout",
    join(folder, "key.pem"),
    "-out",
    join(folder, "cert.pem")
  ], { stdio: "ignore" })
  const secure = createSecure({
    key: readFileSync(join(folder, "key.pem")),
    cert: readFileSync(join(folder, "cert.pem"))
  }, (_, response) => response.end("{}"))
  const at = (port: number) => `http://127.0.0.1:${port}`
  const closed = createPlain()
  const nobody = await listen(closed)
  closed.close()
  const silentPort = await start(silent)
  return {
    base: at(await start(http)),
    scripted: { base: at(await start(scripted)), play: (reply) => void (next = reply) },
    reset: at(await start(reset)),
    cut: at(await start(cut)),
    silent: at(silentPort),
    silentPort,
    garbage: at(await start(garbage)),
    selfSigned: `https://127.0.0.1:${await start(secure)}`,
    refused: at(nobody),
    refusedPort: nobody,
    close: () => {
      rmSync(folder, { recursive: true, force: true })
      for (const server of open) {
        server.closeAllConnections?.()
        server.close()
      }
    }
  }
}

/**
 * Plays a weather service on the loopback interface, good or bad as a script says.
 *
 * It answers `/v1/current`, `/v1/forecast` and `/v1/alerts?location=` for a few cities to whoever brings its key, and
 * remembers every request. A script (see `simulation/script.ts`) makes it fail: with a status, late, in the middle of a
 * body, or not at all. In the same process that is {@link Simulator.play}; from outside it is
 *
 * ```sh
 * curl -X POST http://127.0.0.1:<port>/_simulator -d '{"script": [{"status": 503, "times": 2}]}'
 * ```
 *
 * which answers with the requests that came so far, and adds the script if there is one (`"reset": true` forgets the old
 * one and the requests first). It is for examples and tests: any program on this machine may control it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { json as readJson } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import * as Climate from "./simulation/climate.ts"
import { type Fault, playback, type Reply, Script } from "./simulation/script.ts"

/** The key that a simulator asks for if it is given none. */
export const developmentKey: Redacted.Redacted<string> = Redacted.make("errata-weather-development-key")

/** A request that came. */
export interface RecordedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
  /** When it came: milliseconds since 1970. */
  readonly at: number
}

/** A running simulator. */
export interface Simulator {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly apiKey: Redacted.Redacted<string>
  /** The requests so far, in order. */
  readonly requests: ReadonlyArray<RecordedRequest>
  /** Adds replies after those that are still to come. */
  readonly play: (...replies: ReadonlyArray<Reply>) => void
  /** Forgets the script and the requests. */
  readonly reset: () => void
  /** Says how many connections are open. */
  readonly connections: () => Promise<number>
  /** Ends it, and whatever is under way. */
  readonly close: () => Promise<void>
}

/** Describes what can be chosen. */
export interface Options {
  /** Default: {@link developmentKey}. */
  readonly apiKey?: Redacted.Redacted<string> | undefined
  readonly script?: ReadonlyArray<Reply> | undefined
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Returns what time it is. Default: what the system says. */
  readonly now?: (() => number) | undefined
}

/** Starts a simulator, which runs as long as its scope. A port that is taken is a defect. */
export const start = (options: Options = {}): Effect.Effect<Simulator, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.promise(() => open(options)), ({ close }) => Effect.promise(close))

/** Does the same for scripts: starts a simulator, which runs until it is closed. */
export const open = async (options: Options = {}): Promise<Simulator> => {
  const { apiKey = developmentKey, now = Date.now, port = 0, script = [] } = options
  const requests: Array<RecordedRequest> = []
  const pending = playback()
  pending.add(script)
  const closing = new AbortController()

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/"
    if (path === "/_simulator") return send(response, await control(request))
    requests.push({ method: request.method ?? "GET", path, headers: { ...request.headers }, at: now() })
    const reply = pending.next(path)
    const usual = answer(request, path, Redacted.value(apiKey), now())
    if (reply === undefined) return send(response, usual)
    if (reply.delay !== undefined) {
      await sleep(Duration.toMillis(Duration.fromInputUnsafe(reply.delay)), undefined, { signal: closing.signal })
    }
    play(response, written(reply, usual, now()), reply.fault)
  }

  /** Any process of this machine may control it: other processes have no other way. */
  const control = async (request: IncomingMessage): Promise<Answer> => {
    if (request.method !== "POST") {
      return { status: 405, headers: { allow: "POST" }, body: { error: "method not allowed" } }
    }
    const command = Schema.decodeUnknownExit(Command)(await readJson(request).catch(() => undefined))
    if (Exit.isFailure(command)) {
      return { status: 400, body: { error: "expected {\"script\"?: [...], \"reset\"?: true}" } }
    }
    if (command.value.reset === true) simulator.reset()
    simulator.play(...command.value.script ?? [])
    return { status: 200, body: { requests: requests.map(({ at, method, path }) => ({ method, path, at })) } }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy()) // closing, or the client is gone
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const simulator: Simulator = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    requests,
    play: (...replies) => pending.add(replies),
    reset: () => {
      pending.clear()
      requests.splice(0)
    },
    connections: promisify(server.getConnections.bind(server)),
    close: async () => {
      closing.abort()
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    }
  }
  return simulator
}

const Command = Schema.Struct({ script: Schema.optionalKey(Script), reset: Schema.optionalKey(Schema.Boolean) })

interface Answer {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body: unknown
}

const answer = (request: IncomingMessage, path: string, apiKey: string, now: number): Answer => {
  if (request.method !== "GET") return { status: 405, headers: { allow: "GET" }, body: { error: "method not allowed" } }
  if (request.headers.authorization !== `Bearer ${apiKey}`) return { status: 401, body: { error: "unknown key" } }
  const url = new URL(path, "http://simulator")
  const part = /^\/v1\/(current|forecast|alerts)$/.exec(url.pathname)?.[1] as keyof Climate.Report | undefined
  if (part === undefined) return { status: 404, body: { error: "no such path" } }
  const location = url.searchParams.get("location") ?? ""
  if (location.trim() === "") return { status: 400, body: { error: "location is required" } }
  const report = Climate.at(location, now)
  return report === undefined
    ? { status: 404, body: { error: "unknown location", known: Climate.cityNames } }
    : { status: 200, body: report[part] }
}

/** Returns what a scripted reply makes of the usual answer. */
const written = (reply: Reply, usual: Answer, now: number): Answer => {
  const { headers, retryAfter, retryAfterDate } = reply
  const status = reply.status ?? usual.status
  return {
    status,
    headers: {
      ...usual.headers,
      ...retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
      ...retryAfterDate === undefined ? {} : {
        date: new Date(now).toUTCString(), // of the same clock: readers take the difference
        "retry-after": new Date(now + retryAfterDate * 1000).toUTCString()
      },
      ...headers
    },
    body: reply.body === undefined ? status < 300 ? usual.body : { error: `status ${status}` } : reply.body
  }
}

const send = (response: ServerResponse, answer: Answer): void => {
  const bytes = begin(response, answer)
  response.end(bytes)
}

/** Writes the head, and returns the body that belongs to it. */
const begin = (response: ServerResponse, { body, headers, status }: Answer): Buffer => {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body))
  const type = { "content-type": "application/json" }
  if (status === 204 || status === 304) response.writeHead(status, { ...headers })
  else response.writeHead(status, { ...type, "content-length": bytes.length, ...headers })
  return bytes
}

const play = (response: ServerResponse, answer: Answer, fault: Fault | undefined): void => {
  const { socket } = response
  if (fault === undefined || socket === null) return send(response, answer)
  const cut = (): void => void (fault.startsWith("reset") ? socket.resetAndDestroy() : socket.destroy())
  switch (fault) {
    case "hang":
      return
    case "garbage":
      return void socket.end("A weather forecast, but no HTTP.\r\n\r\n")
    case "reset":
    case "close":
      return cut()
    case "reset_mid_body":
    case "close_mid_body":
    case "hang_mid_body": {
      const bytes = begin(response, answer)
      const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
      // the client is given a moment to read what was sent: a reset discards it
      response.write(half, () => fault === "hang_mid_body" || setTimeout(cut, 10).unref())
    }
  }
}

/**
 * Sends what handlers log to the clients that ask for it, as `notifications/message`.
 *
 * Clients of the protocol before 2026-07-28 ask by `logging/setLevel`, later ones with each request. A client that did not ask gets
 * nothing, and none gets a line of another's call.
 *
 * **Details**
 *
 * - Only `Effect.log...` of a handler goes out, while its call runs: redacted, with its annotations and plain objects, without
 *   causes, stacks and the line that ends a call. The log on stderr stays as it is.
 * - No client is sent more than `mostPerSecond` lines in a second, and as many at once; the next one says how many were
 *   `dropped`.
 * - Over HTTP without sessions nobody knows who asked: only clients of the newest protocol get lines there.
 *
 * **Example** (Sending log lines to clients)
 *
 * ```ts import.meta.vitest
 * import * as LogBridge from "@errata/mcp-adapter/LogBridge"
 * import { register } from "@errata/mcp-adapter/sdk"
 * import * as Tool from "@errata/core/Tool"
 * import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
 * import * as Effect from "effect/Effect"
 *
 * const importAll = Tool.make("import_all", { description: "Imports everything.", input: {}, safety: "idempotent" })
 * const handled = Tool.handle(importAll, () => Effect.logInfo("reading", { files: 3 }))
 *
 * const bridge = LogBridge.make()
 * const server = new McpServer({ name: "example", version: "1.0.0" })
 * bridge.attach(server)
 * register(server, [handled], { runtime: bridge.layer }).length // => 1
 * ```
 *
 * @since 0.1.0
 */
import * as Layer from "effect/Layer"
import { ClientLog, mcpLevels } from "../call/internal/clientLog.ts"
import { isRecord } from "../fold/internal/resultLike.ts"
import { type Asked, makeAsking } from "./internal/levels.ts"

/**
 * Configures a bridge.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The number of lines that a client is sent in a second, and at once. Default: 20. */
  readonly mostPerSecond?: number | undefined
}

/**
 * Leads from handlers' logs to clients.
 *
 * @category models
 * @since 0.1.0
 */
export interface LogBridge {
  /** Hands over the lines of the runtime that it is merged into. */
  readonly layer: Layer.Layer<ClientLog>
  /**
   * Declares the capability `logging` on an `McpServer` of either SDK, and hears which level its clients ask for. Call it before the
   * server is connected. Throws a `TypeError` for what is no such server.
   */
  readonly attach: (server: object) => void
}

/**
 * Makes a bridge. One is enough for a process.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): LogBridge => {
  const most = options.mostPerSecond ?? 20
  if (!(most >= 1 && most <= 10_000)) throw new RangeError("The option `mostPerSecond` is a number from 1 to 10000")
  const asking = makeAsking(most)
  const send: ClientLog["Service"]["send"] = (request, line, level, now) => {
    const asked = asking.find(request)
    if (asked === undefined || request.notify === undefined || request.signal?.aborted === true) return
    if (mcpLevels.indexOf(level) < mcpLevels.indexOf(asked.level) || !takes(asked, most, now)) return
    const { data, logger } = line()
    const told = asked.dropped === 0 ? data : { ...data, dropped: asked.dropped }
    asked.dropped = 0
    const { notify } = request
    quietly(() => notify({ method: "notifications/message", params: { level, logger, data: told } }))
  }
  return {
    layer: Layer.succeed(ClientLog, { send }),
    attach: (server) => listen(server, (context, level) => asking.set(server, context, level))
  }
}

/** Takes a token, if there is one. */
const takes = (asked: Asked, most: number, now: number): boolean => {
  asked.tokens = Math.min(most, asked.tokens + Math.max(0, now - asked.at) / 1_000 * most)
  asked.at = Math.max(asked.at, now)
  if (asked.tokens < 1) {
    asked.dropped++
    return false
  }
  asked.tokens -= 1
  return true
}

type Handler = (request: { readonly params?: { readonly level?: unknown } }, context: unknown) => unknown

interface Protocol {
  readonly registerCapabilities: (capabilities: object) => void
  readonly _requestHandlers: Map<string, Handler>
}

/** Stands before what either SDK does with `logging/setLevel`, which it goes on doing. */
const listen = (server: object, onLevel: (context: unknown, level: unknown) => void): void => {
  const { server: inner = server } = server as { readonly server?: unknown }
  if (!isProtocol(inner)) {
    throw new TypeError("Pass an McpServer of @modelcontextprotocol/sdk or @modelcontextprotocol/server")
  }
  inner.registerCapabilities({ logging: {} })
  const { _requestHandlers: handlers } = inner
  const original = handlers.get("logging/setLevel")
  handlers.set("logging/setLevel", (request, context) => {
    onLevel(context, request.params?.level)
    return original === undefined ? {} : original(request, context)
  })
}

const isProtocol = (u: unknown): u is Protocol =>
  isRecord(u) && typeof u["registerCapabilities"] === "function" && u["_requestHandlers"] instanceof Map

/** A line that cannot be sent is not the call's problem. */
const quietly = (send: () => unknown): void => {
  try {
    void Promise.resolve(send()).catch(() => undefined)
  } catch {
    // nor one that is refused at once
  }
}

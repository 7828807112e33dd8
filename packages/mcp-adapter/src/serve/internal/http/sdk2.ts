import type { McpHttpHandler, ServerEventBus } from "@modelcontextprotocol/server"
import type { AnyTransport, Backend, Exchange, Served, TransportOptions } from "./backend.ts"
import type { BackendOptions } from "./sdk1.ts"
import { sessionful } from "./sessions.ts"
import { stateless } from "./stateless.ts"

/**
 * Serves with SDK 2.x, every protocol it speaks. The newest knows no sessions: `createMcpHandler` makes a server for each request,
 * and takes a closed connection for a cancel. Older clients get what the options say.
 */
export const backend = async (
  { bus, make, onError, sessions, streams, subscriptions }: BackendOptions
): Promise<Backend> => {
  const { createMcpHandler, isLegacyRequest, WebStandardStreamableHTTPServerTransport } = await import(
    "@modelcontextprotocol/server"
  )
  const exchanges = new WeakMap<Request, Exchange>()
  const modern = createMcpHandler((context) => make(exchanges.get(context.requestInfo!)!) as never, {
    legacy: "reject",
    maxSubscriptions: Math.max(1, subscriptions),
    onerror: onError,
    ...bus === undefined ? {} : { bus: bus as ServerEventBus }
  })
  const transport = (options: TransportOptions): AnyTransport =>
    new WebStandardStreamableHTTPServerTransport(options as never) as unknown as AnyTransport
  const legacy = sessions === undefined
    ? stateless({ make, transport, streams })
    : sessionful({ make, transport, sessions })

  return {
    serve: async (exchange) =>
      await isLegacyRequest(exchange.inbound.request(), exchange.body)
        ? legacy.serve(exchange)
        : serveModern(exchange, modern, exchanges),
    close: async () => {
      await modern.close()
      await legacy.close()
    },
    sessions: legacy.sessions
  }
}

const serveModern = async (
  exchange: Exchange,
  modern: McpHttpHandler,
  exchanges: WeakMap<Request, Exchange>
): Promise<Served> => {
  const { authInfo, body, inbound } = exchange
  const given = new AbortController()
  const gone = (): void => given.abort()
  inbound.signal.addEventListener("abort", gone, { once: true })
  if (inbound.signal.aborted) gone()
  exchange.onEnd(() => inbound.signal.removeEventListener("abort", gone))
  const request = inbound.request(given.signal)
  exchanges.set(request, exchange)
  const response = await modern.fetch(request, {
    ...body === undefined ? {} : { parsedBody: body },
    ...authInfo === undefined ? {} : { authInfo: authInfo as never }
  })
  return { response, outlivesClient: false }
}

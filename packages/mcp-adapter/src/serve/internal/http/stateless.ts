import type { AnyServer, AnyTransport, Backend, Exchange, Served, TransportOptions } from "./backend.ts"

/** Says what makes a server and a transport for one request. */
export interface StatelessOptions {
  readonly make: (exchange: Exchange) => AnyServer | PromiseLike<AnyServer>
  readonly transport: (options: TransportOptions) => AnyTransport
  readonly streams: boolean
}

/** Serves each request with a server of its own, which nothing outlives. */
export const stateless = ({ make, streams, transport }: StatelessOptions): Backend => {
  const open = new Set<AnyServer>()
  const serve = async (exchange: Exchange): Promise<Served> => {
    const server = await make(exchange)
    open.add(server)
    exchange.onEnd(() => {
      open.delete(server)
      server.close().catch(() => undefined)
    })
    const connection = transport({ sessionIdGenerator: undefined, enableJsonResponse: !streams })
    await server.connect(connection as never)
    const { authInfo, body, inbound } = exchange
    const response = await connection.handleRequest(inbound.request(), {
      ...body === undefined ? {} : { parsedBody: body },
      ...authInfo === undefined ? {} : { authInfo }
    })
    return { response, outlivesClient: true }
  }
  return {
    serve,
    close: async () => void await Promise.allSettled([...open].map((server) => server.close())),
    sessions: () => 0
  }
}

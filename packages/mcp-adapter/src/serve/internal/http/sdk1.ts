import type { AnyServer, AnyTransport, Backend, Exchange, TransportOptions } from "./backend.ts"
import { sessionful, type Sessions } from "./sessions.ts"
import type { EventBus } from "./settings.ts"
import { stateless } from "./stateless.ts"

/** Says how an SDK serves. */
export interface BackendOptions {
  readonly make: (exchange: Exchange) => AnyServer | PromiseLike<AnyServer>
  readonly sessions: Sessions | undefined
  /** Says whether calls are answered over streams, so that progress reaches the client. */
  readonly streams: boolean
  /** The most subscriptions of the newest protocol at once. */
  readonly subscriptions: number
  readonly bus: EventBus | undefined
  readonly onError: (error: unknown) => void
}

/** Serves with SDK 1.x. Rejects where it is not installed, or is older than its transport for web requests. */
export const backend = async ({ make, sessions, streams }: BackendOptions): Promise<Backend> => {
  const { WebStandardStreamableHTTPServerTransport } = await load()
  const transport = (options: TransportOptions): AnyTransport =>
    new WebStandardStreamableHTTPServerTransport(options as never) as unknown as AnyTransport
  return sessions === undefined
    ? stateless({ make, transport, streams })
    : sessionful({ make, transport, sessions })
}

const load = async () => {
  try {
    return await import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js")
  } catch (cause) {
    throw new TypeError(
      "Serving over HTTP needs @modelcontextprotocol/sdk 1.25 or newer, or @modelcontextprotocol/server 2.x",
      {
        cause
      }
    )
  }
}

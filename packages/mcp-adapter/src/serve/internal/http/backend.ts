import type { AuthInfo } from "../../../call/Handler.ts"
import type { Inbound } from "./inbound.ts"

export type { AnyServer } from "../stdio/connect.ts"

/** Describes a request to the endpoint that was let in, with its body read. */
export interface Exchange {
  readonly inbound: Inbound
  /** The body, parsed; undefined where the method has none. */
  readonly body: unknown
  readonly authInfo: AuthInfo | undefined
  /** Has what the request held given back, when it was answered or given up. */
  readonly onEnd: (giveBack: () => void) => void
}

/** Describes what a generation of the SDK made of a request. */
export interface Served {
  readonly response: Response
  /** Says whether the work goes on when the client goes away: only the newest protocol takes that for a cancel. */
  readonly outlivesClient: boolean
  /** Is settled when the calls of the request are answered, even if the stream was given up before. Default: with the stream. */
  readonly answered?: Promise<void> | undefined
}

/** Serves requests with an SDK. */
export interface Backend {
  readonly serve: (exchange: Exchange) => Promise<Served>
  /** Ends what is still open: sessions, streams and calls. */
  readonly close: () => Promise<void>
  /** Counts the sessions that are kept. */
  readonly sessions: () => number
}

/** Describes what a transport of either SDK has in common. */
export interface AnyTransport {
  readonly handleRequest: (
    request: Request,
    options: { readonly parsedBody?: unknown; readonly authInfo?: unknown }
  ) => Promise<Response>
  readonly close: () => Promise<void>
  send: (message: never, options?: never) => Promise<void>
}

/** Describes the options of a transport of either SDK that are set here. */
export interface TransportOptions {
  readonly sessionIdGenerator: (() => string) | undefined
  readonly onsessioninitialized?: (id: string) => void
  readonly onsessionclosed?: (id: string) => void
  readonly enableJsonResponse?: boolean
  readonly eventStore?: object
}

import { isRecord } from "../../fold/internal/resultLike.ts"

/** See `Handler.Request`. */
export interface Request {
  /** Aborted when the client cancels. */
  readonly signal?: AbortSignal | undefined
  /** The request's `_meta`. */
  readonly meta?: { readonly [key: string]: unknown } | undefined
  /** Names the session of the transport, where it has sessions. */
  readonly sessionId?: string | undefined
  /** Stands for the connection, where one connection is one caller; nothing is done with it but telling it from others. */
  readonly connection?: object | undefined
  /** Holds what the host's authentication found. */
  readonly authInfo?: AuthInfo | undefined
  /** Sends a notification to the client. May fail; no code waits for it. */
  readonly notify?:
    | ((notification: {
      /** The notification's method, such as `notifications/progress`. */
      readonly method: string
      /** The notification's parameters. */
      readonly params: object
    }) => unknown)
    | undefined
  /**
   * The context that the host's SDK gave. Traces and metrics read from it the request's id, the session, the protocol's
   * version and the transport.
   */
  readonly origin?: unknown
}

/** See `Handler.AuthInfo`. */
export interface AuthInfo {
  /** The bearer token. */
  readonly token: string
  /** Names who was given the token. */
  readonly clientId: string
  /** The scopes that the token allows. */
  readonly scopes: ReadonlyArray<string>
  /** Everything else that the host's verifier knows. */
  readonly extra?: { readonly [key: string]: unknown } | undefined
}

/**
 * Reads the context that either official SDK gives to a handler, told apart by its shape. The server stands for the connection,
 * but over HTTP: there one server may answer everybody.
 */
export const requestFrom = (context: unknown, server?: object): Request => {
  if (!isRecord(context)) return {}
  const inner = context["mcpReq"]
  return isRecord(inner)
    ? {
      signal: inner["signal"] instanceof AbortSignal ? inner["signal"] : undefined,
      meta: inner["_meta"] as Request["meta"],
      sessionId: context["sessionId"] as string | undefined,
      connection: isRecord(context["http"]) && context["http"]["req"] !== undefined ? undefined : server,
      authInfo: isRecord(context["http"]) ? context["http"]["authInfo"] as AuthInfo : undefined,
      notify: inner["notify"] as Request["notify"],
      origin: context
    }
    : context["signal"] instanceof AbortSignal
    ? {
      signal: context["signal"],
      meta: context["_meta"] as Request["meta"],
      sessionId: context["sessionId"] as string | undefined,
      connection: context["requestInfo"] === undefined ? server : undefined,
      authInfo: context["authInfo"] as AuthInfo | undefined,
      notify: context["sendNotification"] as Request["notify"],
      origin: context
    }
    : {}
}

import * as Errors from "@errata/core/Errors"
import type * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import { RemotePermanent, RemoteValidation } from "./remoteErrors.ts"

/** What comes over the wire, as either SDK types it. */
export interface ResultLike {
  readonly content?: unknown
  readonly structuredContent?: unknown
  readonly isError?: unknown
  readonly _meta?: unknown
}

/** A connected client of SDK 1.x or 2.x: the first takes a schema between the request and the options. */
export interface OfficialClient {
  readonly callTool: (
    params: { name: string; arguments?: { [key: string]: unknown } },
    ...rest: ReadonlyArray<never>
  ) => Promise<unknown>
}

interface Bounds {
  readonly timeout: number
  readonly maxTotalTimeout: number
}

/** Calls a tool; a failure of the connection becomes an error of ours, an interruption a cancel. */
export const callWith = (
  client: OfficialClient,
  tool: Tool.Any,
  args: object,
  bounds: Bounds
): Effect.Effect<ResultLike, Errors.Timeout | Errors.Unavailable | RemotePermanent | RemoteValidation> =>
  Effect.tryPromise({
    try: (signal) => {
      const options = { ...bounds, signal, resetTimeoutOnProgress: true, onprogress: () => undefined }
      const rest = takesSchema(client) ? [undefined, options] : [options]
      return client.callTool(
        { name: tool.name, arguments: { ...args } },
        ...rest as unknown as ReadonlyArray<never>
      ) as Promise<ResultLike>
    },
    catch: (failure) => fromFailure(failure, tool)
  })

/** 1.x declares a default for its second parameter, so that it counts one; 2.x has two. */
const takesSchema = (client: OfficialClient): boolean => client.callTool.length === 1

const timeoutCodes: ReadonlySet<unknown> = new Set([-32001, "REQUEST_TIMEOUT"])
const closedCodes: ReadonlySet<unknown> = new Set([-32000, "CONNECTION_CLOSED", "NOT_CONNECTED", "SEND_FAILED"])

const fromFailure = (
  failure: unknown,
  tool: Tool.Any
): Errors.Timeout | Errors.Unavailable | RemotePermanent | RemoteValidation => {
  const { code, message } = Object(failure) as { readonly code?: unknown; readonly message?: unknown }
  if (timeoutCodes.has(code)) return new Errors.Timeout({ operation: tool.name, cause: failure })
  if (typeof code !== "number" || closedCodes.has(code)) {
    return new Errors.Unavailable({ service: "The server", reason: "the connection failed", cause: failure })
  }
  const reason = String(message).replace(/^(?:MCP error -?\d+: )+/, "")
  const fields = {
    error: "JsonRpcError",
    type: code === -32602 ? "invalid_arguments" : "upstream_error",
    reason,
    cause: failure
  }
  return code === -32602 ? new RemoteValidation(fields) : new RemotePermanent(fields)
}

import type { Progress } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"

/** Describes a connected client of SDK 1.x or 2.x: the first takes a schema between the request and the options. */
export interface OfficialClient {
  readonly callTool: (
    params: { name: string; arguments?: { [key: string]: unknown } },
    ...rest: ReadonlyArray<never>
  ) => Promise<unknown>
}

/** Describes one call over the wire. */
export interface OutgoingCall {
  readonly tool: string
  readonly args: { readonly [key: string]: unknown }
  /** The request's `_meta`, besides what a client says itself. */
  readonly meta: { readonly [key: string]: unknown } | undefined
  readonly onProgress: (progress: Progress) => void
}

/** Whatever a client raised. */
export interface Raised {
  readonly failure: unknown
}

/** As long as a timer can be: the time is ours to keep, and an SDK that keeps it may not cancel at the server. */
const longestTimer = 2_147_483_647

/** Calls a tool. Interruption cancels at the server. */
export const callOfficial = (
  client: OfficialClient,
  { args, meta, onProgress, tool }: OutgoingCall
): Effect.Effect<unknown, Raised> =>
  Effect.tryPromise({
    try: async (interruption) => {
      const ending = new AbortController()
      interruption.addEventListener("abort", () => ending.abort(interruption.reason))
      const options = { signal: ending.signal, timeout: longestTimer, onprogress: onProgress }
      const rest = takesSchema(client) ? [undefined, options] : [options]
      try {
        const params = { name: tool, arguments: { ...args }, ...meta === undefined ? {} : { _meta: { ...meta } } }
        return await client.callTool(params, ...rest as unknown as ReadonlyArray<never>)
      } catch (failure) {
        if (isClosed(client)) ending.abort() // 1.26 would leave its timer behind, and the process would not end
        throw failure
      }
    },
    catch: (failure) => ({ failure })
  })

/** Known by the class, since `callTool` may be wrapped; of what is no client of an SDK, by its parameters: 2.x has two. */
const takesSchema = (client: OfficialClient): boolean =>
  "connect" in client ? !("getProtocolEra" in client) : client.callTool.length !== 2

const isClosed = (client: OfficialClient): boolean => "transport" in client && client.transport === undefined

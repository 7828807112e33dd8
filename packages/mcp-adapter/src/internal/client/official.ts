import type { Progress } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"

/** A connected client of SDK 1.x or 2.x: the first takes a schema between the request and the options. */
export interface OfficialClient {
  readonly callTool: (
    params: { name: string; arguments?: { [key: string]: unknown } },
    ...rest: ReadonlyArray<never>
  ) => Promise<unknown>
}

/** One call over the wire. */
export interface Call {
  readonly tool: string
  readonly args: { readonly [key: string]: unknown }
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
  { args, onProgress, tool }: Call
): Effect.Effect<unknown, Raised> =>
  Effect.tryPromise({
    try: (signal) => {
      const options = { signal, timeout: longestTimer, onprogress: onProgress }
      const rest = takesSchema(client) ? [undefined, options] : [options]
      return client.callTool({ name: tool, arguments: { ...args } }, ...rest as unknown as ReadonlyArray<never>)
    },
    catch: (failure) => ({ failure })
  })

/** 1.x declares a default for its second parameter, so that it counts one; 2.x has two. */
const takesSchema = (client: OfficialClient): boolean => client.callTool.length === 1

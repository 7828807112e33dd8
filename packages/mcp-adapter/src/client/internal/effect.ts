/**
 * Knows effect's own clients by their shape: they are unstable, and nothing here may need them installed or load them.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { isTagged } from "effect/Predicate"
import type { OutgoingCall, Raised } from "./official.ts"

/** Describes a client of `effect/ai/McpClient`, or one of `effect/ai/McpTest`. */
export interface EffectClient {
  readonly protocolVersion: string
  readonly callTool: (params: never, ...rest: ReadonlyArray<never>) => Effect.Effect<unknown, unknown, unknown>
}

export const isEffectClient = (client: object): client is EffectClient =>
  "protocolVersion" in client && !("connect" in client)

/** `McpClient` wants the tool as it was listed, of which it reads the name and, for headers, the schema. */
const wantsListed = (client: EffectClient): boolean => "~effect/ai/McpClient" in client

/** Calls a tool. Interruption cancels at the server. Progress is not told. */
export const callEffect = (
  client: EffectClient,
  { args, meta, tool }: OutgoingCall
): Effect.Effect<unknown, Raised> => {
  const told = { arguments: { ...args }, ...meta === undefined ? {} : { _meta: { ...meta } } }
  const params = wantsListed(client)
    ? { tool: { name: tool, inputSchema: { type: "object" } }, ...told }
    : { name: tool, ...told }
  const called = client.callTool(params as never) as Effect.Effect<unknown, unknown>
  return Effect.mapError(called, (failure) => ({ failure })).pipe(
    Effect.catchCause((cause) => {
      const failure = closed(cause)
      return failure === undefined ? Effect.failCause(cause) : Effect.fail({ failure })
    })
  )
}

/** Reads what a client failed with: one that is closed interrupts its calls, or dies of them. */
const closed = (cause: Cause.Cause<unknown>): unknown =>
  Cause.hasInterruptsOnly(cause)
    ? new Error("The client was closed")
    : cause.reasons.filter(Cause.isDieReason).map(({ defect }) => defect).find((defect) =>
      isTagged(defect, "RpcClientError")
    )

import { ToolCall } from "@errata/core/ToolCall"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { parentOf } from "../../../call/internal/traceparent.ts"

/** See `Telemetry.headers`. */
export interface TraceHeaders {
  /** W3C's trace and parent. */
  readonly traceparent?: string
  /** The client's own state, which its tracing system wants to find again. */
  readonly tracestate?: string
}

/** Returns the headers that let a service's spans stand below those of the call, or below the client's where it opens none. */
export const headersOf = (context: Context.Context<never>): TraceHeaders => {
  const call = context.mapUnsafe.get(ToolCall.key) as ToolCall["Service"] | undefined
  const given = call?.meta["traceparent"]
  const client = parentOf(given)
  const span = Option.getOrUndefined(Context.getOption(context, Tracer.ParentSpan)) ?? client
  if (span === undefined) return {}
  const traceId = span.traceId.padStart(32, "0")
  const traceparent = `00-${traceId}-${span.spanId}-${span.sampled ? "01" : "00"}`
  const state = call?.meta["tracestate"]
  return client?.traceId === traceId && isState(state) ? { traceparent, tracestate: state } : { traceparent }
}

/** A header of the client's goes on as it is only if it can do nothing else but be one. */
const isState = (value: unknown): value is string =>
  typeof value === "string" && value.length <= 512 && /^[ -~\t]+$/.test(value)

export const headers: Effect.Effect<TraceHeaders> = Effect.contextWith((context: Context.Context<never>) =>
  Effect.sync(() => headersOf(context))
)

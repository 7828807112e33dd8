import * as Tracer from "effect/Tracer"

const format = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/

/** Returns the trace id of a W3C `traceparent`. */
export const traceIdOf = (traceparent: unknown): string | undefined =>
  typeof traceparent === "string" ? format.exec(traceparent)?.[1] : undefined

/** Returns the client's span, as the parent of ours. */
export const parentOf = (traceparent: unknown): Tracer.ExternalSpan | undefined => {
  const [, traceId, spanId, flags] = typeof traceparent === "string" ? format.exec(traceparent) ?? [] : []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return Tracer.externalSpan({ traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 })
}

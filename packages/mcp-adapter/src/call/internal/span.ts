import { TracesParts } from "@errata/core/internal/tracing"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { hash } from "./fingerprint.ts"
import type { Call } from "./model.ts"
import type { CallEnd } from "./observer.ts"
import type { Request } from "./request.ts"
import { parentOf } from "./traceparent.ts"
import { wireOf } from "./wire.ts"

/**
 * Opens the span of a call, below the client's where it sent a `traceparent`. Names are those that OpenTelemetry gives to MCP, and
 * ours beside them. It never holds arguments, nor the session's id, which lets whoever reads it join the session: it is hashed.
 */
export const openSpan = (call: Call, request: Request): Tracer.Span | undefined => {
  try {
    return spanOf(call, request)
  } catch {
    return undefined // a tracer that throws costs no reply
  }
}

const spanOf = (call: Call, request: Request): Tracer.Span => {
  const { base, job, referenceId } = call
  const parent = parentOf(request.meta?.["traceparent"])
  const ambient = Context.getOption(base.context, Tracer.ParentSpan)
  const { protocolVersion, requestId, sessionId, transport } = wireOf(request)
  const attributes = {
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": job.name,
    "errata.reference_id": referenceId,
    ...requestId === undefined ? {} : { "jsonrpc.request.id": requestId },
    ...protocolVersion === undefined ? {} : { "mcp.protocol.version": protocolVersion },
    ...sessionId === undefined ? {} : { "mcp.session.id": hash(sessionId) },
    ...transport === undefined ? {} : { "network.transport": transport }
  }
  const links = parent !== undefined && Option.isSome(ambient) ? [{ span: ambient.value, attributes: {} }] : []
  const options = { kind: "server", attributes, links, ...parent === undefined ? {} : { parent } } as const
  return Effect.runSyncWith(base.context)(Effect.makeSpan(`tools/call ${job.name}`, options))
}

/** Lets what a call runs open its spans below that of the call. */
export const withSpan = (context: Context.Context<never>, span: Tracer.Span): Context.Context<never> =>
  Context.add(Context.add(context, Tracer.ParentSpan, span), TracesParts, true)

/** Ends the span of a call as its reply tells it. */
export const endSpan = (
  { base }: Call,
  span: Tracer.Span,
  end: CallEnd,
  cause: Cause.Cause<unknown> | undefined
): void => {
  const attributes = {
    ...end.isError ? { "error.type": "tool_error" } : {},
    "errata.outcome": end.outcome,
    ...end.category === undefined ? {} : { "errata.category": end.category },
    ...end.isError ? { "errata.error": end.error(), "errata.fingerprint": end.fingerprint() } : {},
    "errata.attempts": end.attempts,
    ...end.replayOf === undefined ? {} : { "errata.replayed": true, "errata.original_reference_id": end.replayOf },
    ...end.batch === undefined
      ? {}
      : { "errata.items.total": end.batch.total, "errata.items.failed": end.batch.failed },
    ...end.isDegraded ? { "errata.degraded": true } : {}
  }
  for (const [name, value] of Object.entries(attributes)) span.attribute(name, value)
  span.end(base.clock.currentTimeNanosUnsafe(), exitOf(end, cause))
}

const exitOf = (end: CallEnd, cause: Cause.Cause<unknown> | undefined): Exit.Exit<unknown, unknown> => {
  if (end.outcome === "cancelled") return Exit.interrupt()
  if (!end.isError) return Exit.void
  return cause === undefined || cause.reasons.every(Cause.isInterruptReason)
    ? Exit.fail(plainError(end))
    : Exit.failCause(cause)
}

/** Stands for a failure that no error tells, such as a batch of which nothing succeeded. */
const plainError = (end: CallEnd): Error => {
  const name = end.error() ?? "Error"
  return Object.assign(Object.create(Error.prototype) as Error, { name, message: end.outcome, stack: name })
}

import type * as Tool from "@errata/core/Tool"
import * as McpSchema from "effect/ai/McpSchema"
import type * as McpServer from "effect/ai/McpServer"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import type * as Handler from "../../../call/Handler.ts"
import type { CallToolResult, ContentBlock } from "../../../fold/CallToolResult.ts"
import { passesThrough, passingThrough } from "../../../fold/internal/passThrough.ts"

export type Server = McpServer.McpServer["Service"]

type RequestContext = Context.Context<McpSchema.McpRequestContext>

/** Calls a handler with what is known of the request. It sees the request's own context, which middleware may have added to. */
type Call = (
  request: Handler.Request,
  context: RequestContext
) => CallToolResult | Promise<CallToolResult>

/**
 * Answers a request. Interruption of its fiber is what a client's cancel does here; it waits until the handler has let go of
 * what it holds, or the grace is over. The answer waits for the notifications that were sent before it.
 */
export const answer = (
  server: Server,
  call: Call
): Effect.Effect<McpSchema.CallToolResult, never, McpSchema.McpRequestContext> =>
  Effect.map(
    Effect.contextWith((context: RequestContext) =>
      Effect.callback<CallToolResult>((resume, signal) => {
        const sent = new Set<Promise<void>>()
        const result = call(requestOf(server, context, signal, sent), context)
        const done = (result: CallToolResult): void => resume(Effect.succeed(result))
        if (!(result instanceof Promise) && sent.size === 0) return done(result)
        const finished = Promise.resolve(result)
        void finished.then((result) => Promise.allSettled(sent).then(() => done(result)))
        return Effect.promise(() => finished)
      })
    ),
    (result) => new McpSchema.CallToolResult({ ...result, content: result.content.map(toBlock) } as never)
  )

/** effect holds pictures and sounds as bytes, and writes base64 itself; it reads less of it than the SDKs. */
const toBlock = (block: ContentBlock): unknown => {
  if (block.type === "text") return block
  if ("data" in block) return decodeBlock({ ...block, data: padded(block.data) })
  return block.type === "resource" && "blob" in block.resource
    ? decodeBlock({ ...block, resource: { ...block.resource, blob: padded(block.resource.blob) } })
    : decodeBlock(block)
}

const padded = (base64: string): string => {
  const dense = base64.replace(/\s/g, "")
  return dense.padEnd(Math.ceil(dense.length / 4) * 4, "=")
}

const decodeBlock = Schema.decodeUnknownSync(McpSchema.ContentBlock)

const requestOf = (
  server: Server,
  context: RequestContext,
  signal: AbortSignal,
  sent: Set<Promise<void>>
): Handler.Request => ({
  signal,
  meta: Context.get(context, McpSchema.McpRequestContext).requestMetadata as Handler.Request["meta"],
  notify: ({ method, params }) => {
    if (method !== "notifications/progress") return undefined
    // without the request's context it would go to every client, or to none
    const sending = Effect.runPromiseWith(context)(server.notifications["notifications/progress"](params as never))
    sent.add(sending)
    return sending.finally(() => sent.delete(sending))
  }
})

/** effect's server cannot pass on what asks for elicitation by being thrown: there it is a failure as any other. */
export const withoutPassing = <E>(cause: Cause.Cause<E>): Cause.Cause<E> =>
  passingThrough(cause) === undefined ? cause : Cause.fromReasons(cause.reasons.map((reason) => {
    const failure = reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined
    return passesThrough(failure)
      ? Cause.makeDieReason(new Error("effect's server cannot ask for this elicitation", { cause: failure }))
      : reason
  }))

/** The same for a tool of ours. */
export const masking = <R>(handled: Tool.Handled<R>): Tool.Handled<R> => ({
  ...handled,
  handler: (input) =>
    Effect.catchCause(
      Effect.suspend(() => handled.handler(input)),
      (cause) => Effect.failCause(withoutPassing(cause))
    )
})

/** The services that all calls share. A span that was open while the server was built is nobody's parent. */
export const shared = <R>(context: Context.Context<R>): Context.Context<R> =>
  Context.omit(Tracer.ParentSpan)(context as Context.Context<R | Tracer.ParentSpan>) as Context.Context<R>

import * as McpSchema from "effect/ai/McpSchema"
import type * as McpServer from "effect/ai/McpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { type Answer, settleLater } from "../../../call/internal/answer.ts"
import type { Request } from "../../../call/internal/request.ts"
import type { CallToolResult, ContentBlock } from "../../../fold/CallToolResult.ts"

export type Server = McpServer.McpServer["Service"]

type RequestContext = Context.Context<McpSchema.McpRequestContext>

/** Calls a handler with what is known of the request. It sees the request's own context, which middleware may have added to. */
type Answering = (
  request: Request,
  context: RequestContext
) => Answer | Promise<Answer>

/**
 * Answers a request. Interruption of its fiber is what a client's cancel does here; it waits until the handler has let go of
 * what it holds, or the grace is over. The answer waits for the notifications that were sent before it.
 */
export const answer = (
  server: Server,
  call: Answering
): Effect.Effect<McpSchema.CallToolResult, never, McpSchema.McpRequestContext> =>
  Effect.map(
    Effect.contextWith((context: RequestContext) =>
      Effect.callback<CallToolResult>((resume, signal) => {
        const sent = new Set<Promise<void>>()
        const result = settleLater(call(requestOf(server, context, signal, sent), context)) // nothing is raised here
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
): Request => ({
  signal,
  sessionId: String(Context.get(context, McpSchema.McpRequestContext).clientId),
  connection: server,
  meta: Context.get(context, McpSchema.McpRequestContext).requestMetadata as Request["meta"],
  origin: Context.get(context, McpSchema.McpRequestContext),
  notify: ({ method, params }) => {
    if (method !== "notifications/progress") return undefined
    // without the request's context it would go to every client, or to none
    const sending = Effect.runPromiseWith(context)(server.notifications["notifications/progress"](params as never))
    sent.add(sending)
    return sending.finally(() => sent.delete(sending))
  }
})

/** Returns the services that all calls share. A span that was open while the server was built is no call's parent. */
export const shared = <R>(context: Context.Context<R>): Context.Context<R> =>
  Context.omit(Tracer.ParentSpan)(context as Context.Context<R | Tracer.ParentSpan>) as Context.Context<R>

import type { Safety } from "@errata/core/Advice"
import { Deadline } from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import type * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { bind } from "../../../call/internal/bind.ts"
import { type Codec, previewer } from "../../../call/internal/codec.ts"
import { withDebugging } from "../../../call/internal/debugging.ts"
import { toToolError } from "../../../existing/internal/thrown.ts"
import { ofExisting, toolOf } from "../../../existing/internal/wrapped.ts"
import type { Options } from "../../../existing/wrap.ts"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import type * as Fold from "../../../fold/Fold.ts"
import { Aside, type Refused, watched } from "./aside.ts"
import { answer, type Server, shared, withoutPassing } from "./request.ts"

/** What holds for all tools, and what holds for some; `false` leaves a tool to effect. */
export interface Adoption extends Options {
  readonly tools?: { readonly [name: string]: Options | false | undefined } | undefined
}

type Registration = Parameters<Server["addTool"]>[0]

/** Registers a toolkit as effect does, but for what happens when a call fails. */
export const adopt = <Tools extends Record<string, Tool.Any>>(
  toolkit: Toolkit.Toolkit<Tools>,
  { tools = {}, ...options }: Adoption
): Effect.Effect<void, never, McpServer.ToolkitRequirements<Tools>> => {
  const given = { ...options, ...withDebugging(options) }
  const register = Effect.flatMap(McpServer.McpServer, (server) => {
    const addTool = (registration: Registration) => {
      const { name } = registration.tool
      const own = tools[name]
      const services = Context.add(registration.services ?? Context.empty(), McpServer.McpServer, server)
      const tool = { ...registration, services }
      return server.addTool(
        own === false ? tool : adopted(server, tool, toolkit.tools[name]!, { ...given, ...own, name })
      )
    }
    // effect writes the listing and the results; what it registers passes through here
    const adopting = Object.create(server, { addTool: { value: addTool } }) as Server
    return Effect.provideService(McpServer.registerToolkit(watched(toolkit)), McpServer.McpServer, adopting)
  })
  return register as Effect.Effect<void, never, McpServer.ToolkitRequirements<Tools>>
}

/** What a call brings along besides its arguments: the context in which middleware has put what it found. */
interface Passage {
  readonly payload: unknown
  readonly context: Context.Context<never>
}

const adopted = (
  server: Server,
  registration: Registration & { readonly services: Context.Context<never> },
  tool: Tool.Any,
  options: Options
): Registration => {
  let format: Fold.Format | undefined
  const run = (passage: Passage): Effect.Effect<unknown, ToolError.Any, Scope.Scope> =>
    Effect.contextWith((ours: Context.Context<Scope.Scope>) => {
      const aside: Aside = { scope: Context.get(ours, Scope.Scope), cause: undefined, refused: undefined }
      const context = Context.add(inRequest(passage.context, ours), Aside, aside)
      const handled = registration.handle(passage.payload) as unknown as Effect.Effect<McpSchema.CallToolResult>
      const folded: Effect.Effect<McpSchema.CallToolResult, ToolError.Any> = Effect.flatMap(handled, (result) => {
        if (aside.refused !== undefined) return Effect.failCause(invalidArguments(tool, aside.refused, format))
        return aside.cause === undefined ? Effect.succeed(result) : Effect.failCause(told(aside.cause, options))
      })
      return Effect.updateContext(folded, () => context)
    })
  const handler = bind<never>(
    toolOf({ ...options, safety: options.safety ?? safetyOf(registration.annotations) }),
    run as never,
    { runtime: shared(registration.services), options: ofExisting(options) },
    (given) => codec(tool, format = given)
  )
  return {
    ...registration,
    handle: (payload: unknown) => answer(server, (request, context) => handler({ payload, context }, request))
  }
}

const safetyOf = (annotations: Context.Context<never>): Safety =>
  Context.get(annotations, Tool.Readonly) ? "read" : Context.get(annotations, Tool.Idempotent) ? "idempotent" : "once"

/** The arguments are effect's to decode, and the result is written already. */
const codec = (tool: Tool.Any, format: Fold.Format): Codec => {
  const preview = previewer(tool.parametersSchema as Parameters<typeof previewer>[0], format)
  return {
    decode: (passage) => Result.succeed(passage),
    encode: (result) => Result.succeed(result),
    preview: (passage) => preview((passage as Passage).payload),
    isVoid: false,
    isObject: false,
    toResult: (result, attached) => {
      const { content, ...rest } = result as CallToolResult
      return { ...rest, content: [...content, ...attached] }
    }
  }
}

/** What a call adds to the context of its request. */
const ofCall: ReadonlyArray<{ readonly key: string }> = [
  ToolCall,
  Deadline,
  ToolError.CaptureStacks,
  Tracer.ParentSpan
]

const inRequest = (request: Context.Context<never>, ours: Context.Context<never>): Context.Context<never> => {
  const services = new Map<string, unknown>(request.mapUnsafe)
  for (const { key } of ofCall) if (ours.mapUnsafe.has(key)) services.set(key, ours.mapUnsafe.get(key))
  return Context.add(Context.makeUnsafe<never>(services), References.CurrentLogAnnotations, {
    ...Context.get(request, References.CurrentLogAnnotations),
    ...Context.get(ours, References.CurrentLogAnnotations)
  })
}

/** A refused call never started. */
const invalidArguments = (
  tool: Tool.Any,
  { issue, value }: Refused,
  format: Fold.Format | undefined
): Cause.Cause<ToolError.Any> => {
  const input = tool.parametersSchema as Parameters<typeof Issue.fromSchemaIssue>[1]["input"]
  const issues = issue === undefined
    ? [Issue.make([], "Not what is expected")]
    : Issue.fromSchemaIssue(issue, { input, value, ...format })
  const cause = Cause.fail(new Errors.InvalidArguments({ issues }))
  return Cause.annotate(cause, Context.make(RetryPolicy.Outcome, { attempts: 0 } as RetryPolicy.Outcome))
}

/** The cause as the fold reads it: what nothing is known of is a defect. */
const told = (cause: Cause.Cause<unknown>, options: Options): Cause.Cause<ToolError.Any> =>
  Cause.fromReasons(
    withoutPassing(cause).reasons.map((reason): Cause.Reason<ToolError.Any> => {
      if (reason._tag !== "Fail") return reason
      if (ToolError.is(reason.error)) return reason as Cause.Fail<ToolError.Any>
      const error = toToolError(reason.error, options)
      return error === undefined ? Cause.makeDieReason(reason.error) : Cause.makeFailReason(error)
    })
  )

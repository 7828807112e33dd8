import type { CallSafety } from "@errata/core/Advice"
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
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { bind } from "../../../call/internal/bind.ts"
import { withDebugging } from "../../../call/internal/debugging.ts"
import { guarded } from "../../../call/internal/guard.ts"
import type { Job } from "../../../call/internal/model.ts"
import { assertWithoutRuntime } from "../../../call/internal/runtime.ts"
import { previewer } from "../../../call/internal/toolJob.ts"
import { knownOutside, ofExisting } from "../../../existing/internal/job.ts"
import type { Known } from "../../../existing/internal/known.ts"
import { type Origin, originHere } from "../../../existing/internal/own.ts"
import { toToolError } from "../../../existing/internal/thrown.ts"
import type { Options } from "../../../existing/wrap.ts"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import type * as Fold from "../../../fold/Fold.ts"
import { passesThrough } from "../../../fold/internal/passThrough.ts"
import { Aside, type Refused, watched } from "./aside.ts"
import { answer, type Server, shared } from "./request.ts"

/** Describes what holds for all tools, and what holds for some; `false` leaves a tool to effect. */
export interface Adoption extends Options {
  readonly tools?: { readonly [name: string]: Options | false | undefined } | undefined
}

type Registration = Parameters<Server["addTool"]>[0]

/** Registers a toolkit as effect does, but for what happens when a call fails. */
export const adopt = <Tools extends Record<string, Tool.Any>>(
  toolkit: Toolkit.Toolkit<Tools>,
  adoption: Adoption
): Effect.Effect<void, never, McpServer.ToolkitRequirements<Tools>> => {
  assertWithoutRuntime(adoption)
  const { tools = {}, ...options } = adoption
  const given = { ...options, ...withDebugging(options) }
  const origin = originHere()
  const register = Effect.flatMap(McpServer.McpServer, (server) => {
    const addTool = (registration: Registration) => {
      const { name } = registration.tool
      const own = tools[name]
      const services = Context.add(registration.services ?? Context.empty(), McpServer.McpServer, server)
      const tool = { ...registration, services }
      return server.addTool(
        own === false
          ? tool
          : adopted(server, tool, toolkit.tools[name]!, { options: { ...given, ...own, name }, origin })
      )
    }
    // effect writes the listing and the results; what it registers passes through here
    const adopting = Object.create(server, { addTool: { value: addTool } }) as Server
    return Effect.provideService(McpServer.registerToolkit(watched(toolkit)), McpServer.McpServer, adopting)
  })
  return register as Effect.Effect<void, never, McpServer.ToolkitRequirements<Tools>>
}

/** Describes what a call brings along besides its arguments: the context in which middleware has put what it found. */
interface Passage {
  readonly payload: unknown
  readonly context: Context.Context<never>
}

const adopted = (
  server: Server,
  registration: Registration & { readonly services: Context.Context<never> },
  tool: Tool.Any,
  { options, origin }: { readonly options: Options; readonly origin: Origin }
): Registration => {
  const run = bind((format) => toolkitJob(registration, tool, { options, origin, format }), {
    ...ofExisting(options),
    runtime: shared(registration.services)
  })
  return {
    ...registration,
    handle: (payload: unknown) => answer(server, (request, context) => run({ payload, context }, request))
  }
}

/** Makes a job of a tool of an effect toolkit: the arguments are effect's to decode, and the result is written already. */
const toolkitJob = (
  registration: Registration & { readonly services: Context.Context<never> },
  tool: Tool.Any,
  { format, options, origin }: { readonly options: Options; readonly origin: Origin; readonly format: Fold.Format }
): Job<Passage> => {
  const preview = previewer(tool.parametersSchema as Parameters<typeof previewer>[0], format)
  return {
    name: options.name ?? tool.name,
    safety: options.safety ?? safetyOf(registration.annotations),
    effects: undefined,
    retry: undefined,
    timeout: undefined,
    argumentsIn: (passage: Passage) => passage.payload,
    decode: (passage) => Result.succeed({ input: passage }),
    run: (passage) => runAside(registration, tool, passage, { options, origin, format }),
    preview: (passage) => preview(passage.payload),
    write: (value, { attached = [] }) => {
      const { content, ...rest } = value as CallToolResult
      return { result: { ...rest, content: [...content, ...attached] }, outcome: "success" }
    }
  }
}

const runAside = (
  registration: Registration & { readonly services: Context.Context<never> },
  tool: Tool.Any,
  passage: Passage,
  { format, options, origin }: { readonly options: Options; readonly origin: Origin; readonly format: Fold.Format }
): Effect.Effect<unknown, ToolError.Any, Scope.Scope> =>
  Effect.contextWith((ours: Context.Context<Scope.Scope>) => {
    const aside: Aside = { scope: Context.get(ours, Scope.Scope), cause: undefined, refused: undefined }
    const context = Context.add(
      inRequest(passage.context, { ours, shared: registration.services, format }),
      Aside,
      aside
    )
    const handled = registration.handle(passage.payload) as unknown as Effect.Effect<McpSchema.CallToolResult>
    const folded: Effect.Effect<McpSchema.CallToolResult, ToolError.Any> = Effect.flatMap(handled, (result) => {
      if (aside.refused !== undefined) return Effect.failCause(invalidArguments(tool, aside.refused, format))
      const { cause } = aside
      if (cause === undefined) return Effect.succeed(result)
      const known = knownOutside(options, origin, passage.payload)
      return Effect.flatMap(
        Clock.currentTimeMillis,
        (now) => Effect.failCause(told(cause, options, { ...known, now }))
      )
    })
    return Effect.updateContext(folded, () => context)
  })

const safetyOf = (annotations: Context.Context<never>): CallSafety =>
  Context.get(annotations, Tool.Readonly)
    ? "read"
    : Context.get(annotations, Tool.Idempotent)
    ? "idempotent"
    : "undeclared"

/** Lists what a call adds to the context of its request. */
const ofCall: ReadonlyArray<{ readonly key: string }> = [
  ToolCall,
  Deadline,
  ToolError.CaptureStacks,
  Tracer.ParentSpan
]

/** Lists what tells of calls, and is guarded. */
const telling: ReadonlyArray<{ readonly key: string }> = [
  References.CurrentLoggers,
  ErrorReporter.CurrentErrorReporters,
  Tracer.Tracer
]

/** Returns the loggers, reporters and tracer of a call: ours are guarded already, unless middleware brought others. */
const tellingOf = (
  request: Context.Context<never>,
  { format, ours, shared }: Telling
): Context.Context<never> =>
  telling.every(({ key }) => request.mapUnsafe.get(key) === shared.mapUnsafe.get(key)) ? ours : guarded(request, format)

interface Telling {
  readonly ours: Context.Context<never>
  readonly shared: Context.Context<never>
  readonly format: Fold.Format
}

const inRequest = (request: Context.Context<never>, given: Telling): Context.Context<never> => {
  const { ours } = given
  const services = new Map<string, unknown>(request.mapUnsafe)
  const safe = tellingOf(request, given)
  for (const { key } of telling) if (safe.mapUnsafe.has(key)) services.set(key, safe.mapUnsafe.get(key))
  for (const { key } of ofCall) if (ours.mapUnsafe.has(key)) services.set(key, ours.mapUnsafe.get(key))
  return Context.add(Context.makeUnsafe<never>(services), References.CurrentLogAnnotations, {
    ...Context.get(request, References.CurrentLogAnnotations),
    ...Context.get(ours, References.CurrentLogAnnotations)
  })
}

/** Makes the cause of a refused call, which never started. */
const invalidArguments = (
  tool: Tool.Any,
  { issue, value }: Refused,
  format: Fold.Format
): Cause.Cause<ToolError.Any> => {
  const input = tool.parametersSchema as Parameters<typeof Issue.fromSchemaIssue>[1]["input"]
  const issues = issue === undefined
    ? [Issue.make([], "Not as expected")]
    : Issue.fromSchemaIssue(issue, { input, value, ...format })
  const cause = Cause.fail(new Errors.InvalidArguments({ issues }))
  return Cause.annotate(cause, Context.make(RetryPolicy.Outcome, { attempts: 0 } as RetryPolicy.Outcome))
}

/** Returns the cause as the fold reads it: what nothing is known of is a defect. */
const told = (cause: Cause.Cause<unknown>, options: Options, known: Known): Cause.Cause<ToolError.Any> =>
  Cause.fromReasons(
    cause.reasons.map((reason): Cause.Reason<ToolError.Any> => {
      if (reason._tag !== "Fail") return reason
      if (ToolError.is(reason.error)) return reason as Cause.Fail<ToolError.Any>
      // effect's server cannot ask for an elicitation that was thrown
      const error = passesThrough(reason.error) ? undefined : toToolError(reason.error, options, known)
      return error === undefined ? Cause.makeDieReason(reason.error) : Cause.makeFailReason(error)
    })
  )

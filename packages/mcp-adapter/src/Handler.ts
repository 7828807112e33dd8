/**
 * Binds a tool's handler to a runtime: what comes out is a plain function from arguments to an MCP result.
 *
 * A `Handler` decodes the arguments (every issue at once), runs the program with a `ToolCall` and a `Scope` of its own,
 * bounds it in time, interrupts it when the client cancels, folds what comes out, and writes one log line. It never throws
 * and never rejects. Hosts wrap it; `ToolTest` calls it directly.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `timeout` | 50 s | how long a call may take, where the tool does not say (clients give up after 60 s) |
 * | `progressTimeout` | 10 min | the same for calls whose client listens to progress |
 * | `grace` | 2 s | how long an interrupted call may take to release what it holds before the reply goes out |
 * | `render` | `"text"` | `"json"` writes the problem as JSON into the text |
 * | `metaPrefix` | `"errata/"` | the prefix of the keys in `_meta` |
 * | `limits` | see `Limits` | what is cut where |
 * | `redactor` | `Redaction.standard` | what looks like a secret |
 * | `isDebugging` | `false` | shows the detail of defects in replies and captures stacks: for development only |
 * | `logsCalls` | `true` | whether each call writes a log line |
 *
 * A synchronous program answers without a promise. Finalizers of the call's scope run before the reply; if one of them
 * dies, the log says so and the reply stays what it was.
 *
 * @since 0.1.0
 */
import * as Errors from "@errata/core/Errors"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as ReferenceId from "@errata/core/ReferenceId"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import { type Principal, ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { type CallToolResult, cancelled, type ContentBlock } from "./CallToolResult.ts"
import * as Fold from "./Fold.ts"
import * as Codec from "./internal/codec.ts"
import * as Report from "./internal/report.ts"
import * as Meta from "./Meta.ts"
import { traceIdOf } from "./internal/traceparent.ts"
import type { Runtime } from "./Runtime.ts"
import * as RuntimeSource from "./Runtime.ts"

/**
 * How calls are run and answered. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly timeout?: Duration.Input | undefined
  readonly progressTimeout?: Duration.Input | undefined
  readonly grace?: Duration.Input | undefined
  readonly render?: "text" | "json" | undefined
  readonly metaPrefix?: string | undefined
  readonly limits?: Partial<Limits.Limits> | undefined
  readonly redactor?: Redaction.Redactor | undefined
  readonly isDebugging?: boolean | undefined
  readonly logsCalls?: boolean | undefined
}

/**
 * What a host knows of a request besides the arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** Aborted when the client cancels. */
  readonly signal?: AbortSignal | undefined
  /** The request's `_meta`. */
  readonly meta?: { readonly [key: string]: unknown } | undefined
  /** What the host's authentication found. */
  readonly authInfo?: AuthInfo | undefined
  /** Sends a notification to the client. May fail; nobody waits for it. */
  readonly notify?: ((notification: { readonly method: string; readonly params: object }) => unknown) | undefined
}

/**
 * What the official SDKs know of who calls.
 *
 * @category models
 * @since 0.1.0
 */
export interface AuthInfo {
  readonly token: string
  readonly clientId: string
  readonly scopes: ReadonlyArray<string>
  readonly extra?: { readonly [key: string]: unknown } | undefined
}

/**
 * A tool as a function. Never throws, never rejects.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handler {
  (args: unknown, request?: Request): CallToolResult | Promise<CallToolResult>
}

interface Settings {
  readonly tool: Tool.Any
  readonly handler: (input: never) => Effect.Effect<unknown, ToolError.Any, Tool.PerCall>
  readonly codec: Codec.Codec
  readonly format: Fold.Format
  readonly timeout: Duration.Duration
  readonly progressTimeout: Duration.Duration
  readonly grace: Duration.Duration
  readonly isDebugging: boolean
  readonly logsCalls: boolean
}

/**
 * Binds a handled tool to the services it needs.
 *
 * **Example** (Calling a tool as a function)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import * as Handler from "@errata/mcp-adapter/Handler"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const double = Tool.define("double", {
 *   description: "Doubles a number.",
 *   input: Schema.Struct({ n: Schema.Finite }),
 *   output: Schema.Struct({ doubled: Schema.Finite }),
 *   safety: "read"
 * })
 * const call = Handler.make(Tool.handle(double, ({ n }) => Effect.succeed({ doubled: 2 * n })), { options: { logsCalls: false } })
 *
 * const result = await call({ n: 21 })
 * result.structuredContent // => { doubled: 42 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R = never>(
  handled: Tool.Handled<R>,
  ...[given]: [R] extends [never] ? [given?: Given<R>] : [given: Given<R> & { readonly runtime: Runtime<R> }]
): Handler => {
  const options = given?.options ?? {}
  const format: Fold.Format = {
    render: options.render ?? "text",
    metaPrefix: options.metaPrefix ?? Meta.defaultPrefix,
    limits: Limits.make(options.limits ?? {}),
    redactor: options.redactor ?? Redaction.standard
  }
  const { tool } = handled
  const own = tool.timeout === undefined ? undefined : Duration.fromInputUnsafe(tool.timeout)
  const settings: Settings = {
    tool,
    handler: handled.handler as Settings["handler"],
    codec: Codec.make(tool, format),
    format,
    timeout: own ?? Duration.fromInputUnsafe(options.timeout ?? "50 seconds"),
    progressTimeout: own ?? Duration.fromInputUnsafe(options.progressTimeout ?? "10 minutes"),
    grace: Duration.fromInputUnsafe(options.grace ?? "2 seconds"),
    isDebugging: options.isDebugging ?? false,
    logsCalls: options.logsCalls ?? true
  }
  const source = RuntimeSource.source(given?.runtime, (context) => prepare(context, settings))
  return (args, request = {}) => {
    if (request.signal?.aborted === true) return cancelled()
    const context = source.current()
    if (context !== undefined) return start(settings, context, args, request)
    return source.load().then(
      (context) => start(settings, context, args, request),
      (failure: unknown) => start(failed(settings, failure), prepare(Context.empty(), settings), args, request)
    )
  }
}

/**
 * What a handler is bound to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Given<R> {
  /** Where the handler's services come from. */
  readonly runtime?: Runtime<R> | undefined
  readonly options?: Options | undefined
}

/** A runtime that cannot start makes every call a defect. */
const failed = (settings: Settings, failure: unknown): Settings => ({ ...settings, handler: () => Effect.die(failure) })

const prepare = (context: Context.Context<never>, settings: Settings): Context.Context<never> => {
  const logging = Report.withLoggers(context, settings.format)
  return settings.isDebugging ? Context.add(logging, ToolError.CaptureStacks, true) : logging
}

/** What is known of a call while it runs. */
interface Call {
  readonly settings: Settings
  readonly args: unknown
  readonly referenceId: ReferenceId.ReferenceId
  readonly clock: Clock.Clock
  readonly startedAt: number
  readonly traceId: string | undefined
  readonly context: Context.Context<never>
  readonly attached: Array<ContentBlock>
  attempt: number
  hasStarted: boolean
  isExhausted: boolean
  interruption: "client" | "deadline" | undefined
}

const start = (
  settings: Settings,
  base: Context.Context<never>,
  args: unknown,
  request: Request
): CallToolResult | Promise<CallToolResult> => {
  if (request.signal?.aborted === true) return cancelled()
  const clock = Context.get(base, Clock.Clock)
  const call: Call = {
    settings,
    args,
    referenceId: ReferenceId.fromRandomUnsafe(Context.get(base, Random.Random)),
    clock,
    startedAt: clock.currentTimeMillisUnsafe(),
    traceId: traceIdOf(request.meta?.["traceparent"]),
    context: base,
    attached: [],
    attempt: 1,
    hasStarted: false,
    isExhausted: false,
    interruption: undefined
  }
  const decoded = settings.codec.decode(args)
  return Result.isFailure(decoded)
    ? finish(call, Exit.fail(decoded.failure))
    : run(call, decoded.success, request)
}

const run = (call: Call, input: unknown, request: Request): CallToolResult | Promise<CallToolResult> => {
  const scope = Scope.makeUnsafe()
  const context = callContext(call, scope, request)
  const fork = Effect.runForkWith(context)
  const fiber = fork(program(call, input))
  const exit = fiber.pollUnsafe()
  if (exit !== undefined) return release(call, scope, exit, fork)
  return new Promise((resolve) => watch(call, { context, fiber, fork, request, resolve, scope }))
}

type Fork = <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>

const program = (call: Call, input: unknown): Effect.Effect<unknown, ToolError.Any> => {
  const { handler, tool } = call.settings
  const attempt = Effect.suspend(() => {
    call.hasStarted = true
    return handler(input as never)
  }) as Effect.Effect<unknown, ToolError.Any, Scope.Scope>
  const whole = tool.retry === undefined ? attempt : RetryPolicy.run(Effect.scoped(attempt), tool.retry, {
    onAttempt: (n) => {
      call.attempt = n
    },
    onExhausted: () => {
      call.isExhausted = true
    }
  })
  return whole as Effect.Effect<unknown, ToolError.Any>
}

interface Watched {
  readonly context: Context.Context<never>
  readonly fiber: Fiber.Fiber<unknown, ToolError.Any>
  readonly fork: Fork
  readonly request: Request
  readonly resolve: (result: CallToolResult | Promise<CallToolResult>) => void
  readonly scope: Scope.Closeable
}

/** Waits for a pending call, for its deadline and for the client's cancel, whichever comes first. */
const watch = (call: Call, { fiber, fork, request, resolve, scope }: Watched): void => {
  const { settings } = call
  let isAnswered = false
  const answer = (result: CallToolResult | Promise<CallToolResult>) => {
    if (isAnswered) return
    isAnswered = true
    resolve(result)
  }
  const interrupt = (why: "client" | "deadline") => {
    if (call.interruption !== undefined) return
    call.interruption = why
    fiber.interruptUnsafe()
    onceAfter(fork, settings.grace, () => {
      if (!isAnswered) answer(finish(call, Exit.interrupt(), "its finalizers are still running"))
    })
  }
  const abort = () => interrupt("client")
  request.signal?.addEventListener("abort", abort, { once: true })
  const timeout = progressToken(request) === undefined ? settings.timeout : settings.progressTimeout
  const timer = onceAfter(fork, timeout, () => interrupt("deadline"))
  fiber.addObserver((exit) => {
    timer?.interruptUnsafe()
    request.signal?.removeEventListener("abort", abort)
    if (isAnswered) void release(call, scope, exit, fork, "it ended after its reply")
    else answer(release(call, scope, exit, fork))
  })
}

const onceAfter = (fork: Fork, duration: Duration.Duration, f: () => void): Fiber.Fiber<void> | undefined => {
  if (!Number.isFinite(Duration.toMillis(duration))) return undefined
  const timer = fork(Effect.sleep(duration))
  timer.addObserver((exit) => {
    if (Exit.isSuccess(exit)) f()
  })
  return timer
}

/** Closes the call's scope, then answers. */
const release = (
  call: Call,
  scope: Scope.Closeable,
  exit: Exit.Exit<unknown, ToolError.Any>,
  fork: Fork,
  note?: string
): CallToolResult | Promise<CallToolResult> => {
  if (scope.state._tag === "Empty") return finish(call, exit, note)
  const closing = fork(Effect.exit(Effect.uninterruptible(Scope.close(scope, exit))))
  const closed = closing.pollUnsafe()
  if (closed !== undefined) return finish(call, exit, note, finalizersCause(closed))
  return new Promise((resolve) => {
    const grace = onceAfter(fork, call.settings.grace, () => resolve(finish(call, exit, "its finalizers are still running")))
    closing.addObserver((closed) => {
      grace?.interruptUnsafe()
      resolve(finish(call, exit, note, finalizersCause(closed)))
    })
  })
}

const finalizersCause = (closed: Exit.Exit<Exit.Exit<void>>): Cause.Cause<unknown> | undefined => {
  const inner = Exit.isSuccess(closed) ? closed.value : closed
  return Exit.isFailure(inner) ? inner.cause : undefined
}

/** Folds what came out, and writes the log line. Nothing may be thrown from here. */
const finish = (
  call: Call,
  exit: Exit.Exit<unknown, ToolError.Any>,
  note?: string,
  finalizers?: Cause.Cause<unknown>
): CallToolResult => {
  const answer = toAnswer(call, exit)
  if (call.settings.logsCalls || answer.defect !== undefined) {
    Report.call({
      context: call.context,
      tool: call.settings.tool.name,
      referenceId: call.referenceId,
      traceId: call.traceId,
      attempt: call.attempt,
      durationMillis: call.clock.currentTimeMillisUnsafe() - call.startedAt,
      arguments: () => call.settings.codec.preview(call.args),
      outcome: answer.outcome,
      category: answer.category,
      note,
      cause: exit._tag === "Failure" ? exit.cause : undefined,
      defect: answer.defect,
      finalizers,
      invalidFields: answer.invalidFields
    })
  }
  return answer.result
}

interface Answer {
  readonly result: CallToolResult
  readonly outcome: string
  readonly category?: string | undefined
  readonly defect?: Cause.Cause<unknown> | undefined
  readonly invalidFields?: ReadonlyArray<string> | undefined
}

const toAnswer = (call: Call, exit: Exit.Exit<unknown, ToolError.Any>): Answer => {
  const outcome = Fold.outcome(exit, call.interruption)
  switch (outcome._tag) {
    case "Success":
      return succeeded(call, outcome.value)
    case "Failure":
      return errored(call, outcome.error)
    case "Cancelled":
      return { result: cancelled(), outcome: "cancelled" }
    case "TimedOut":
      return errored(call, timeoutError(call))
    case "Defect":
      return defected(call, exit._tag === "Failure" ? withReason(exit.cause) : Cause.empty)
  }
}

/** A cause of nothing but interrupts would leave the log without a word. */
const withReason = (cause: Cause.Cause<unknown>): Cause.Cause<unknown> =>
  Cause.hasInterruptsOnly(cause) ? Cause.die(new Error("The handler interrupted itself")) : cause

const succeeded = (call: Call, value: unknown): Answer => {
  const { codec, format } = call.settings
  try {
    const encoded = codec.isVoid ? Result.succeed(undefined) : codec.encode(value)
    if (Result.isFailure(encoded)) return defected(call, Cause.die(new TypeError(`The output of ${call.settings.tool.name} does not fit its schema`, { cause: encoded.failure })))
    const result = Fold.success(encoded.success, { ...codec, attached: call.attached })
    if (call.attempt > 1) result._meta = Meta.ofCall({ reference_id: call.referenceId, attempts: call.attempt }, format.metaPrefix)
    return { result, outcome: "success" }
  } catch (failure) {
    return defected(call, Cause.die(failure))
  }
}

const errored = (call: Call, error: ToolError.Any): Answer => {
  const { format, tool } = call.settings
  const failure = Fold.failure(error, {
    safety: tool.safety,
    started: call.hasStarted,
    referenceId: call.referenceId,
    ...call.hasStarted ? { attempts: call.attempt } : {},
    ...tool.retry === undefined ? {} : { maxAttempts: tool.retry.maxAttempts },
    ...call.isExhausted ? { stopped: "exhausted" as const } : {}
  }, format)
  if (failure.isMasked) return defected(call, Cause.die(error))
  const invalid = ToolError.invalidFields(error)
  return {
    result: failure.result,
    outcome: failure.problem.type,
    category: failure.problem.category,
    ...invalid.length === 0 ? {} : { invalidFields: invalid }
  }
}

const defected = (call: Call, cause: Cause.Cause<unknown>): Answer => {
  const { format, isDebugging } = call.settings
  const detail = isDebugging ? Report.causeText(cause, format) : undefined
  return { result: Fold.masked(call.referenceId, detail, format).result, outcome: "internal_error", category: "permanent", defect: cause }
}

const timeoutError = (call: Call): ToolError.Any => {
  const { settings } = call
  const millis = call.clock.currentTimeMillisUnsafe() - call.startedAt
  return new Errors.Timeout({ operation: settings.tool.name, timeout_seconds: Math.round(millis / 100) / 10 })
}

const progressToken = (request: Request): string | number | undefined => {
  const token = request.meta?.["progressToken"]
  return typeof token === "string" || typeof token === "number" ? token : undefined
}

/** The runtime's services, and those of this call. */
const callContext = (call: Call, scope: Scope.Closeable, request: Request): Context.Context<never> => {
  const services = new Map<string, unknown>(call.context.mapUnsafe)
  services.set(ToolCall.key, toolCall(call, request))
  services.set(Scope.Scope.key, scope)
  services.set(References.CurrentLogAnnotations.key, {
    ...Context.get(call.context, References.CurrentLogAnnotations),
    tool: call.settings.tool.name,
    reference_id: call.referenceId,
    ...call.traceId === undefined ? {} : { trace_id: call.traceId }
  })
  return Context.makeUnsafe(services)
}

const toolCall = (call: Call, request: Request): ToolCall["Service"] => {
  const token = progressToken(request)
  const { notify, signal } = request
  return {
    tool: call.settings.tool.name,
    referenceId: call.referenceId,
    get attempt() {
      return call.attempt
    },
    get principal() {
      return request.authInfo === undefined ? Option.none() : Option.some(principal(request.authInfo))
    },
    meta: request.meta ?? {},
    traceId: call.traceId === undefined ? Option.none() : Option.some(call.traceId),
    progress: token === undefined || notify === undefined ? () => Effect.void : (progress) =>
      Effect.sync(() => {
        if (signal?.aborted === true || call.interruption !== undefined) return
        quietly(() => notify({ method: "notifications/progress", params: { progressToken: token, ...progress } }))
      }),
    attach: (block) =>
      Effect.sync(() => {
        call.attached.push(block)
      })
  }
}

const principal = (info: AuthInfo): Principal => ({
  clientId: info.clientId,
  scopes: info.scopes,
  token: Redacted.make(info.token),
  extra: info.extra ?? {}
})

/** A notification that cannot be sent is not the call's problem. */
const quietly = (send: () => unknown): void => {
  try {
    void Promise.resolve(send()).catch(() => undefined)
  } catch {
    // the connection is gone: the call goes on
  }
}

import type { CallSafety } from "@errata/core/Advice"
import { Deadline } from "@errata/core/Deadline"
import type { RecoveryStep } from "@errata/core/RecoveryStep"
import type * as ReferenceId from "@errata/core/ReferenceId"
import type { RetryPolicy } from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import type * as ToolCall from "@errata/core/ToolCall"
import type * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as References from "effect/References"
import type * as Result from "effect/Result"
import type * as Tracer from "effect/Tracer"
import type { CallToolResult, ContentBlock } from "../../fold/CallToolResult.ts"
import type { CallKey, KeyedJob } from "./keyed/model.ts"
import { type BatchCounts, type CallEnd, type CallStart, type Observer, observerOf, type Retried } from "./observer.ts"
import type { Settings } from "./options.ts"
import { type PlainWriter, plainWriterOf } from "./plainWriter.ts"
import type { Request } from "./request.ts"

/** Describes what every part of the kernel knows of a job, whatever it takes. */
export interface JobFacts {
  readonly name: string
  readonly safety: CallSafety
  /** Is true if the handler marks its effects, for a job that may take effect once. */
  readonly effects: Tool.Any["effects"]
  readonly retry: RetryPolicy | undefined
  /** Says how long a call may take, if the job says so itself. */
  readonly timeout: Duration.Input | undefined
  /** Returns the arguments as they came. Default: they are what the job is called with. */
  readonly argumentsIn?: ((input: never) => unknown) | undefined
  /** Names the argument that holds an idempotency key, if one does. */
  readonly keyField?: string | undefined
  /** Writes what the job returned. What it throws is a defect. */
  readonly write: (value: unknown, call: Call) => Written
  /**
   * Says how an expected miss can be answered as a success: with the problem as structured content, where the listed output allows
   * it, or as text, where nothing is listed. `undefined`: it cannot.
   */
  readonly misses?: "structured" | "text" | undefined
  /** Says what to do next about its errors; `undefined`: nothing is known but what they say themselves. */
  readonly guidance?: Guidance | undefined
}

/** Describes what is known of the steps for the errors of a job. */
export interface Guidance {
  /** Returns the steps that guides have for an error. May throw. */
  readonly stepsOf: (error: ToolError.Any) => ReadonlyArray<RecoveryStep> | undefined
  /** Returns the definition of a tool that stands beside it. */
  readonly definitionOf: (name: string) => Tool.Any | undefined
}

/** Tests whether the server lists a tool now; `undefined` if nobody knows. */
export interface Lists {
  (name: string): boolean | undefined
}

/**
 * Describes what the kernel runs, whoever wrote it: a tool of ours, existing code, or a tool of an effect toolkit. A maker of
 * jobs knows schemas and shapes; the kernel knows time, interruption, the fold and the log. `Input` is what the job is called
 * with, and runs on once it is decoded.
 */
export interface Job<in out Input> extends JobFacts {
  /** Says how often a call may take effect where that is known only when it ended. Default: as `safety` says. */
  readonly safetyOf?: ((input: Input) => CallSafety) | undefined
  /** Fails with what lets the call not begin. */
  readonly decode: (input: Input) => Result.Result<Decoded<Input>, ToolError.Any>
  readonly run: (input: Input) => Effect.Effect<unknown, ToolError.Any, Tool.PerCall>
  /** Shows arguments as a log may. */
  readonly preview: (input: Input) => string
  /** Says how keys protect the calls; `undefined`: they do not. */
  readonly keyed?: KeyedJob<Input> | undefined
}

/** Holds arguments as the job takes them. */
export interface Decoded<out Input> {
  readonly input: Input
  /** Holds what was repaired, and which arguments of the host's own were left out. */
  readonly repaired?: ReadonlyArray<string> | undefined
  readonly dropped?: ReadonlyArray<string> | undefined
}

/** Describes a result, and what the log says of it. */
export interface Written {
  readonly result: CallToolResult
  /** `success`, or the type of what went wrong. */
  readonly outcome: string
  readonly category?: string | undefined
  /** Is true if `_meta` names the reference even after one attempt, since the log says more of this call. */
  readonly isWorthLookingUp?: boolean | undefined
  /** Is true if it tells of every part of the call, so that it stands whatever is open in it. */
  readonly isWhole?: boolean | undefined
  /** Holds what the log says besides, where a failure was returned. */
  readonly cause?: Cause.Cause<unknown> | undefined
  /** Counts the items of a batch. */
  readonly batch?: BatchCounts | undefined
}

/** Describes what all calls of a job share. */
export interface Bound<in out Input> {
  readonly job: Job<Input>
  readonly settings: Settings
  /** Is true if the host can turn what asks for elicitation into a throw. */
  readonly raises: boolean
}

/** Describes what all calls share that run with the same services. */
export interface Base {
  readonly context: Context.Context<never>
  readonly clock: Clock.Clock
  readonly random: typeof Random.Random["Service"]
  readonly deadline: number
  readonly logAnnotations: typeof References.CurrentLogAnnotations["Service"]
  /** Lets plain lines go straight to the loggers, where all are ours and nothing is annotated. */
  readonly writesPlainly: PlainWriter | undefined
  /** Is true if lines of handlers may go to clients. */
  readonly logsToClients: boolean
  /** Hears of every call, where somebody observes. */
  readonly observer: Observer | undefined
}

/** Names the bridge to clients, whose module loads what only its users need. */
export const clientLogKey = "@errata/mcp-adapter/ClientLog"

/** Looks up once what every call asks for. The context is made flat, since every call adds to it. */
export const baseOf = (context: Context.Context<never>): Base => ({
  context: Context.makeUnsafe(context.mapUnsafe),
  clock: Context.get(context, Clock.Clock),
  random: Context.get(context, Random.Random),
  deadline: Context.get(context, Deadline),
  logAnnotations: Context.get(context, References.CurrentLogAnnotations),
  writesPlainly: plainWriterOf(context),
  logsToClients: context.mapUnsafe.has(clientLogKey),
  observer: observerOf(context)
})

/** Describes what is known of a call while it runs. */
export interface Call {
  readonly job: JobFacts
  /** Says how often it may take effect, as far as that is known now. */
  readonly safety: () => CallSafety
  readonly settings: Settings
  /** Is true if the host can turn what asks for elicitation into a throw. */
  readonly raises: boolean
  /** Holds what it was called with. */
  readonly input: unknown
  readonly request: Request
  readonly referenceId: ReferenceId.ReferenceId
  readonly base: Base
  /** As deadlines are told: setting the system's clock moves nothing. */
  readonly startedAt: number
  /** For how many milliseconds it waited for its services. */
  readonly waited: number
  readonly traceId: string | undefined
  attached: Array<ContentBlock> | undefined
  attempt: number
  hasStarted: boolean
  /** Says whether something may have happened. */
  readonly state: ToolCall.State
  /** Is true if the job's calls take keys. */
  readonly isKeyed: boolean
  /** Holds the idempotency key, once it is found, and what came of it. */
  key: CallKey | undefined
  /** Says how far the client was told that the call has come, if it was told. */
  progress: number | undefined
  /** Says when the client was last told something, or the call began. */
  heardAt: number
  interruption: "client" | "deadline" | undefined
  /** Is true if the reply was written. */
  isAnswered: boolean
  /** Says which identical failure it is, once that was counted. */
  identical: number | undefined
  /** Is true if it was answered without running. */
  isAnsweredByGuard: boolean
  /** Holds what was made of the arguments, once they are decoded. */
  decoded: Decoded<unknown> | undefined
  /** Tests what the server lists; `undefined`: nobody knows. */
  readonly lists: Lists | undefined
  /** Holds why steps were left out of the reply. */
  leftOut: Array<string> | undefined
  /** Holds what went wrong while attempts released what they held. */
  finalizers: Cause.Cause<unknown> | undefined
  /** Says how long the call may take. */
  readonly timeout: Duration.Duration
  /** Holds what was tried again, once something was. */
  retries: Array<Retried> | undefined
  /** Holds the span of the call, where spans are asked for. */
  span: Tracer.Span | undefined
  /** Holds what who observes was told, and who hears how the call ends. */
  observed: Observed | undefined
}

/** Describes a call that is observed. */
export interface Observed {
  readonly start: CallStart
  readonly onEnd: (end: CallEnd) => void
}

/** Joins a call with its job and what it was called with, for what runs and ends it. */
export interface CallOf<in out Input> extends Call {
  readonly job: Job<Input>
  readonly input: Input
}

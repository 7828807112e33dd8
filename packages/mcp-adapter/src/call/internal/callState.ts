import { Deadline } from "@errata/core/Deadline"
import type * as ReferenceId from "@errata/core/ReferenceId"
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
import type { ContentBlock } from "../../fold/CallToolResult.ts"
import type * as Fold from "../../fold/Fold.ts"
import type * as Codec from "./codec.ts"

/** What all calls of a tool share. */
export interface Settings {
  readonly tool: Tool.Any
  readonly handler: (input: never) => Effect.Effect<unknown, ToolError.Any, Tool.PerCall>
  readonly codec: Codec.Codec
  readonly format: Fold.Format
  readonly timeout: Duration.Duration
  readonly progressTimeout: Duration.Duration
  readonly heartbeat: Duration.Duration
  readonly grace: Duration.Duration
  readonly isDebugging: boolean
  readonly logsCalls: boolean
  readonly opensSpans: boolean
}

/** What all calls share that run with the same services. */
export interface Base {
  readonly context: Context.Context<never>
  readonly clock: Clock.Clock
  readonly random: typeof Random.Random["Service"]
  readonly deadline: number
  readonly logAnnotations: typeof References.CurrentLogAnnotations["Service"]
}

/** Looks up once what every call asks for. The context is made flat, since every call adds to it. */
export const baseOf = (context: Context.Context<never>): Base => ({
  context: Context.makeUnsafe(context.mapUnsafe),
  clock: Context.get(context, Clock.Clock),
  random: Context.get(context, Random.Random),
  deadline: Context.get(context, Deadline),
  logAnnotations: Context.get(context, References.CurrentLogAnnotations)
})

/** What is known of a call while it runs. */
export interface Call {
  readonly settings: Settings
  readonly args: unknown
  readonly referenceId: ReferenceId.ReferenceId
  readonly base: Base
  readonly startedAt: number
  /** For how many milliseconds it waited for its services. */
  readonly waited: number
  readonly traceId: string | undefined
  attached: Array<ContentBlock> | undefined
  attempt: number
  hasStarted: boolean
  /** Whether something may have happened. */
  readonly state: ToolCall.State
  /** How far the client was told that the call has come, if it was told. */
  progress: number | undefined
  /** When the client was last told something, or the call began. */
  heardAt: number
  interruption: "client" | "deadline" | undefined
  /** Whether the reply was written. */
  isAnswered: boolean
  /** What went wrong while attempts released what they held. */
  finalizers: Cause.Cause<unknown> | undefined
  /** How long the call may take. */
  readonly timeout: Duration.Duration
}

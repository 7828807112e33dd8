import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Advice from "../../errors/Advice.ts"
import type { ReferenceId } from "../../errors/ReferenceId.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { State } from "./state.ts"

/**
 * Describes the caller, as the host's authentication says.
 *
 * @category models
 * @since 0.1.0
 */
export interface Principal {
  /** The client that was given the token. */
  readonly clientId: string
  /** The scopes that were granted. */
  readonly scopes: ReadonlyArray<string>
  /** The bearer token; redacted, so that a log does not show it. */
  readonly token: Redacted.Redacted<string>
  /** Anything else that the host's verifier added. */
  readonly extra: { readonly [key: string]: unknown }
}

/**
 * Tells how far a call has come. `progress` must increase; `total` is unknown if absent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** The steps done so far, in a unit of the tool's choice; each report must be greater than the one before. */
  readonly progress: number
  /** The steps in all, in the same unit. Absent: unknown. */
  readonly total?: number | undefined
  /** One sentence about the work, for a person. Default: none. */
  readonly message?: string | undefined
}

/**
 * Describes a retry that is about to happen.
 *
 * @category models
 * @since 0.1.0
 */
export interface Retry {
  /** The number of the attempt that comes next; the second is 2. */
  readonly attempt: number
  /** The most attempts that the policy makes, the first one counted. */
  readonly maxAttempts: number
  /** The wait before the next attempt. */
  readonly delay: Duration.Duration
  /** The error of the last attempt. */
  readonly error: ToolError.Any
}

/**
 * Describes a block of content beside the structured output: MCP's image, audio, resource and text blocks.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentBlock = {
  /** MCP's name of the kind of block: `text`, `image`, `audio`, `resource` or `resource_link`. */
  readonly type: string
  readonly [key: string]: unknown
}

/**
 * Provides the call that a handler answers.
 *
 * @category services
 * @since 0.1.0
 */
export class ToolCall extends Context.Service<ToolCall, {
  /** The tool's name. */
  readonly tool: string
  /** The safety of the tool: how often it may take effect. */
  readonly safety: Advice.CallSafety
  /** Is true if the tool marks its effects by {@link irreversible}: then nothing else it does is one. */
  readonly marksEffects: boolean
  /** Says whether something may have happened. */
  readonly state: State
  /** The id that joins the reply with the log. */
  readonly referenceId: ReferenceId
  /** The number of this attempt; the first is 1. */
  readonly attempt: number
  /** Names who calls, where the host knows. */
  readonly principal: Option.Option<Principal>
  /** The request's `_meta`. */
  readonly meta: { readonly [key: string]: unknown }
  /** The trace id of the client's `traceparent`, if it sent one. */
  readonly traceId: Option.Option<string>
  /** Tells the client how far the call has come. Does nothing if the client did not ask, or has cancelled. Never fails. */
  readonly progress: (progress: Progress) => Effect.Effect<void>
  /**
   * Notes that something inside the call is about to be tried again after a delay, and tells a client that listens to
   * progress. Called by retry policies.
   */
  readonly onRetry: (retry: Retry) => Effect.Effect<void>
  /** Adds a block of content to the reply, after the text. */
  readonly attach: (block: ContentBlock) => Effect.Effect<void>
}>()("errata/ToolCall") {}

/**
 * Returns the call that a fiber answers; `undefined` outside of calls.
 *
 * @category accessors
 * @since 0.1.0
 */
export const currentUnsafe = (fiber: Fiber.Fiber<unknown, unknown>): ToolCall["Service"] | undefined =>
  fiber.context.mapUnsafe.get(ToolCall.key) as ToolCall["Service"] | undefined

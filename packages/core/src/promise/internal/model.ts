import type { Safety } from "../../errors/Advice.ts"
import type * as ToolError from "../../errors/ToolError.ts"

type Unit = "milli" | "millis" | "second" | "seconds" | "minute" | "minutes" | "hour" | "hours" | "day" | "days"

/**
 * Types a length of time: milliseconds, or a text such as `"2 seconds"`.
 *
 * @category models
 * @since 0.1.0
 */
export type Duration = number | `${number} ${Unit}`

/**
 * Describes the attempt that a function is called for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attempt {
  /** The number of this attempt; the first is 1. */
  readonly attempt: number
  /**
   * The call that this is a part of: the option `call` of what is called inside, where the runtime does not find it by itself.
   */
  readonly call: object
}

/**
 * Does the work: is given a signal that aborts when the caller waits no more. May return a value or a promise, and throw.
 *
 * @category models
 * @since 0.1.0
 */
export type Work<A> = (signal: AbortSignal, attempt: Attempt) => A

/**
 * Turns a failure into a tool error; `undefined` for "not mine". What it does not know is looked up in the default table
 * (`Classifier.unknown`).
 *
 * @category models
 * @since 0.1.0
 */
export type Classify = (failure: unknown) => ToolError.Any | undefined

/**
 * Says how failures are understood.
 *
 * @category models
 * @since 0.1.0
 */
export interface Understanding {
  /** Names the dependency in messages: "Billing". Default: "The service". */
  readonly service?: string | undefined
  /** Turns failures into tool errors before the default table is asked. Default: none. */
  readonly classify?: Classify | undefined
}

/**
 * Says what a run belongs to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Belonging {
  /** Aborts the whole: the promise then rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined
  /**
   * The context that `wrapHandler` gave the handler, or the `call` of an attempt or an item. Default: found by itself, where the
   * runtime has an `AsyncLocalStorage`. Of any other object only its `signal` is heeded.
   */
  readonly call?: object | undefined
}

/**
 * Configures {@link retry}. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryOptions extends Understanding, Belonging {
  /**
   * Declares how often the work may take effect. What may happen once does not compile, and rejects with a `TypeError`.
   * Default: it may be repeated, since it is given to be.
   */
  readonly safety?: Exclude<Safety, "once"> | undefined
}

import type * as Errors from "@errata/core/Errors"
import type * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import type { Progress } from "@errata/core/ToolCall"
import type * as Duration from "effect/Duration"
import type { CallNote } from "../../fold/Meta.ts"
import type { EffectClient } from "./effect.ts"
import type { ConnectionError, RemoteError } from "./errors.ts"
import type { OfficialClient } from "./official.ts"

/** See `Client.ResultLike`. */
export interface ResultLike {
  /** The blocks of content. */
  readonly content?: unknown
  /** The output as JSON. */
  readonly structuredContent?: unknown
  /** Is true if the call failed. */
  readonly isError?: unknown
  /** The metadata, which may hold a problem. */
  readonly _meta?: unknown
}

/** Describes whose failure it is, and when. */
export interface Origin<T extends Tool.Any> {
  readonly tool: T
  readonly service: string
  readonly now: number
  readonly prefixes: ReadonlyArray<string> | undefined
}

/** Describes what becomes of what a client raised. */
export type Failure<T extends Tool.Any> = DecodedError<T> | ConnectionError

/** See `Client.DecodeOptions`. */
export interface DecodeOptions {
  /** The prefixes of the keys in `_meta` that are understood. Default: `errata/` alone. */
  readonly metaPrefixes?: ReadonlyArray<string> | undefined
  /** The time, in milliseconds since 1970, against which a time to try again is read. Default: it is left out. */
  readonly now?: number | undefined
}

/** See `Client.DecodedError`. */
export type DecodedError<T extends Tool.Any> =
  | Tool.ErrorOf<T>
  | Errors.InvalidArguments
  | Errors.MalformedResponse
  | KeyedError<T>
  | RemoteError

/** Lists what a key may lead to: the call is at work, nobody knows how it ended, the key was used for something else. */
export type KeyedError<T extends Tool.Any> = [T] extends [never] ? never :
  [T["safety"]] extends ["keyed"] ? Errors.InProgress | Errors.OutcomeUnknown | Errors.IdempotencyConflict
  : never

/** See `Client.CallOptions`. */
export interface CallOptions {
  /** The time that an attempt may take in silence: progress starts it again. Default 60 s. */
  readonly timeout?: Duration.Input | undefined
  /** The time that the whole call may take, attempts, waits and progress included. Default 10 min. */
  readonly maxTimeout?: Duration.Input | undefined
  /** Receives the server's progress. What it throws goes to the client's `onerror`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /**
   * The idempotency key of the call. Default: what the input says, else one that is made for the call and kept for all its
   * attempts. Of no meaning to a tool that is not keyed.
   */
  readonly idempotencyKey?: string | undefined
  /**
   * Receives what the server says of the way to a result: that it was `replayed`, `verified`, how many attempts it took. Not
   * called where it says nothing.
   */
  readonly onNote?: ((note: CallNote) => void) | undefined
}

/** See `Client.Options`. */
export interface Options extends Omit<CallOptions, "idempotencyKey">, DecodeOptions {
  /** Says when to call again, where that is safe. Default `RetryPolicy.none`. */
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  /** The name of the server in errors of the connection. Default "The server". */
  readonly service?: string | undefined
}

/** See `Client.CallError`. */
export type CallError<T extends Tool.Any> = DecodedError<T> | ConnectionError

/** See `Client.AnyClient`. */
export type AnyClient = OfficialClient | EffectClient

import type * as Redaction from "@errata/core/Redaction"
import * as Duration from "effect/Duration"
import type { LogFile } from "../logFile.ts"
import type { Uncaught } from "../survive.ts"
import type { Watchdog } from "../watchdog/watchdog.ts"

/** Bounds what comes in over stdio, and what goes out. */
export interface StdioLimits {
  /** The most bytes of a message from the client; a longer one is left out and refused. Default 10 MiB. */
  readonly message?: number | undefined
  /** The most bytes of an answer; a call with a larger one fails. Default 10 MiB: the official client closes at more. */
  readonly answer?: number | undefined
  /** The most bytes that a client may leave unread before nothing more is read of what it sends. Default 16 MiB. */
  readonly unread?: number | undefined
  /** The most requests in flight at a time; more are refused. Default 10,000. */
  readonly requests?: number | undefined
}

/** See `stdio.ProcessOptions`. */
export interface StdioOptions {
  /** Names the server in the log as long as it is not known. Default `"the server"`. */
  readonly name?: string | undefined
  /**
   * Answers `prompts/list`, `resources/list` and `resources/templates/list` with empty lists where the server has none, for clients
   * that ask every server. Default `false`: the error that the protocol wants.
   */
  readonly answersProbes?: boolean | undefined
  /** The time that requests in flight get when the client goes or the process is asked to end. Default 1 s. */
  readonly drain?: Duration.Input | undefined
  /** The time that finalizers get at the end, of calls and of services. Default 5 s. */
  readonly release?: Duration.Input | undefined
  /** Bounds messages, answers and requests in flight. */
  readonly bounds?: StdioLimits | undefined
  /** Keeps the log in a file too, beside stderr: hosts on a desk show no stderr. Default: none. */
  readonly logFile?: LogFile | undefined
  /** Says when an event loop counts as blocked; `false` watches nothing. */
  readonly watchdog?: Watchdog | false | undefined
  /** Says how much may go wrong outside all calls before the process ends. */
  readonly uncaught?: Uncaught | undefined
  /** Masks what looks like a secret, in the log and, for tools, in replies. Default `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
}

/** Holds what the options come to. */
export interface StdioSettings {
  readonly answersProbes: boolean
  readonly drain: Duration.Duration
  readonly release: Duration.Duration
  readonly maxMessage: number
  readonly maxAnswer: number
  readonly maxUnread: number
  readonly maxRequests: number
}

const mebibyte = 1024 * 1024

/** Fills in the defaults. Throws a `RangeError` for a bound that is none. */
export const stdioSettings = ({ answersProbes = false, bounds = {}, drain, release }: StdioOptions): StdioSettings => ({
  answersProbes,
  drain: Duration.fromInputUnsafe(drain ?? "1 second"),
  release: Duration.fromInputUnsafe(release ?? "5 seconds"),
  maxMessage: bound("message", bounds.message, 10 * mebibyte),
  maxAnswer: bound("answer", bounds.answer, 10 * mebibyte),
  maxUnread: bound("unread", bounds.unread, 16 * mebibyte),
  maxRequests: bound("requests", bounds.requests, 10_000)
})

const bound = (name: string, given: number | undefined, byDefault: number): number => {
  const value = given ?? byDefault
  if (value > 0) return value
  throw new RangeError(`The bound \`${name}\` must be greater than 0, it is ${value}`)
}

import * as Limits from "@errata/core/Limits"
import type * as LoopGuard from "@errata/core/LoopGuard"
import * as Redaction from "@errata/core/Redaction"
import * as Duration from "effect/Duration"
import type * as Encoder from "../../fold/Encoder.ts"
import { encodersOf } from "../../fold/encoder/named.ts"
import type * as Fold from "../../fold/Fold.ts"
import { defaultPrefix } from "../../fold/internal/prefix.ts"
import { guardOf, type Loops } from "./loopOption.ts"

/** See `Handler.Options`. */
export interface Options {
  /** The time that a call may take, the wait for its services included, where the tool does not say. Default 50 s. */
  readonly timeout?: Duration.Input | undefined
  /**
   * The time that a call may take whose client listens to progress, where the tool does not say. Default 280 s: one host stops
   * after 300 s, whatever it hears.
   */
  readonly progressTimeout?: Duration.Input | undefined
  /** The time that a client that listens may hear nothing before it is told that the call is still running. Default 15 s. */
  readonly heartbeat?: Duration.Input | undefined
  /** The time that an interrupted call may take to release what it holds before the reply goes out. Default 2 s. */
  readonly grace?: Duration.Input | undefined
  /** Writes errors as lines for a model, or as a line and the problem in JSON. Default `"text"`. */
  readonly render?: "text" | "json" | undefined
  /** Gives errors `structuredContent` too; the listed output schema says so. Default `false`. */
  readonly structuredErrors?: boolean | undefined
  /**
   * Writes the problem into `_meta` whole, or only `error`, `type`, `category`, `retry` and `reference_id`: some hosts show
   * `_meta` to their model. Default `"full"`.
   */
  readonly meta?: "full" | "minimal" | undefined
  /**
   * Writes the problem into `_meta` in other forms too: `"tool-failure"` (the protocol's draft), `"problem+json"` (RFC 9457), or an
   * encoder of yours; see `Encoder`. Default none.
   */
  readonly encodings?: ReadonlyArray<Encoder.Name | Encoder.Encoder> | undefined
  /** Begins the keys in `_meta`. Default `"errata/"`. */
  readonly metaPrefix?: string | undefined
  /**
   * Says where and for what a client signs in, in replies that ask it to (`_meta["mcp/www_authenticate"]`). Default: what the errors say.
   */
  readonly challenge?: Fold.Challenge | undefined
  /** Bounds what is written, in characters and counts. Defaults in `Limits`. */
  readonly limits?: Partial<Limits.Limits> | undefined
  /** Masks what looks like a secret. Default `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
  /**
   * Shows the detail of defects in replies and captures stacks: for development only. Default what `MCP_DEBUG` says; `false` for
   * `Handler.make` and `ToolTest`.
   */
  readonly isDebugging?: boolean | undefined
  /** Writes a log line for each call. Default `true`. */
  readonly logsCalls?: boolean | undefined
  /**
   * The share of successes that are logged, from 0 to 1: a server under load writes less. What failed, was tried again or answers in
   * part is always logged. Default: 1.
   */
  readonly logsSuccesses?: number | undefined
  /**
   * Opens a span (`tools/call <name>`) for each call, below the client's if it sent a `traceparent`, and one for each attempt and
   * item. Default: if `Telemetry` stands in the runtime, beside a tracer.
   */
  readonly opensSpans?: boolean | undefined
  /**
   * Takes arguments that do not decode as they were probably meant, where the tool does not say; see `Arguments`. Default `true`.
   */
  readonly repair?: boolean | undefined
  /** Refuses arguments that the tool does not declare, or ignores them, where the tool does not say. Default `"refuse"`. */
  readonly unknownArguments?: "refuse" | "ignore" | undefined
  /**
   * Tells a caller that repeats one call and gets one failure that it does, from the third time on; see `LoopGuard`. Options of the
   * guard, or a guard that several registrations share. Default: `true` where tools are registered on a server together, else `false`.
   */
  readonly loops?: Loops | undefined
}

/** Describes what all jobs share that were given the same options. */
export interface Settings {
  readonly format: Fold.Format
  readonly timeout: Duration.Duration
  readonly progressTimeout: Duration.Duration
  readonly heartbeat: Duration.Duration
  readonly grace: Duration.Duration
  readonly isDebugging: boolean
  readonly logsCalls: boolean
  readonly logsSuccesses: number
  /** `undefined`: if somebody observes who asks for spans. */
  readonly opensSpans: boolean | undefined
  readonly loops: LoopGuard.LoopGuard | undefined
  readonly encoders: ReadonlyArray<Encoder.Encoder>
}

/** Fills in the defaults. */
export const settingsOf = (options: Options): Settings => ({
  format: {
    render: options.render ?? "text",
    structuredErrors: options.structuredErrors ?? false,
    meta: options.meta ?? "full",
    metaPrefix: options.metaPrefix ?? defaultPrefix,
    limits: Limits.make(options.limits ?? {}),
    redactor: options.redactor ?? Redaction.standard,
    challenge: options.challenge
  },
  timeout: Duration.fromInputUnsafe(options.timeout ?? "50 seconds"),
  progressTimeout: Duration.fromInputUnsafe(options.progressTimeout ?? "280 seconds"),
  heartbeat: Duration.fromInputUnsafe(options.heartbeat ?? "15 seconds"),
  grace: Duration.fromInputUnsafe(options.grace ?? "2 seconds"),
  isDebugging: options.isDebugging ?? false,
  logsCalls: options.logsCalls ?? true,
  logsSuccesses: share(options.logsSuccesses ?? 1),
  opensSpans: options.opensSpans,
  loops: guardOf(options.loops, false),
  encoders: options.encodings === undefined ? [] : encodersOf(options.encodings)
})

const share = (given: number): number => {
  if (given >= 0 && given <= 1) return given
  throw new RangeError("The option `logsSuccesses` is a number from 0 to 1")
}

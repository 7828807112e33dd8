import * as Context from "effect/Context"
import * as Tracer from "effect/Tracer"

/** See `Observer.CallStart`. */
export interface CallStart {
  /** The tool's name. */
  readonly tool: string
  /** The id that joins the call with its reply and its log line. */
  readonly referenceId: string
  /** The trace id of the client's `traceparent`, if it sent one. */
  readonly traceId: string | undefined
  /** The `id` of the JSON-RPC request, where the host tells it. */
  readonly requestId: string | undefined
  /** The session's id, where there are sessions. Whoever knows it may be able to join the session. */
  readonly sessionId: string | undefined
  /** The protocol version that the client speaks, where the host tells it. */
  readonly protocolVersion: string | undefined
  /** `tcp` for HTTP, `pipe` for stdio, as OpenTelemetry names them; `undefined` where the host does not tell. */
  readonly transport: "tcp" | "pipe" | undefined
  /** The time at which the call was taken up, in milliseconds since 1970. */
  readonly startedAt: number
}

/** See `Observer.Retried`. */
export interface Retried {
  /** The number of the attempt that came next; the second is 2. */
  readonly attempt: number
  /** The wait before it, in milliseconds. */
  readonly delayMillis: number
  /** The class of the error that the attempt before it ended with. */
  readonly error: string
  /** Its type, such as `unavailable`. */
  readonly type: string
}

/** See `Observer.BatchCounts`. */
export interface BatchCounts {
  /** The items that were asked for. */
  readonly total: number
  /** The items that were done. */
  readonly succeeded: number
  /** The items that failed. */
  readonly failed: number
  /** The items that were never tried. */
  readonly not_attempted: number
}

/** See `Observer.CallEnd`. */
export interface CallEnd extends CallStart {
  /** `success`, `partial`, `cancelled`, `url_elicitation_required`, or the type of what went wrong. */
  readonly outcome: string
  /** `transient`, `permanent` or `validation`, of what went wrong. */
  readonly category: string | undefined
  /** Is true if the reply is an error. */
  readonly isError: boolean
  /** Is true if something failed that the tool does not declare: the reply says `internal_error`. */
  readonly isDefect: boolean
  /** From the request to the reply, in milliseconds. */
  readonly durationMillis: number
  /** The number of the last attempt. */
  readonly attempts: number
  /** The retries of the call, the first 100. Those of a batch's items are the items' own. */
  readonly retries: ReadonlyArray<Retried>
  /** The reason for which a policy gave up, if one did: `exhausted`, `budget`, `deadline`. */
  readonly stopped: string | undefined
  /** The retries that are left in the budget of the tool's own policy, if it has one. */
  readonly retryBudget: () => number | undefined
  /** The reference id of the call whose kept outcome this one tells; `undefined` if it did the work itself. */
  readonly replayOf: string | undefined
  /** Is true if the outcome was found out by asking, after it was lost. */
  readonly isVerified: boolean
  /** Says which identical failure of its caller it is; `undefined` of a success, and where nobody counts. */
  readonly identicalFailures: number | undefined
  /** Is true if it was answered without running, since it had failed the same way three times. */
  readonly isAnsweredByGuard: boolean
  /** Is true if the tool's calls take idempotency keys, and this one had one. */
  readonly isKeyed: boolean
  /** The counts of a batch's items; `undefined` if the call was none. */
  readonly batch: BatchCounts | undefined
  /** Is true if the answer lacks optional parts. */
  readonly isDegraded: boolean
  /** Names the class of what failed: a declared error's tag, or a defect's name. */
  readonly error: () => string | undefined
  /** Groups what is the same bug: class, tool and place. `undefined` of a success. */
  readonly fingerprint: () => string | undefined
  /** The arguments as the log shows them: redacted and cut. */
  readonly arguments: () => string
  /** All that went wrong, as the log shows it: redacted and cut. `undefined` if nothing did. */
  readonly cause: () => string | undefined
}

/** See `Observer.Observer`. */
export interface Observer {
  /** Hears that a call begins, and returns who hears how it ended. What either throws costs the call nothing. */
  readonly onStart: (start: CallStart) => ((end: CallEnd) => void) | undefined
  /**
   * Asks for a span for each call, attempt and item, where the runtime brings a tracer and the options of the call do not say
   * otherwise. Default: `false`.
   */
  readonly opensSpans?: boolean | undefined
}

/** Holds everyone who observes calls. */
export class Observers extends Context.Service<Observers, Set<Observer>>()("@errata/mcp-adapter/Observers") {}

/** Returns those who observe as one; `undefined` where nobody does. Services are there before the first call, and stay. */
export const observerOf = ({ mapUnsafe }: Context.Context<never>): Observer | undefined => {
  const all = mapUnsafe.get(Observers.key) as ReadonlySet<Observer> | undefined
  if (all === undefined || all.size === 0) return undefined
  const each = [...all]
  const opensSpans = mapUnsafe.has(Tracer.Tracer.key) && each.some((observer) => observer.opensSpans === true)
  return {
    opensSpans,
    onStart: (start) => {
      const ends = each.flatMap((observer) => quietly(() => observer.onStart(start)) ?? [])
      return ends.length === 0 ? undefined : (end) => {
        for (const heard of ends) quietly(() => heard(end))
      }
    }
  }
}

/** Whoever observes may fail: that is not the call's problem. */
const quietly = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

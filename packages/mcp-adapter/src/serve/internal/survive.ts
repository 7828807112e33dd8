import * as Redaction from "@errata/core/Redaction"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { logUncaught } from "../../existing/internal/uncaught.ts"
import { logLine, type Write } from "./log.ts"

/** Says how much may go wrong outside all calls. */
export interface Uncaught {
  /** Ends the process when so many errors and rejections that no call waits for came within `within`. Default 100. */
  readonly most?: number | undefined
  /** The time in which they are counted. Default 1 minute. */
  readonly within?: Duration.Input | undefined
}

/** Says who hears of what no call waits for. */
export interface SurviveOptions {
  readonly write: Write
  readonly redactor?: Redaction.Redactor | undefined
  readonly uncaught?: Uncaught | undefined
  /** Called once, when too much went wrong for the process to go on. */
  readonly onBroken: () => void
}

/**
 * Keeps the process alive when something throws or rejects that no call waits for. Node ends a process over a rejected promise
 * without a handler; a server with other calls in flight must not. What happened is logged under a reference of its own, without
 * secrets, and every call goes on, unless it happens so often that the state of the process is unknown. Returns what undoes it.
 */
export const survive = (
  { onBroken, redactor = Redaction.standard, uncaught = {}, write }: SurviveOptions
): () => void => {
  const { most = 100, within = "1 minute" } = uncaught
  const told = logUncaught({ write, redactor })
  const times: Array<number> = []
  const millis = Duration.toMillis(Duration.fromInputUnsafe(within))
  let isBroken = false

  const listener = (error: unknown, origin?: unknown): void => {
    told(error, origin)
    const now = Effect.runSync(Clock.currentTimeMillis)
    times.push(now)
    while (times.length > 0 && now - times[0]! > millis) times.shift()
    if (isBroken || times.length < most) return
    isBroken = true
    const reason = `${times.length} uncaught errors and rejections within ${Duration.format(Duration.millis(millis))}`
    logLine(write, redactor)({ level: "Fatal", message: "the state of the process is unknown", reason })
    onBroken()
  }
  const ignore = (): void => undefined // the log is not read: that is no reason to end
  process.on("uncaughtException", listener)
  process.stderr.on("error", ignore)
  return () => {
    process.off("uncaughtException", listener)
    process.stderr.off("error", ignore)
  }
}

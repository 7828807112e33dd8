import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Worker } from "node:worker_threads"
import type { Calls } from "../calls.ts"
import { exitCodes } from "../exitCodes.ts"
import { type LogLine, reasonOf } from "../log.ts"
import { layout, makeShared, type Shared, writeCalls } from "./memory.ts"
import { parts, watch, type WorkerData } from "./worker.ts"

/** Says when an event loop counts as blocked. */
export interface Watchdog {
  /** The time after which a loop that does not answer is told of in the log. Default 2 s. */
  readonly warnAfter?: Duration.Input | undefined
  /** The time after which the process ends with the code 75; `false` for never. Default 1 minute: clients have given up then. */
  readonly endAfter?: Duration.Input | false | undefined
  /** The time after the start at which watching begins, if no call began before: it costs a start nothing. Default 2 s. */
  readonly startAfter?: Duration.Input | undefined
}

/** Says what is watched, and who hears of it. */
export interface WatchdogOptions {
  readonly watchdog: Watchdog | false | undefined
  readonly calls: Calls
  readonly log: LogLine
  /** Files that get the log beside stderr. */
  readonly files: ReadonlyArray<string>
}

/**
 * Watches the event loop from another thread. A loop that is blocked is told of with the calls in flight and the place in the code;
 * where it stays so the process ends. While somebody debugs the process nothing is told.
 */
export const startWatchdog = ({ calls, files, log, watchdog = {} }: WatchdogOptions): void => {
  if (watchdog === false) return
  const { endAfter = "1 minute", startAfter = "2 seconds", warnAfter = "2 seconds" } = watchdog
  const data: Omit<WorkerData, "buffer"> = {
    layout,
    files,
    exitCode: exitCodes.blocked,
    warnAfter: Math.max(10, millisOf(warnAfter)),
    endAfter: endAfter === false ? 0 : millisOf(endAfter)
  }
  const shared = makeShared()
  const write = writeCalls(shared)
  let isWatching = false
  const beginOnce = (): void => {
    if (isWatching) return
    isWatching = true
    begin(shared, data, log)
  }
  // a call that blocks the loop keeps what is to happen later from happening
  calls.onBegin = (...begun) => {
    beginOnce()
    return write(...begun)
  }
  Effect.runFork(Effect.delay(Effect.sync(beginOnce), startAfter))
}

const millisOf = (input: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(input))

const begin = (shared: Shared, data: Omit<WorkerData, "buffer">, log: LogLine): void => {
  const failed = (failure: unknown): void =>
    log({ level: "Warn", message: "the event loop is not watched", reason: reasonOf(failure) })
  try {
    const worker = new Worker(code, {
      eval: true,
      name: "watchdog",
      env: {},
      execArgv: [],
      workerData: { ...data, buffer: shared.buffer } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }
    })
    worker.on("error", failed)
    worker.on("message", () => {
      Atomics.store(shared.numbers, layout.debugged, isDebugged() ? 1 : 0)
      Atomics.add(shared.numbers, layout.answers, 1)
    })
    worker.unref()
  } catch (failure) {
    failed(failure)
  }
}

/** Bundlers may call what names functions. */
const code = `const __name = (f) => f; (${watch.toString()})(require, { ${
  Object.entries(parts).map(([name, part]) => `${name}: ${part.toString()}`).join(", ")
} })`

interface Modules {
  readonly getBuiltinModule?: (id: "node:inspector") => { readonly url: () => string | undefined } | undefined
}

/** A runtime that lets nobody look says that nobody debugs. */
const isDebugged = (): boolean => {
  try {
    return (process as unknown as Modules).getBuiltinModule?.("node:inspector")?.url() !== undefined
  } catch {
    return false
  }
}

import * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as Effect from "effect/Effect"
import { resolve } from "node:path"
import { type Options as HandlerOptions, settingsOf } from "../../../call/internal/options.ts"
import { type Calls, makeCalls } from "../calls.ts"
import { cannotStart } from "../cannotStart.ts"
import { writeCompiledCode } from "../compileCache.ts"
import { exitCodes } from "../exitCodes.ts"
import { type LogLine, logLine, type Write, writeToStderr } from "../log.ts"
import { type LogFile, openLogFile } from "../logFile.ts"
import { onSignals } from "../signals.ts"
import { survive } from "../survive.ts"
import { startWatchdog } from "../watchdog/watchdog.ts"
import { within } from "../within.ts"
import { type Channel, openChannel } from "./channel.ts"
import { keepChildrenOff } from "./children.ts"
import type { Connection, ConnectOptions } from "./connect.ts"
import { type Frames, keepStdoutForFrames } from "./frames.ts"
import { makeRefuse } from "./refusal.ts"
import { type StdioOptions, type StdioSettings, stdioSettings } from "./settings.ts"
import { makeTransport, type Transport } from "./transport.ts"

/** Describes what is served: how it is built, connected and released. */
export interface Served {
  readonly name: string
  readonly options: StdioOptions
  /** Builds what the server needs, and returns what connects it. Rejects if it cannot start. */
  readonly start: (means: { readonly write: Write }) => Promise<(options: ConnectOptions) => Promise<Connection>>
  /** Releases what was built, or is being built. */
  readonly release: () => Promise<void>
  /** Returns how often a call of a tool may take effect, if that is known. */
  readonly safetyOf: (tool: string) => Tool.Safety | undefined
  /** Says how replies are written. */
  readonly handling: HandlerOptions
}

/** Says why a process ends, and how. */
interface End {
  readonly why: string
  /** Waits for requests in flight. */
  readonly drains: boolean
  readonly code: number
}

/** Serves over stdio until the client goes, or the process is asked to end; then ends the process. */
export const run = async (load: () => Promise<Served>, name = "the server"): Promise<void> => {
  const prepared = await prepare(load, name)
  const { ending, frames, log, refuses, served, settings, write } = prepared
  const { options } = served
  const connect = await Promise.race([served.start({ write }).catch(refuses), ending.begun])
  const calls = makeCalls()
  if (typeof connect !== "function") return finish({ served, settings, frames, calls, code: connect.code })

  const channel = channelOf(prepared)
  const transport = transportOver(channel, prepared)
  const connection = await connect({ transport, calls, log }).catch(refuses)
  const files = options.logFile === undefined ? [] : [resolve(options.logFile.path)]
  Effect.runFork(Effect.delay(Effect.sync(writeCompiledCode), "2 seconds"))
  startWatchdog({ watchdog: options.watchdog, calls, log, files })

  const { code, drains } = await ending.begun
  transport.beginClosing()
  if (drains) await Promise.race([within(settings.drain, transport.answered()), ending.hurried])
  transport.refuseRest()
  await finish({ served, settings, frames, calls, code, connection, channel })
}

/** Holds what a process has before it serves. */
interface Prepared {
  readonly served: Served
  readonly settings: StdioSettings
  readonly frames: Frames
  readonly ending: Ending
  readonly write: Write
  readonly log: LogLine
  /** Ends the process, which cannot start. */
  readonly refuses: (failure: unknown) => never
}

const prepare = async (load: () => Promise<Served>, name: string): Promise<Prepared> => {
  let write = writeToStderr
  let log = logLine(write)
  const frames = keepStdoutForFrames({ log: (line) => log(line), write: (line) => write(line) })
  keepChildrenOff(frames.printed) // what is loaded may print already
  const served = await load().catch((failure: unknown) => cannotStart(log, name, failure))
  const { options } = served
  const redactor = options.redactor ?? Redaction.standard
  const refuses = (failure: unknown): never => cannotStart(log, served.name, failure)
  const settings = attempt(() => stdioSettings(options), refuses)
  write = attempt(() => writerOf(options.logFile, logLine(writeToStderr, redactor)), refuses)
  log = logLine(write, redactor)
  const ending = makeEnding(log)
  survive({
    write,
    redactor,
    uncaught: options.uncaught,
    onBroken: () => ending.end({ why: "its state is unknown", drains: true, code: exitCodes.broken })
  })
  onSignals((signal) => ending.end({ why: signal, drains: true, code: exitCodes.ended }))
  return { served, settings, frames, ending, write, log, refuses }
}

const channelOf = ({ ending, frames, log, settings }: Prepared): Channel =>
  openChannel({
    input: process.stdin,
    output: frames,
    maxUnread: settings.maxUnread,
    onGone: () => ending.end({ why: "the client is gone", drains: false, code: exitCodes.ended }),
    onEnd: (rest) => {
      if (rest > 0) log({ level: "Warn", message: "the input ended in the middle of a message", bytes: rest })
      ending.end({ why: "the client closed stdin", drains: true, code: exitCodes.ended })
    }
  })

/** Writes to stderr, and to a file if there is one. */
const writerOf = (file: LogFile | undefined, log: LogLine): Write => {
  if (file === undefined) return writeToStderr
  const writeToFile = openLogFile(file, log)
  return (line) => {
    writeToStderr(line)
    writeToFile(line)
  }
}

const attempt = <A>(f: () => A, orElse: (failure: unknown) => A): A => {
  try {
    return f()
  } catch (failure) {
    return orElse(failure)
  }
}

interface Ending {
  /** Ends the process, once; a second wish, or that of a client that is gone, waits for no request any more. */
  readonly end: (end: End) => void
  readonly begun: Promise<End>
  readonly hurried: Promise<void>
}

const makeEnding = (log: LogLine): Ending => {
  let hurry: () => void = () => undefined
  let begin: ((end: End) => void) | undefined
  const hurried = new Promise<void>((resolve) => {
    hurry = resolve
  })
  const begun = new Promise<End>((resolve) => {
    begin = resolve
  })
  return {
    begun,
    hurried,
    end: (end) => {
      if (begin === undefined) return hurry()
      log({ level: end.code === exitCodes.ended ? "Info" : "Fatal", message: "the server ends", reason: end.why })
      begin(end)
      begin = undefined
    }
  }
}

const transportOver = (channel: Channel, { ending, log, served, settings }: Prepared): Transport =>
  makeTransport({
    channel,
    log,
    refuse: makeRefuse({
      log,
      format: settingsOf(served.handling).format,
      maxAnswer: settings.maxAnswer,
      safetyOf: served.safetyOf
    }),
    maxLine: settings.maxMessage,
    maxAnswer: settings.maxAnswer,
    maxRequests: settings.maxRequests,
    answersProbes: settings.answersProbes,
    onClosed: () => ending.end({ why: "the server closed its transport", drains: false, code: exitCodes.ended })
  })

/** Releases everything, within bounds, and ends the process. */
const finish = async ({ calls, channel, code, connection, frames, served, settings }: {
  readonly served: Served
  readonly settings: StdioSettings
  readonly frames: Frames
  readonly calls: Calls
  readonly code: number
  readonly connection?: Connection
  readonly channel?: Channel
}): Promise<never> => {
  await within(settings.release, releaseAll(served, calls, connection))
  await within("1 second", Promise.all([channel?.flushed(), frames.logged()]))
  process.exit(code)
}

const releaseAll = async (served: Served, calls: Calls, connection: Connection | undefined): Promise<void> => {
  await connection?.close()
  await calls.settled()
  await served.release()
}

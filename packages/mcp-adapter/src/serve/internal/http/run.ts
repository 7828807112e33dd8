import { setTimeout as sleep } from "node:timers/promises"
import { type Calls, makeCalls } from "../calls.ts"
import { cannotStart } from "../cannotStart.ts"
import { exitCodes } from "../exitCodes.ts"
import { logLine, writeToStderr } from "../log.ts"
import { onSignals } from "../signals.ts"
import { survive } from "../survive.ts"
import { startWatchdog } from "../watchdog/watchdog.ts"
import { within } from "../within.ts"
import { compose, type Composed, type Source } from "./compose.ts"
import { deferred } from "./deferred.ts"
import { millis } from "./limits.ts"
import { listen, type NodeServer } from "./nodeServer.ts"
import type { ServeSettings } from "./settings.ts"

/** See `http.Running`. */
export interface Running {
  /** The port that the server listens on. */
  readonly port: number
  /** The URL of the endpoint, as this machine reaches it. */
  readonly url: string
  /** Takes no more requests, answers those in flight, interrupts what takes longer than `drain`, and releases the services. */
  readonly close: () => Promise<void>
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>
  /** Counts what is held at this moment. */
  readonly counts: () => Promise<RunningCounts>
}

/** See `http.Counts`. */
export interface RunningCounts {
  /** The requests that are worked on. */
  readonly inside: number
  /** The requests that wait their turn. */
  readonly waiting: number
  /** The streams open that belong to no call. */
  readonly streams: number
  /** The sessions that are kept. */
  readonly sessions: number
  /** The bytes of bodies that are kept. */
  readonly bufferedBytes: number
  /** The connections. */
  readonly connections: number
}

/** The time that is left for the last replies to be written. */
const linger = "1 second"

/** The time that is left for what interrupted calls release, at the end. */
const grace = "5 seconds"

/** Says what is served, and how. */
export interface Given {
  /** Names the server in the log. */
  readonly name: string | undefined
  readonly source: Source
  readonly settings: ServeSettings
}

/** Starts a server, and with it what a process needs that is nothing but a server. */
export const run = async (load: () => Promise<Given>, given: Given): Promise<Running> => {
  const { name = "the server", settings, source } = given
  const { ownsProcess = true, uncaught, write = writeToStderr } = settings
  const calls = ownsProcess && settings.watchdog !== false ? makeCalls() : undefined
  const isStarted = load().then((loaded) => start(loaded.source, loaded.settings, calls))
  if (!ownsProcess) return isStarted
  const log = logLine(write, source.redactor)
  let running: Running | undefined
  const end = async (code: number): Promise<void> => {
    process.exitCode = code
    await (running?.close() ?? within(grace, isStarted.then(({ close }) => close())))
    process.exit(code)
  }
  survive({ write, redactor: source.redactor, uncaught, onBroken: () => void end(exitCodes.broken) })
  onSignals((signal, nth) => {
    if (nth > 1) process.exit(exitCodes.ended)
    log({ level: "Info", message: "ending", signal })
    void end(exitCodes.ended)
  })
  running = await isStarted.catch((failure: unknown) => cannotStart(log, name, failure))
  if (calls !== undefined) startWatchdog({ watchdog: settings.watchdog, calls, log, files: [] })
  return running
}

const start = async (source: Source, settings: ServeSettings, calls: Calls | undefined): Promise<Running> => {
  const { drainDelay, host = "127.0.0.1", port = 0, sharesPort = false } = settings
  const drain = millis("drain", settings.drain, "10 seconds")
  const delay = drainDelay === undefined ? 0 : millis("drainDelay", drainDelay, 1)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`${port} is no port`)
  const composed = await compose(source, settings, host, calls)
  const { app, bounds, log } = composed
  const server = await listen({ app, bounds, host, port, sharesPort, log }).catch(async (failure: unknown) => {
    await composed.backend.close()
    await composed.release().catch(() => undefined)
    throw failure
  })
  const url = `http://${urlHost(host)}:${server.port}${settings.path ?? "/mcp"}`
  log({ level: "Info", message: "listening", port: server.port, url })
  const ended = deferred<void>()
  let closing: Promise<void> | undefined
  return {
    port: server.port,
    url,
    ended: ended.promise,
    close: () => (closing ??= close(composed, server, { delay, drain }).finally(ended.resolve)),
    counts: async () => ({ ...app.counts(), connections: await server.connections() })
  }
}

const urlHost = (host: string): string =>
  host === "" || host === "0.0.0.0" || host === "::"
    ? "localhost"
    : host.includes(":") && !host.startsWith("[")
    ? `[${host}]`
    : host

const close = async (
  { app, backend, log, release }: Composed,
  server: NodeServer,
  { delay, drain }: { readonly delay: number; readonly drain: number }
): Promise<void> => {
  app.unready()
  if (delay > 0) await sleep(delay)
  app.drain()
  server.drain()
  const settled = async (): Promise<void> => {
    await app.settled()
    await server.settled()
  }
  if (!await within(drain, settled())) {
    log({ level: "Warn", message: "calls are interrupted: the server is shutting down", calls: app.counts().inside })
    app.end()
  }
  await within(linger, settled()) // what is interrupted is told so before its server is closed
  await backend.close()
  await within(grace, settled())
  await server.close()
  await release()
  log({ level: "Info", message: "ended" })
}

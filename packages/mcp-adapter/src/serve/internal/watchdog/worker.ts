import type { Layout } from "./memory.ts"

/** Says what the thread that watches is given. */
export interface WorkerData {
  readonly buffer: SharedArrayBuffer
  readonly layout: Layout
  /** Milliseconds until a loop that does not answer is told of, and until the process ends; 0 for never. */
  readonly warnAfter: number
  readonly endAfter: number
  readonly exitCode: number
  /** Files that get the log beside stderr. */
  readonly files: ReadonlyArray<string>
}

interface Line {
  readonly level: "Warn" | "Fatal"
  readonly message: string
  readonly [name: string]: unknown
}

interface Frame {
  readonly callFrameId: string
  readonly functionName: string
  readonly location: {
    readonly scriptId: string
    readonly lineNumber: number
    readonly columnNumber?: number | undefined
  }
}

interface Event {
  readonly callFrames: ReadonlyArray<Frame>
  readonly scriptId: string
  readonly url: string
}

/** Requires modules of Node's alone. */
type Require = (id: string) => never

/**
 * Holds the code of the thread that watches. Each function is given to it as text: none may use anything of this module, and all
 * that they need of each other comes as an argument.
 */
export const parts = {
  /** Counts the calls in flight, and names them. */
  callsIn: ({ buffer, layout }: WorkerData): object => {
    const numbers = new Int32Array(buffer, 0, layout.lengths + layout.slots)
    const names = []
    for (let slot = 0; slot < layout.slots; slot++) {
      const length = Atomics.load(numbers, layout.lengths + slot)
      const at = numbers.byteLength + slot * layout.bytes
      // decoders read no memory that is shared
      if (length > 0) names.push(new TextDecoder().decode(new Uint8Array(buffer, at, length).slice()))
    }
    return { in_flight: Atomics.load(numbers, layout.inFlight), tools: names }
  },

  /** Makes what writes lines of the log while the loop that does it otherwise is blocked. */
  logTo: (require: Require, files: ReadonlyArray<string>) => (line: Line): void => {
    const fs: { readonly appendFileSync: (file: string | number, text: string) => void } = require("node:fs")
    const text = `${JSON.stringify({ timestamp: new Date().toISOString(), ...line })}\n`
    for (const file of [2, ...files]) {
      try {
        fs.appendFileSync(file, text)
      } catch {
        // a log that cannot be written ends nothing
      }
    }
  },

  /** Pauses the main thread in what it does, to learn the stack; `end` is what it has to do then. It cannot stop native code. */
  pause: (require: Require, end: string | undefined, onStack: (stack: ReadonlyArray<string>) => void): void => {
    const { Session }: { readonly Session: new() => never } = require("node:inspector")
    const session = new Session() as {
      readonly connectToMainThread: () => void
      readonly disconnect: () => void
      readonly on: (event: string, listener: (event: { readonly params: Event }) => void) => void
      readonly post: (method: string, params?: object, done?: () => void) => void
    }
    const urls = new Map<string, string>()
    const placeOf = ({ functionName, location: { columnNumber = 0, lineNumber, scriptId } }: Frame): string =>
      `${functionName || "<anonymous>"} (${urls.get(scriptId) || "node"}:${lineNumber + 1}:${columnNumber + 1})`
    session.connectToMainThread()
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => urls.set(scriptId, url))
    session.on("Debugger.paused", ({ params: { callFrames } }) => {
      onStack(callFrames.slice(0, 20).map(placeOf))
      if (end === undefined) return session.post("Debugger.resume", {}, () => session.disconnect())
      session.post("Debugger.evaluateOnCallFrame", { callFrameId: callFrames[0]!.callFrameId, expression: end })
    })
    session.post("Debugger.enable")
    session.post("Debugger.pause")
  }
}

type Parts = typeof parts

interface Port {
  readonly on: (event: "message", listener: () => void) => void
  readonly postMessage: (message: string) => void
}

/** Watches the loop of the main thread: asks, and tells of what does not answer. */
export const watch = (require: Require, { callsIn, logTo, pause }: Parts): void => {
  const { parentPort, workerData } = require("node:worker_threads") as { parentPort: Port; workerData: WorkerData }
  const { setTimeout }: { readonly setTimeout: (f: () => void, millis: number) => void } = require("node:timers")
  const { performance: clock }: { readonly performance: { readonly now: () => number } } = require("node:perf_hooks")
  const { buffer, endAfter, exitCode, files, layout, warnAfter } = workerData
  const numbers = new Int32Array(buffer, 0, layout.lengths)
  const state = { answers: -1, askedAt: 0, isAsked: false, isTold: false }
  const log = (level: Line["level"], message: string, more: object = {}): void =>
    logTo(require, files)({
      level,
      message,
      blocked_ms: Math.round(clock.now() - state.askedAt),
      ...callsIn(workerData),
      ...more
    })
  const end = (): void => {
    log("Fatal", "the event loop stays blocked: the process ends", { exit_code: exitCode })
    pause(require, `process.reallyExit(${exitCode})`, () => undefined)
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 2_000) // some native code cannot be paused
  }
  const telling = (askedAt: number) => (stack?: ReadonlyArray<string>): void => {
    if (state.isTold || state.askedAt !== askedAt) return // it is told, or over
    state.isTold = true
    log("Warn", "the event loop is blocked", stack === undefined ? {} : { stack })
  }
  const look = (): void => {
    const answers = Atomics.load(numbers, layout.answers)
    if (answers !== state.answers || Atomics.load(numbers, layout.debugged) === 1) {
      if (state.isTold && answers !== state.answers) log("Warn", "the event loop runs again")
      Object.assign(state, { answers, askedAt: clock.now(), isAsked: false, isTold: false })
      parentPort.postMessage("are you there?")
      return setTimeout(look, warnAfter)
    }
    const left = endAfter - (clock.now() - state.askedAt)
    if (endAfter > 0 && left <= 0) return end()
    if (!state.isAsked) {
      state.isAsked = true
      const tell = telling(state.askedAt)
      pause(require, undefined, tell)
      setTimeout(tell, 2_000) // what cannot be paused has no stack
    }
    setTimeout(look, endAfter > 0 ? Math.max(10, Math.min(warnAfter, left)) : warnAfter)
  }
  look()
}

/**
 * Drives an MCP server over stdio by hand: writes bytes, reads frames, and keeps every byte that came.
 *
 * It knows no SDK, so that it sees what really goes over the wire. A `StdioServer` is one child process with one pipe each
 * for stdin, stdout and stderr. {@link StdioServer.stop} ends it and throws if stdout carried anything but JSON-RPC
 * frames, if a response came twice or to a question nobody asked, or if stderr carried anything but JSON lines.
 *
 * **Details**
 *
 * Every wait is bounded and rejects with what was waited for and the last lines of stderr. Only the child that was
 * started here is ever signalled, by its handle; children that a failing test left are killed when this process ends.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { EventEmitter } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { observe } from "./observed.ts"
import { soon } from "./Wait.ts"

/** Servers keep what they compile out of the home of whoever runs the tests. */
const compiled = join(tmpdir(), "errata-test-compiled")

/** How to start a server. The environment is `PATH`, a folder for compiled code, and what is given here, nothing else. */
export interface Options {
  /** The script to run. */
  readonly entry: URL
  readonly args?: ReadonlyArray<string> | undefined
  readonly env?: { readonly [name: string]: string } | undefined
  readonly cwd?: string | undefined
}

/** The id of a request. */
export type Id = string | number

/** A message of JSON-RPC. */
interface Frame {
  readonly jsonrpc: "2.0"
  readonly id?: Id | null
  readonly method?: string
  readonly params?: { readonly [name: string]: unknown }
  readonly result?: { readonly [name: string]: unknown }
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** A line of the log. */
export interface LogLine {
  readonly timestamp: string
  readonly level: string
  readonly message: string
  readonly [name: string]: unknown
}

/** How a process ended. */
interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A server that runs, or ran. */
export interface StdioServer {
  readonly pid: number
  /** All frames that came, in order. */
  readonly frames: ReadonlyArray<Frame>
  /** All lines of stderr that are JSON, in order. */
  readonly log: ReadonlyArray<LogLine>
  /** What was on stdout and was no frame, and on stderr and was no JSON object. */
  readonly impurities: () => ReadonlyArray<string>
  /** Writes bytes as they are. */
  readonly write: (bytes: string | Uint8Array) => void
  /** Sends one message, or anything else that JSON can carry. */
  readonly send: (message: object) => void
  /** Returns the id of a request that will be written by hand. */
  readonly announce: () => Id
  /** Sends a request without waiting; returns its id. */
  readonly ask: (method: string, params?: object, id?: Id) => Id
  /** Waits for the response to a request. */
  readonly response: (id: Id, within?: number) => Promise<Frame>
  /** Sends a request and waits for its response. */
  readonly request: (method: string, params?: object, within?: number) => Promise<Frame>
  /** Calls a tool and returns its result; a JSON-RPC error rejects. */
  readonly call: (tool: string, args?: unknown, meta?: object, within?: number) => Promise<CallToolResult>
  /** Waits until something is true of what came. Looks again whenever something comes. */
  readonly wait: <A>(what: string, look: () => A | undefined | false, within?: number) => Promise<A>
  /** Waits for a line of the log. */
  readonly logLine: (what: string, is: (line: LogLine) => boolean, within?: number) => Promise<LogLine>
  /** Closes the server's stdin. */
  readonly endInput: () => void
  /** Closes the reading end of the server's stdout, as a client does that dies. */
  readonly closeOutput: () => void
  /** Stops reading the server's stdout, as a client does that hangs. */
  readonly pauseOutput: () => void
  readonly resumeOutput: () => void
  /** Closes the reading end of the server's stderr. */
  readonly closeLog: () => void
  readonly signal: (signal: NodeJS.Signals) => void
  /** Waits until the process is gone and all it wrote is here. */
  readonly exit: (within?: number) => Promise<Exit>
  /** Waits until the process is gone, whether all it wrote is here or not. */
  readonly exitCode: (within?: number) => Promise<Exit>
  /**
   * Ends the server as a client does, and throws if it wrote what it may not, or does not end `within` milliseconds. Can be
   * given to a hook as it is: anything but a number counts as none.
   */
  readonly stop: (within?: unknown) => Promise<void>
}

/** The result of a tool, as far as tests look into it. */
export interface CallToolResult {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string; readonly [key: string]: unknown }>
  readonly structuredContent?: { readonly [key: string]: unknown }
  readonly isError?: boolean
  readonly _meta?: { readonly [key: string]: unknown }
}

const running = new Set<ChildProcessWithoutNullStreams>()
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")))

/** Starts a server and shakes hands with it. */
export const start = async (options: Options): Promise<StdioServer> => {
  const server = spawnServer(options)
  try {
    await server.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "wire test", version: "1.0.0" }
    })
    server.send({ jsonrpc: "2.0", method: "notifications/initialized" })
    return server
  } catch (error) {
    server.signal("SIGKILL")
    throw error
  }
}

/** Starts a server without saying anything to it. */
export const spawnServer = (options: Options): StdioServer => {
  const child = spawn(process.execPath, [fileURLToPath(options.entry), ...options.args ?? []], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: compiled, ...options.env },
    stdio: ["pipe", "pipe", "pipe"]
  })
  running.add(child)
  child.stdin.on("error", () => undefined) // the server may be gone: whoever waits for it is told so

  const changed = new EventEmitter().setMaxListeners(0)
  const frames: Array<Frame> = []
  const log: Array<LogLine> = []
  const responses = new Map<Id, Frame>()
  const asked = new Set<Id>()
  const impurities: Array<string> = []
  let isOutputOurs = true
  let ended: Exit | undefined
  let nextId = 1

  const onFrame = (text: string): void => {
    const frame = parse(text)
    if (!isFrame(frame)) return void impurities.push(`stdout: ${text}`)
    frames.push(frame)
    if (frame.method !== undefined || frame.id === undefined || frame.id === null) return
    if (!asked.has(frame.id)) impurities.push(`stdout: an answer to a question nobody asked: ${text}`)
    else if (responses.has(frame.id)) impurities.push(`stdout: a second answer: ${text}`)
    responses.set(frame.id, frame)
  }
  const onLogLine = (text: string): void => {
    const line = parse(text)
    if (isLogLine(line)) log.push(line)
    else impurities.push(`stderr: ${text}`)
  }
  const output = lines(onFrame)
  const errors = lines(onLogLine)
  child.stdout.on("data", (chunk: Buffer) => {
    output.take(chunk)
    changed.emit("change")
  })
  child.stderr.on("data", (chunk: Buffer) => {
    errors.take(chunk)
    changed.emit("change")
  })
  child.once("error", (error) => impurities.push(`the server cannot be started: ${error.message}`))
  let gone: Exit | undefined
  child.once("exit", (code, signal) => {
    gone = { code, signal }
    changed.emit("change")
  })
  child.once("close", (code, signal) => {
    running.delete(child)
    ended = { code, signal }
    changed.emit("change")
  })

  const situation = (): string => {
    const last = log.slice(-3).map((line) => JSON.stringify(line).slice(0, 500))
    const state = ended === undefined ? "it runs" : `it ended with ${ended.signal ?? ended.code}`
    return [`${state}; ${frames.length} frames came; last log lines:`, ...last, ...impurities.slice(0, 5)].join("\n  ")
  }

  const wait = <A>(what: string, look: () => A | undefined | false, within: number = soon): Promise<A> =>
    new Promise((resolve, reject) => {
      const give = (run: () => void): void => {
        clearTimeout(timer)
        changed.off("change", check)
        run()
      }
      const check = (): void => {
        const seen = look()
        if (seen !== undefined && seen !== false) give(() => resolve(seen))
        else if (ended !== undefined) {
          give(() => reject(new Error(`The server ended before ${what} came: ${situation()}`)))
        }
      }
      const timer = setTimeout(
        () => give(() => reject(new Error(`Waited ${within} ms in vain for ${what}: ${situation()}`))),
        within
      )
      changed.on("change", check)
      check()
    })

  const announce = (id: Id = nextId++): Id => {
    asked.add(id)
    return id
  }
  const ask: StdioServer["ask"] = (method, params, given) => {
    const id = announce(given)
    server.send({ jsonrpc: "2.0", id, method, ...params === undefined ? {} : { params } })
    return id
  }

  const server: StdioServer = {
    pid: child.pid ?? -1,
    frames,
    log,
    impurities: () => impurities,
    write: (bytes) => void child.stdin.write(bytes),
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    announce: () => announce(),
    ask,
    response: (id, within) => wait(`the response to request ${id}`, () => responses.get(id), within),
    request: (method, params, within) => server.response(ask(method, params), within),
    call: async (name, args, meta, within) => {
      const { error, result } = await server.request("tools/call", toolCall(name, args, meta), within)
      if (result === undefined) throw new Error(`${name} answered with a protocol error: ${JSON.stringify(error)}`)
      observe(name, result as never)
      return result as unknown as CallToolResult
    },
    wait,
    logLine: (what, is, within) => wait(`a log line: ${what}`, () => log.find(is), within),
    endInput: () => void child.stdin.end(),
    closeOutput: () => {
      isOutputOurs = false
      child.stdout.destroy()
    },
    pauseOutput: () => void child.stdout.pause(),
    resumeOutput: () => void child.stdout.resume(),
    closeLog: () => void child.stderr.destroy(),
    signal: (signal) => void child.kill(signal),
    exit: (within) => wait("the end of the process", () => ended, within),
    exitCode: (within) => wait("the end of the process", () => gone, within),
    stop: async (within) => {
      child.stdin.end()
      await server.exit(typeof within === "number" ? within : soon).catch((error: unknown) => {
        child.kill("SIGKILL")
        throw error
      })
      const isWhole = isOutputOurs && ended?.signal !== "SIGKILL"
      const rest = [output.rest(), errors.rest()].filter((text) => isWhole && text !== "")
      const wrong = [...impurities, ...rest.map((text) => `an unfinished line: ${text}`)]
      if (wrong.length > 0) throw new Error(`The server wrote what it may not:\n${wrong.join("\n")}`)
    }
  }
  return server
}

/** The params of a `tools/call`. */
export const toolCall = (name: string, args?: unknown, meta?: object): object => ({
  name,
  ...args === undefined ? {} : { arguments: args },
  ...meta === undefined ? {} : { _meta: meta }
})

/** Cuts bytes into lines; a character may be split between chunks. */
const lines = (onLine: (line: string) => void) => {
  let rest: Buffer = Buffer.alloc(0)
  return {
    take: (chunk: Buffer): void => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        onLine(rest.toString("utf8", 0, end))
        rest = rest.subarray(end + 1)
      }
    },
    rest: (): string => rest.toString("utf8")
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isFrame = (value: unknown): value is Frame => {
  if (!isObject(value) || value["jsonrpc"] !== "2.0") return false
  const members = ["method", "result", "error"].filter((name) => name in value)
  return members.length === 1 && (members[0] === "method" || "id" in value)
}

const isLogLine = (value: unknown): value is LogLine =>
  isObject(value) && ["timestamp", "level", "message"].every((name) => typeof value[name] === "string")

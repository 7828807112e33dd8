/**
 * Serves tools over stdio with the official SDK 1.x: frames and nothing else on stdout, JSON lines on stderr.
 *
 * **Details**
 *
 * | exit code | why |
 * |---|---|
 * | 0 | the client closed stdin or went away, or the process was asked to end (SIGTERM, SIGINT, SIGHUP) |
 * | 78 | the server cannot start: its configuration or a resource it needs (one line on stderr says which) |
 *
 * A client that closes stdin still gets the answers to calls that take less than a second; the others are interrupted, as
 * all are when the client is gone or a signal comes. The process ends when their finalizers have run. What a tool leaves
 * behind (a rejected promise, a throwing timer) is logged and ends nothing. Nor does a line of more than {@link maxLine}
 * bytes: it is left out, logged, and answered if it is a request whose id can be read; so is a request that is none, such as
 * one whose params are a number.
 */
import type * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as Log from "@errata/mcp-adapter/Log"
import { register } from "@errata/mcp-adapter/sdk"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { Readable, Writable } from "node:stream"
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises"
import { limitLines } from "./lines.ts"
import { exitCodeOfConfiguration, logLine, survive } from "./survive.ts"

/** Says how long a message may be, in bytes. */
export const maxLine = 10 * 1024 * 1024

/** How long calls may go on when the client says no more. The official client waits 2 s before it sends SIGTERM. */
const drain = 1_000

/** Says how long the process waits for finalizers: longer than the adapter does, so that it is only a last resort. */
const grace = 5_000

/** Serves until the client goes away. */
export const serve = async <R, E>(options: {
  readonly name: string
  readonly tools: ReadonlyArray<Tool.Handled<R>>
  readonly layer: Layer.Layer<R, E>
  /** Holds what masks secrets in replies and in the log. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
}): Promise<void> => {
  const stdout = keepStdoutForFrames()
  survive(write, options.redactor)
  const runtime = ManagedRuntime.make(
    Layer.provideMerge(
      options.layer,
      Log.layer({ write, redactor: options.redactor })
    )
  )
  try {
    await runtime.context()
  } catch (failure) {
    cannotStart(options.name, failure)
  }
  const server = new McpServer({ name: options.name, version: "0.1.0" })
  const calls = new Set<Promise<unknown>>()
  for (const tool of register(server, options.tools, { runtime, redactor: options.redactor })) {
    follow(tool, calls)
  }
  const answered = async (): Promise<void> => {
    await turn()
    await Promise.allSettled(calls)
    await turn() // the SDK sends what a call returned a little later
  }

  const ended = Promise.withResolvers<void>()
  const end = (): void => ended.resolve()
  const endSoon = (): void => void Promise.race([answered(), sleep(drain)]).then(end)
  const lines = linesOf(process.stdin, stdout)
  lines.once("end", endSoon)
  process.stdin.once("error", end)
  process.stdout.on("error", end)
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, end)
  server.server.onclose = end
  server.server.onerror = (error) => log("Warn", "a message could not be read", error.name)
  await server.connect(new StdioServerTransport(lines, stdout, { maxBufferSize: 2 * maxLine }))

  await ended.promise
  await server.close()
  await Promise.race([answered(), sleep(grace)])
  await runtime.dispose()
  process.exit(0)
}

/** Says on one line why the server cannot start, and ends. */
export const cannotStart = (name: string, failure: unknown): never => {
  const reason = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure)
  log("Fatal", `${name} cannot start`, reason)
  process.exit(exitCodeOfConfiguration)
}

/** Keeps the calls of a tool that are not answered yet. */
const follow = (tool: { handler: unknown }, calls: Set<Promise<unknown>>): void => {
  const handler = tool.handler as (...args: ReadonlyArray<unknown>) => unknown
  tool.handler = (...args: ReadonlyArray<unknown>) => {
    const call = Promise.resolve(handler(...args)).finally(() => calls.delete(call))
    calls.add(call)
    return call
  }
}

const stderr = process.stderr.write.bind(process.stderr)

/** Returns the way to stdout. What else prints, in our code, a library's or a worker's, becomes lines of the log. */
const keepStdoutForFrames = (): Writable => {
  const { stdout } = process
  const frames = { write: stdout.write.bind(stdout), once: stdout.once.bind(stdout) }
  stdout.write = printed("Info")
  process.stderr.write = printed("Warn")
  return frames as unknown as Writable // the transport needs no more of it
}

const printed = (level: string): typeof process.stdout.write => (chunk, encoding, done?: () => void) => {
  const text = (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()).replace(/\n$/, "")
  if (isLogLine(text)) stderr(`${text}\n`)
  else if (text !== "") log(level, text)
  const callback = typeof encoding === "function" ? encoding : done
  callback?.()
  return true
}

/** A logger that does not know the way around writes lines that need no wrapping. */
const isLogLine = (text: string): boolean => {
  if (!text.startsWith("{\"timestamp\":")) return false
  try {
    return typeof JSON.parse(text) === "object"
  } catch {
    return false
  }
}

/** Some readers of lines, Node's own among them, take these for the end of one; JSON has them in strings only. */
const lineEnds = /[\u0085\u2028\u2029]/g

const escaped = (end: string): string => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`

const write = (line: string): void => void stderr(`${line.replace(lineEnds, escaped)}\n`)

const log = (level: string, message: string, reason?: string): void =>
  logLine(write, { level, message, ...reason === undefined ? {} : { reason } })

/** Returns the lines of stdin that are not too long. */
const linesOf = (stdin: Readable, stdout: Writable): Readable =>
  stdin.pipe(limitLines({
    maxBytes: maxLine,
    onTooLong: () => log("Warn", "a message is too long and is left out", `it has more than ${maxLine} bytes`),
    onLeftOut: ({ id }) => {
      if (id !== undefined) refuse(stdout, id, `A message may have at most ${maxLine} bytes`)
    },
    onInvalid: ({ id, why }) => {
      log("Warn", "a message could not be read", why)
      refuse(stdout, id, `Invalid request: ${why}`)
    }
  }))

const refuse = (stdout: Writable, id: string | number, message: string): void =>
  void stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32600, message } })}\n`)

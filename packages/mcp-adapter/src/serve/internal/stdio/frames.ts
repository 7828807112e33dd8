import builtin from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import type { Writable } from "node:stream"
import type { LogLine } from "../log.ts"

/** Says who hears of what is printed. */
export interface FramesOptions {
  readonly log: LogLine
  /** Takes a line of the log that is one already. */
  readonly write: (line: string) => void
}

/** Holds the only way that is left to stdout. */
export interface Frames {
  readonly stream: Writable
  readonly write: Writable["write"]
  /** Settles when the lines of the log have left the process. */
  readonly logged: () => Promise<void>
  /** Takes a line that was printed, and should not have been. */
  readonly printed: (level: "Info" | "Warn", text: string) => void
}

type Write = typeof process.stdout.write

const stdoutFd = 1

/**
 * Keeps stdout for frames. What else prints, in the server's code, a library's, a worker's or a child's, becomes lines of the log.
 */
export const keepStdoutForFrames = ({ log, write }: FramesOptions): Frames => {
  const { stderr, stdout } = process
  const writeError = stderr.write.bind(stderr)
  const frames: Frames = {
    stream: stdout,
    write: stdout.write.bind(stdout),
    logged: () => new Promise((resolve) => writeError("", () => resolve())),
    printed: (level, text) => {
      const line = text.replace(/\r?\n$/, "")
      if (isLogLine(line)) write(line)
      else if (line !== "") log({ level, message: line })
    }
  }
  const printed = (text: string): void => frames.printed("Info", text)
  stdout.write = writing(printed)
  stdout.end = ((chunk?: unknown, ...rest: ReadonlyArray<unknown>) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) stdout.write(chunk)
    for (const callback of [chunk, ...rest]) if (typeof callback === "function") callback()
    return stdout
  }) as typeof stdout.end
  stderr.write = writing((text) => frames.printed("Warn", text))
  keepDescriptor(printed)
  return frames
}

const writing = (printed: (text: string) => void): Write => (chunk, encoding, done?: () => void) => {
  printed(textOf(chunk, typeof encoding === "string" ? encoding : undefined))
  const callback = typeof encoding === "function" ? encoding : done
  callback?.()
  return true
}

const textOf = (chunk: unknown, encoding?: BufferEncoding): string => {
  if (typeof chunk === "string") return encoding === undefined ? chunk : Buffer.from(chunk, encoding).toString()
  return ArrayBuffer.isView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString() : ""
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

type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

/** Some loggers write to the descriptor 1 itself, without the stream. */
const keepDescriptor = (printed: (text: string) => void): void => {
  const fs = builtin as unknown as { [name: string]: AnyFunction }
  const instead = (name: string, answer: (args: ReadonlyArray<unknown>, bytes: number) => unknown): void => {
    const original = fs[name]!
    const replaced: AnyFunction = (...args) => {
      if (args[0] !== stdoutFd) return original(...args)
      const text = printedBy(args)
      printed(text)
      return answer(args, Buffer.byteLength(text))
    }
    fs[name] = Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original)) // what `promisify` reads
  }
  const callBack = (args: ReadonlyArray<unknown>, bytes: number): void => {
    const callback = args.at(-1)
    if (typeof callback === "function") process.nextTick(callback as () => void, null, bytes, args[1])
  }
  instead("writeSync", (_, bytes) => bytes)
  instead("writevSync", (_, bytes) => bytes)
  instead("write", callBack)
  instead("writev", callBack)
  syncBuiltinESMExports()
}

/** Returns the text that a call of `fs.write` or one of its kin would have written. */
const printedBy = ([, chunk, offset, length]: ReadonlyArray<unknown>): string => {
  if (Array.isArray(chunk)) return chunk.map((part) => textOf(part)).join("")
  if (typeof chunk === "string" || !ArrayBuffer.isView(chunk)) return textOf(chunk)
  const given: { readonly offset?: number; readonly length?: number } = typeof offset === "object" && offset !== null
    ? offset
    : { ...typeof offset === "number" ? { offset } : {}, ...typeof length === "number" ? { length } : {} }
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const from = given.offset ?? 0
  return bytes.toString("utf8", from, given.length === undefined ? undefined : from + given.length)
}

import builtin, { ChildProcess } from "node:child_process"
import { syncBuiltinESMExports } from "node:module"
import type { Readable } from "node:stream"
import { cutLines } from "./lines.ts"

interface SpawnOptions {
  readonly stdio?: unknown
  readonly detached?: unknown
}

/** Describes a child as far as its output concerns us. */
interface Child {
  stdout: Readable | null
  stderr: Readable | null
  readonly stdio: Array<Readable | null> | undefined
}

type Spawn = (this: Child, options: SpawnOptions) => unknown
type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

/** Takes a line that a child printed. */
export type Printed = (level: "Info" | "Warn", line: string) => void

/** The functions of `node:child_process` that wait for their child. */
const synchronous = ["spawnSync", "execSync", "execFileSync"] as const

/**
 * Keeps children away from the pipe to the client: one that would inherit stdin gets none, and what one prints that would inherit
 * stdout goes to the log; to stderr as it is, if the server waits for it, or if it may outlive the server.
 */
export const keepChildrenOff = (printed: Printed): void => {
  const prototype = ChildProcess.prototype as unknown as { spawn: Spawn }
  const { spawn } = prototype
  prototype.spawn = function(options) {
    const ways = waysOf(options.stdio)
    if (ways === undefined) return spawn.call(this, options)
    const inherited = outputs.filter(({ fd }) => options.detached !== true && isInherited(ways[fd], fd))
    const stdio = ways.map((way, fd) => inherited.some((output) => output.fd === fd) ? "pipe" : withoutPipe(way, fd))
    const result = spawn.call(this, { ...options, stdio })
    for (const { fd, level, name } of inherited) {
      const stream = this[name]
      stream?.on("data", cutLines({ maxBytes: longest, onLine: (line) => printed(level, line), ...ignoring }))
      stream?.on("error", ignoring.onTooLong)
      this[name] = null // as it is for a child that inherits
      if (this.stdio !== undefined) this.stdio[fd] = null
    }
    return result
  }
  const module = builtin as unknown as { [name: string]: AnyFunction }
  for (const name of synchronous) {
    const original = module[name]!
    module[name] = (...args) => original(...args.map((arg) => isOptions(arg) ? withoutPipes(arg) : arg))
  }
  syncBuiltinESMExports()
}

const outputs = [{ fd: 1, name: "stdout", level: "Info" }, { fd: 2, name: "stderr", level: "Warn" }] as const

/** The longest line that is told. */
const longest = 65_536

const ignoring = { onTooLong: (): void => undefined, onLeftOut: (): void => undefined }

const isOptions = (arg: unknown): arg is SpawnOptions =>
  typeof arg === "object" && arg !== null && !Array.isArray(arg) && "stdio" in arg

const withoutPipes = (options: SpawnOptions): SpawnOptions => {
  const ways = waysOf(options.stdio)
  return ways === undefined ? options : { ...options, stdio: ways.map(withoutPipe) }
}

/** Returns what a child does with each descriptor; `undefined` where that is the same for all, and inherits nothing. */
const waysOf = (stdio: unknown): ReadonlyArray<unknown> | undefined =>
  stdio === "inherit" ? ["inherit", "inherit", "inherit"] : Array.isArray(stdio) ? stdio : undefined

const withoutPipe = (way: unknown, fd: number): unknown =>
  isOf(way, 0) || (way === "inherit" && fd === 0)
    ? "ignore"
    : isOf(way, 1) || (way === "inherit" && fd === 1)
    ? 2
    : way

/** Tests whether a child prints to our stdout or stderr. */
const isInherited = (way: unknown, fd: number): boolean =>
  way === "inherit" || isOf(way, 1) || (fd === 2 && isOf(way, 2))

/** Tests whether a way is a descriptor, or the stream of one. */
const isOf = (way: unknown, fd: 0 | 1 | 2): boolean =>
  way === fd || (typeof way === "object" && way !== null && (way as { readonly fd?: unknown }).fd === fd)

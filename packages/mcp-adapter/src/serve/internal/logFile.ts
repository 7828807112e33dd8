import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, type Stats, statSync, writeSync } from "node:fs"
import { devNull } from "node:os"
import { dirname, resolve } from "node:path"
import type { LogLine, Write } from "./log.ts"
import { reasonOf } from "./log.ts"

/** Says where the log is kept in a file, beside stderr: hosts on a desk show no stderr. */
export interface LogFile {
  /** The path of the file. Its folder is made. */
  readonly path: string
  /** The most bytes of the file; then it is renamed, and another begins. Default 10 MiB. */
  readonly maxBytes?: number | undefined
  /** The time after which another file begins. Default 1 day. */
  readonly maxAge?: Duration.Input | undefined
  /** The most files that are kept besides the one that is written: `path.1` is the youngest. Default 5. */
  readonly keep?: number | undefined
}

/** Holds a file that is open. */
interface Open {
  readonly fd: number
  readonly since: number
  bytes: number
  /** Is true for a file that may be renamed: not for a device or a pipe, which others use. */
  readonly isOurs: boolean
  /** Is true after a line that could be written in part only. */
  isCut: boolean
}

/** Throws for a file that cannot be opened. Later a line that cannot be written is left out, which is told once, on stderr. */
export const openLogFile = (file: LogFile, log: LogLine): Write => {
  const path = resolve(file.path)
  const { keep = 5, maxBytes = 10 * 1024 * 1024 } = file
  const maxAge = Duration.toMillis(Duration.fromInputUnsafe(file.maxAge ?? "1 day"))
  mkdirSync(dirname(path), { recursive: true })
  let open: Open | undefined = openAt(path)
  let lost = 0

  const renew = (): Open => {
    if (open !== undefined) close(open, path, keep)
    open = undefined // whatever fails now, this one is closed
    return openAt(path)
  }
  const append = (line: string): void => {
    const bytes = Buffer.from(`${line}\n`)
    const isFull = open === undefined ||
      open.isOurs && (open.bytes > 0 && (open.bytes + bytes.length > maxBytes || now() - open.since >= maxAge))
    const file = open === undefined || isFull ? open = renew() : open
    writeAll(file, file.isCut ? Buffer.concat([Buffer.from("\n"), bytes]) : bytes)
  }
  return (line) => {
    try {
      append(line)
      if (lost > 0) log({ level: "Warn", message: "the log file is written again", lost })
      lost = 0
    } catch (failure) {
      if (lost++ === 0) log({ level: "Error", message: "the log file cannot be written", reason: reasonOf(failure) })
    }
  }
}

const writeAll = (open: Open, bytes: Buffer): void => {
  for (let written = 0; written < bytes.length;) {
    const count = writeSync(open.fd, bytes, written)
    written += count
    open.bytes += count
    open.isCut = written < bytes.length
  }
}

const now = (): number => Effect.runSync(Clock.currentTimeMillis)

/** Only its owner reads a log. */
const openAt = (path: string): Open => {
  const fd = openSync(path, "a", 0o600)
  const stats = fstatSync(fd)
  if (isStdout(stats)) {
    closeSync(fd)
    throw new TypeError(`The log file ${path} is stdout, which carries the messages of the protocol: name another`)
  }
  const { birthtimeMs, size } = stats
  return { fd, bytes: size, isOurs: stats.isFile(), isCut: false, since: size === 0 ? now() : birthtimeMs }
}

/** Log lines between the frames would break the client's connection. Where frames go to no reader, nothing is broken. */
const isStdout = ({ dev, ino, rdev }: Stats): boolean => {
  const stdout = fstatSync(1)
  return stdout.dev === dev && stdout.ino === ino && stdout.rdev === rdev && rdev !== nullDevice
}

const nullDevice = statSync(devNull, { throwIfNoEntry: false })?.rdev

/** Closes a file and moves it away, unless another process that writes to it did. */
const close = ({ fd }: Open, path: string, keep: number): void => {
  const { ino } = fstatSync(fd)
  closeSync(fd)
  if (statSync(path, { throwIfNoEntry: false })?.ino !== ino) return
  if (keep < 1) return rmSync(path, { force: true })
  rmSync(`${path}.${keep}`, { force: true })
  for (let age = keep - 1; age >= 1; age--) moveIfThere(`${path}.${age}`, `${path}.${age + 1}`)
  moveIfThere(path, `${path}.1`)
}

const moveIfThere = (from: string, to: string): void => {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to)
}

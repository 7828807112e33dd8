import * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import { read } from "../../fold/internal/readProperty.ts"

/** Describes what failed. */
export interface Failed {
  /** The declared error of the reply, if it is one. */
  readonly told: ToolError.Any | undefined
  /** All that went wrong. */
  readonly cause: Cause.Cause<unknown> | undefined
  /** The type that the reply tells. */
  readonly outcome: string
}

/** Names what failed. Several ask for it, and reading a stack takes longest of all: it is read once, and only if asked for. */
export class FailureName {
  readonly #tool: string
  readonly #failed: Failed
  #fingerprint: string | undefined

  constructor(tool: string, failed: Failed) {
    this.#tool = tool
    this.#failed = failed
  }

  /** Names its class. */
  get error(): string {
    return classOf(this.#failed)
  }

  /**
   * Groups what is the same bug, in 12 hexadecimal characters: the class of what failed, the tool, and the place, which is the first
   * frame of the server's own code, by file and function. Neither messages nor line numbers count: they differ from one
   * occurrence, or release, to the next.
   */
  get fingerprint(): string {
    return this.#fingerprint ??= hash(`${this.#tool}\n${this.error}\n${placeOf(failureIn(this.#failed))}`)
  }
}

/** Names the class of what failed: the tag of a declared error, the name of another, the type where there is no error. */
export const classOf = (failed: Failed): string => {
  const failure = failureIn(failed)
  return failure === undefined ? failed.outcome : nameOf(failure)
}

/** Returns what failed: the declared error, else the first defect, else whatever else went wrong. */
const failureIn = ({ cause, told }: Failed): unknown => {
  if (told !== undefined) return told
  const reasons = cause?.reasons ?? []
  const reason = reasons.find(({ _tag }) => _tag === "Die") ?? reasons.find(({ _tag }) => _tag === "Fail")
  return reason === undefined || reason._tag === "Interrupt"
    ? undefined
    : reason._tag === "Die"
    ? reason.defect
    : reason.error
}

const nameOf = (failure: unknown): string => {
  if (typeof failure !== "object" || failure === null) return typeof failure
  const tag = read(failure, "_tag")
  if (typeof tag === "string" && tag !== "") return tag
  const name = read(failure, "name")
  if (typeof name === "string" && name !== "" && name !== "Error") return name
  const made = read(read(failure, "constructor"), "name")
  return typeof made === "string" && made !== "" ? made : "Error"
}

/** Returns where it failed. Of a declared error that is where its cause did: it has a stack itself only while debugging. */
const placeOf = (failure: unknown): string => {
  const frames = framesOf(ToolError.is(failure) ? read(failure, "cause") : failure)
  let other: Frame | undefined
  for (let at = 0, end = 0; end >= 0; at = end + 1) {
    end = frames.indexOf("\n", at)
    const frame = frameOf(frames.slice(at, end < 0 ? frames.length : end).trim())
    if (frame === undefined) continue
    if (isOwn(frame.file)) return placeIn(frame)
    if (other === undefined && !frame.file.startsWith("node:")) other = frame
  }
  return other === undefined ? "" : placeIn(other)
}

const placeIn = ({ file, name }: Frame): string => `${tail(file)} ${name}`

interface Frame {
  readonly name: string
  readonly file: string
}

/** Bounds how much of a stack is read. */
const mostCharacters = 20_000

/** Returns the lines of an error's stack. A message may hold lines that look like frames: they are skipped with it. */
const framesOf = (error: unknown): string => {
  const stack = read(error, "stack")
  if (typeof stack !== "string") return ""
  const message = read(error, "message")
  const at = typeof message === "string" && message !== "" ? stack.slice(0, message.length + 300).indexOf(message) : -1
  const begin = at < 0 ? 0 : at + String(message).length
  return stack.slice(begin, begin + mostCharacters)
}

const frameOf = (line: string): Frame | undefined => {
  if (!line.startsWith("at ") || line.length > 1_500) return undefined
  const called = line.endsWith(")") ? line.indexOf(" (") : -1
  const file = plainPath(called < 0 ? line.slice("at ".length) : line.slice(called + 2, -1))
  if (!file.includes("/")) return undefined // `<anonymous>`, `native`
  return { name: called < 0 ? "" : without("async ", line.slice("at ".length, called)), file }
}

const without = (start: string, text: string): string => text.startsWith(start) ? text.slice(start.length) : text

const plainPath = (place: string): string =>
  without("file://", without("async ", place).replace(/(?::\d{1,9}){1,2}$/, "")).replaceAll("\\", "/")

const packages = /^(.*\/)mcp-adapter\/(?:src|dist)\/call\/internal\/[^/]+$/.exec(plainPath(String(import.meta.url)))
  ?.[1]

/**
 * Begins the paths of our packages where they are not installed, but stand beside the server's code. A module in a bundle may have no
 * address.
 */
const ours = packages === undefined ? [] : [`${packages}core/`, `${packages}mcp-adapter/`]

const isOwn = (file: string): boolean =>
  !file.startsWith("node:") && !file.includes("/node_modules/") && !ours.some((start) => file.startsWith(start))

/** Returns the end of a path: machines differ in where they keep a server. */
const tail = (file: string): string => {
  const packaged = file.lastIndexOf("/node_modules/")
  if (packaged >= 0) return file.slice(packaged + "/node_modules/".length)
  const last = file.lastIndexOf("/")
  return last <= 0 ? file : file.slice(file.lastIndexOf("/", last - 1) + 1)
}

/** Hashes a text to 48 bits: enough to tell the bugs of a server apart, and no secret. */
export const hash = (text: string): string => {
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit ^ (a >>> 15), 0x85ebca6b)
  }
  return hex(a) + hex(b)
}

/** Writes 24 bits: a number that needs 32 takes nine times as long. */
const hex = (n: number): string => (n & 0xff_ffff).toString(16).padStart(6, "0")

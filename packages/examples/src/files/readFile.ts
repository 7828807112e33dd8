/**
 * Reads the text of a file, whole or in parts.
 */
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { isUtf8 } from "node:buffer"
import type { OpenFile } from "../shared/folder/SafeFolder.ts"
import { directed } from "./directions.ts"
import { BinaryFile, FileTooLarge, OffsetBeyondEnd } from "./errors.ts"
import { type ReadError, Root } from "./Root.ts"
import * as Tools from "./tools.ts"

type Arguments = typeof Tools.readFile.input.Type

/** Reads a text file of at most so many bytes. */
export const readText = Effect.fnUntraced(function*(path: string, maxBytes: number) {
  const file = yield* (yield* Root).open(path)
  if (file.size > maxBytes) return yield* new FileTooLarge({ path, size_bytes: file.size, max_bytes: maxBytes })
  return { text: yield* decode(path, yield* bytesOf(file)), size: file.size }
}, Effect.scoped)

const bytesOf = (file: OpenFile, from?: number, length?: number): Effect.Effect<Buffer, ReadError> =>
  Effect.map(Stream.runCollect(file.chunks(from, length)), (pieces) => Buffer.concat(pieces))

/** A mark of the byte order is left out where a file begins with it. */
const decode = (path: string, bytes: Uint8Array, ignoreBOM = false): Effect.Effect<string, BinaryFile> => {
  const reason = whyBinary(bytes)
  return reason === undefined
    ? Effect.succeed(new TextDecoder("utf-8", { ignoreBOM }).decode(bytes))
    : Effect.fail(new BinaryFile({ path, reason }))
}

const whyBinary = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return "it contains NUL characters"
  return isUtf8(bytes) ? undefined : "it is not valid UTF-8"
}

/** Handles `read_file`. */
export const readFile = (args: Arguments) =>
  read(args).pipe(
    directed((path) => Tool.step(Tools.readFile, { path }, { action: "Read a file in it" })),
    Effect.tapErrorTag("FileTooLarge", (error) => Effect.sync(() => suggestMore(error))),
    Effect.tapErrorTag(
      "BinaryFile",
      (error) => Effect.sync(() => ToolError.withGuidance(error, { steps: [lookAtIt(args.path)] }))
    )
  )

const read = Effect.fnUntraced(function*(args: Arguments) {
  return args.offset === undefined ? yield* readWhole(args) : yield* readPart(args, args.offset)
})

const readWhole = Effect.fnUntraced(function*({ max_bytes = Tools.defaultMaxBytes, path }: Arguments) {
  const { size, text } = yield* readText(path, max_bytes)
  const fitting = fit(text)
  if (fitting.length === text.length) return { path, text, size_bytes: size }
  return yield* new FileTooLarge({ path, size_bytes: size, max_bytes: Buffer.byteLength(fitting) })
})

const readPart = Effect.fnUntraced(
  function*({ max_bytes = Tools.defaultMaxBytes, path }: Arguments, offset: number) {
    const file = yield* (yield* Root).open(path)
    const size_bytes = file.size
    if (offset > size_bytes) return yield* new OffsetBeyondEnd({ path, offset, size_bytes })
    const bytes = yield* bytesOf(file, offset, max_bytes + longestCharacter)
    const isLast = offset + bytes.length === size_bytes
    const begin = offset === 0 ? 0 : startOfCharacter(bytes, 0)
    const end = bytes.length <= max_bytes && isLast
      ? bytes.length
      : lastCharacter(bytes, Math.max(max_bytes, begin + 1))
    const text = fit(yield* decode(path, bytes.subarray(begin, end), offset > 0))
    const next = text === ""
      ? offset + end
      : offset + begin + Buffer.byteLength(text) + (hasMark(bytes, offset) ? 3 : 0)
    return { path, text, size_bytes, ...next < size_bytes ? { next_offset: next } : {} }
  },
  Effect.scoped
)

/** Says how many bytes of UTF-8 a character has at most. */
const longestCharacter = 4

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Returns the index of the first character that begins at an index or behind it; a broken text has none that is near. */
const startOfCharacter = (bytes: Uint8Array, from: number): number => {
  let at = from
  while (at - from < longestCharacter && isContinuation(bytes[at])) at++
  return at
}

/** Returns the index where the last character ends that ends at an index or before; behind the first one, if none does. */
const lastCharacter = (bytes: Uint8Array, until: number): number => {
  let at = Math.min(until, bytes.length)
  while (at > 0 && until - at < longestCharacter && isContinuation(bytes[at])) at--
  return at > 0 ? at : startOfCharacter(bytes, 1)
}

const hasMark = (bytes: Uint8Array, offset: number): boolean =>
  offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

/** Returns as much of a text as fits into a reply, where some characters take six times their place. */
const fit = (text: string): string => {
  if (JSON.stringify(text).length <= Tools.longestText) return text
  let fits = 0
  for (let step = 2 ** Math.ceil(Math.log2(text.length)); step >= 1; step /= 2) {
    if (JSON.stringify(text.slice(0, fits + step)).length <= Tools.longestText) {
      fits = Math.min(fits + step, text.length)
    }
  }
  const last = text.charCodeAt(fits - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? fits - 1 : fits)
}

const lookAtIt = (path: string) =>
  Tool.step(Tools.processFiles, { file_paths: [path], operation: "analyze" }, { action: "Look at what it is" })

const suggestMore = (error: FileTooLarge): FileTooLarge => {
  const { max_bytes, path, size_bytes } = error
  if (size_bytes <= Tools.greatestMaxBytes && max_bytes < Tools.greatestMaxBytes) {
    return ToolError.withGuidance(error, {
      suggestion: `Call again with max_bytes ${size_bytes}`,
      steps: [Tool.step(Tools.readFile, { path, max_bytes: size_bytes }, { action: "Allow for its size" })]
    })
  }
  const part = Tool.step(Tools.readFile, { path, offset: 0, max_bytes: Tools.greatestMaxBytes }, {
    action: "Read its first part"
  })
  const firstRecords = Tool.step(
    Tools.processCsvFile,
    { file_path: path, operation: "transform", offset: 0, limit: 100 },
    { action: "Read its first records" }
  )
  return ToolError.withGuidance(error, {
    suggestion: `It does not fit into one reply: read it in parts, from offset 0, then from next_offset`,
    steps: /\.csv$/i.test(path) ? [part, firstRecords] : [part]
  })
}

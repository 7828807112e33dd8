/**
 * Does the same with many files.
 */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import type { NotAFile } from "../shared/folder/errors.ts"
import * as Utf8 from "./csv/Utf8.ts"
import { alternatives } from "./directions.ts"
import type { PathNotFound } from "./errors.ts"
import { type OpenFile, type ReadError, Root } from "./Root.ts"
import type * as Tools from "./tools.ts"

type Processed = typeof Tools.Processed.Type
type Operation = Processed["operation"]

/** Says how many errors of a call are told similar names: finding them takes time. */
const maxSimilar = 20

/** The handler of `process_files`. */
export const processFiles = Effect.fnUntraced(
  function*({ file_paths, operation }: { readonly file_paths: ReadonlyArray<string>; readonly operation: Operation }) {
    const root = yield* Root
    let misled = 0
    return yield* Batch.forEach(file_paths, (path) =>
      root.open(path).pipe(
        Effect.flatMap((file) => operations[operation](file, path)),
        Effect.scoped,
        Effect.tapErrorTag(
          ["PathNotFound", "NotAFile", "PermissionDenied"],
          (error) => ++misled > maxSimilar ? Effect.void : suggestSimilar(error)
        )
      ))
  }
)

const suggestSimilar = Effect.fnUntraced(function*(error: PathNotFound | NotAFile | Errors.PermissionDenied) {
  ToolError.withGuidance(error, { similarMatches: (yield* alternatives(error)).slice(0, 3) })
})

type Process = (file: OpenFile, path: string) => Effect.Effect<Processed, ReadError>

const analyze: Process = Effect.fnUntraced(function*({ chunks, size }) {
  const text = yield* readText(chunks())
  return text.isBinary()
    ? { operation: "analyze", kind: "binary", size_bytes: size }
    : { operation: "analyze", kind: "text", size_bytes: text.size(), lines: text.lines(), words: text.words() }
})

const checksum: Process = Effect.fnUntraced(function*({ chunks }) {
  const hash = createHash("sha256")
  let size = 0
  yield* Stream.runForEach(chunks(), (chunk) => {
    size += chunk.length
    hash.update(chunk)
    return Effect.void
  })
  return { operation: "checksum", algorithm: "sha256", checksum: hash.digest("hex"), size_bytes: size }
})

const countLines: Process = Effect.fnUntraced(function*({ chunks }, path) {
  const text = yield* readText(chunks())
  if (!text.isBinary()) return { operation: "count_lines", lines: text.lines(), size_bytes: text.size() }
  const error = new Errors.ProcessingError({ operation: `Counting the lines of ${path}`, reason: "it is no text" })
  return yield* ToolError.withGuidance(error, { suggestion: "Use operation checksum or analyze, which take any file" })
})

const operations: { readonly [O in Operation]: Process } = { analyze, checksum, count_lines: countLines }

/** Reads a file as long as it is text. */
const readText = (chunks: ReturnType<OpenFile["chunks"]>): Effect.Effect<Text, ReadError> => {
  const text = makeText()
  return Effect.as(Stream.runForEachWhile(chunks, (chunk) => Effect.sync(() => text.take(chunk))), text)
}

interface Text {
  /** Takes the next bytes and says whether it is still text. */
  readonly take: (bytes: Uint8Array) => boolean
  readonly isBinary: () => boolean
  readonly size: () => number
  /** The last line counts whether it is ended or not. */
  readonly lines: () => number
  readonly words: () => number
}

/** Counts the lines and words of a text while it comes. */
const makeText = (): Text => {
  const utf8 = Utf8.make()
  let isBroken = false
  let size = 0
  let lines = 0
  let words = 0
  let last = newline
  return {
    take: (bytes) => {
      isBroken ||= bytes.includes(0) || utf8.take(bytes).isBroken
      if (isBroken) return false
      size += bytes.length
      for (const byte of bytes) {
        if (byte === newline) lines++
        if (isSpace(last) && !isSpace(byte)) words++
        last = byte
      }
      return true
    },
    isBinary: () => isBroken || utf8.isUnfinished(),
    size: () => size,
    lines: () => last === newline ? lines : lines + 1,
    words: () => words
  }
}

const newline = 10

const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13)

/**
 * Reads the text of a file.
 */
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { isUtf8 } from "node:buffer"
import type { FileChanged, NotAFile } from "../shared/folder/errors.ts"
import { directed } from "./directions.ts"
import { BinaryFile, FileTooLarge } from "./errors.ts"
import { type LookupError, Root } from "./Root.ts"
import * as Tools from "./tools.ts"

/** Reads a text file of at most so many bytes. */
export const readText = Effect.fnUntraced(function*(path: string, maxBytes: number): Effect.fn.Return<
  { readonly text: string; readonly size: number },
  LookupError | NotAFile | FileChanged | FileTooLarge | BinaryFile,
  Root
> {
  const pieces: Array<Uint8Array> = []
  let size = 0
  yield* Effect.scoped(Effect.gen(function*() {
    const file = yield* (yield* Root).open(path)
    if (file.size > maxBytes) return yield* new FileTooLarge({ path, size_bytes: file.size, max_bytes: maxBytes })
    yield* Stream.runForEach(file.chunks(), (chunk) => {
      pieces.push(chunk)
      size += chunk.length // it may have grown since
      return size > maxBytes
        ? Effect.fail(new FileTooLarge({ path, size_bytes: size, max_bytes: maxBytes }))
        : Effect.void
    })
  }))
  const bytes = Buffer.concat(pieces)
  const reason = whyBinary(bytes)
  if (reason !== undefined) return yield* new BinaryFile({ path, reason })
  return { text: new TextDecoder().decode(bytes), size }
})

const whyBinary = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return "it contains NUL characters"
  return isUtf8(bytes) ? undefined : "it is not valid UTF-8"
}

/** The handler of `read_file`. */
export const readFile = ({ max_bytes = Tools.defaultMaxBytes, path }: typeof Tools.readFile.input.Type) =>
  readText(path, max_bytes).pipe(
    Effect.map(({ size, text }) => ({ path, text, size_bytes: size })),
    directed,
    Effect.tapErrorTag("FileTooLarge", (error) => Effect.sync(() => suggestMore(error))),
    Effect.tapErrorTag("BinaryFile", (error) =>
      Effect.sync(() =>
        ToolError.withGuidance(error, {
          steps: [
            Tool.step(Tools.processFiles, { file_paths: [path], operation: "analyze" }, {
              action: "Look at what it is"
            })
          ]
        })
      ))
  )

const suggestMore = (error: FileTooLarge): FileTooLarge => {
  const { path, size_bytes } = error
  if (size_bytes <= Tools.greatestMaxBytes) {
    return ToolError.withGuidance(error, {
      suggestion: `Call again with max_bytes ${size_bytes}`,
      steps: [Tool.step(Tools.readFile, { path, max_bytes: size_bytes }, { action: "Allow for its size" })]
    })
  }
  const analyze = Tool.step(Tools.processFiles, { file_paths: [path], operation: "analyze" }, {
    action: "Look at what it is"
  })
  const firstRecords = Tool.step(
    Tools.processCsvFile,
    { file_path: path, operation: "transform", offset: 0, limit: 100 },
    { action: "Read its first records" }
  )
  return ToolError.withGuidance(error, {
    suggestion: `It is beyond the greatest max_bytes, ${Tools.greatestMaxBytes}: process it with another tool`,
    steps: /\.csv$/i.test(path) ? [analyze, firstRecords] : [analyze]
  })
}

/**
 * Reads a file of any size as a stream.
 */
import * as Errors from "@errata/core/Errors"
import { ToolCall } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import * as NodePath from "node:path"
import { Library } from "./Library.ts"
import { Workspaces } from "./Workspaces.ts"

const newline = 10

/**
 * The handler of `process_large_file`. Works on a copy in a workspace, so that the counts and the hash speak of one moment
 * even while another program writes to the file.
 */
export const processLargeFile = Effect.fnUntraced(function*({ path }: { readonly path: string }) {
  const fs = yield* FileSystem.FileSystem
  const call = yield* ToolCall
  const file = yield* (yield* Library).open(path)
  const workspace = yield* Effect.mapError(yield* Effect.map(Workspaces, (workspaces) => workspaces.make), failed(path))
  const copy = NodePath.join(workspace, "copy")
  const total = file.size
  const hash = createHash("sha256")
  let bytes = 0
  let lines = 0
  let last = newline
  let told = 0 // a client hears of every hundredth part, not of every chunk
  yield* file.chunks().pipe(
    Stream.mapEffect((chunk) => {
      hash.update(chunk)
      bytes += chunk.length
      for (const byte of chunk) if (byte === newline) lines++
      last = chunk.at(-1) ?? last
      if (bytes < told + total / 100) return Effect.succeed(chunk)
      told = bytes
      return Effect.as(call.progress({ progress: bytes, total, message: `${bytes} of ${total} bytes` }), chunk)
    }),
    Stream.run(fs.sink(copy)),
    Effect.catchTag("PlatformError", (cause) => Effect.fail(failed(path)(cause)))
  )
  return { status: "success" as const, lines: last === newline ? lines : lines + 1, bytes, sha256: hash.digest("hex") }
})

const failed = (path: string) => (cause: unknown): Errors.ProcessingError =>
  new Errors.ProcessingError({ operation: `Reading ${path}`, cause })

/**
 * Converts a document and stores what comes out.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as NodePath from "node:path"
import { type ConversionError, ConversionPool } from "./conversion/ConversionPool.ts"
import { extensionOf, isSupported, supportedTargets, type TargetFormat } from "./conversion/formats.ts"
import { ConversionTimedOut, DocumentCorrupted, UnsupportedConversion } from "./errors.ts"
import { type Document, Library } from "./Library.ts"
import { Settings } from "./settings.ts"
import { Workspaces } from "./Workspaces.ts"

type RunError = ConversionTimedOut | DocumentCorrupted | Errors.Overloaded | Errors.TooLarge | Errors.Unavailable

/** Converts bytes in a worker thread, within the time of the settings. */
export const run = Effect.fnUntraced(
  function*(document: Document, source: Uint8Array, to: TargetFormat): Effect.fn.Return<
    string,
    RunError,
    ConversionPool | Settings
  > {
    const { conversionTimeout } = yield* Settings
    const pool = yield* ConversionPool
    const { document_id, format } = document
    return yield* pool.convert({ source, from: format, to }).pipe(
      Effect.mapError((error) => classify(document, error)),
      Effect.timeoutOrElse({
        duration: conversionTimeout,
        orElse: () =>
          Effect.fail(new ConversionTimedOut({ document_id, timeout_seconds: Duration.toSeconds(conversionTimeout) }))
      })
    )
  }
)

const classify = ({ document_id, format }: Document, error: ConversionError): Exclude<RunError, ConversionTimedOut> => {
  switch (error._tag) {
    case "SourceCorrupted":
      return new DocumentCorrupted({ document_id, format, reason: error.reason, cause: error })
    case "SourceTooLarge":
      return new Errors.TooLarge({ resource: `Document ${document_id}`, cause: error })
    case "PoolOverloaded":
      return new Errors.Overloaded({ service: "The conversion pool", cause: error })
    case "WorkerLost":
      return error.reason === "out_of_memory"
        ? new Errors.TooLarge({ resource: `Document ${document_id}`, cause: error })
        : new Errors.Unavailable({ service: "The conversion pool", reason: "a worker ended early", cause: error })
  }
}

/** Refuses a conversion that does not exist. */
const requireSupported = (document: Document, target: TargetFormat): Effect.Effect<void, UnsupportedConversion> =>
  isSupported(document.format, target) ? Effect.void : Effect.fail(
    new UnsupportedConversion({
      document_id: document.document_id,
      original_format: document.format,
      target_format: target,
      supported_formats: supportedTargets(document.format)
    })
  )

/** The handler of `convert_document`. */
export const convertDocument = Effect.fnUntraced(
  function*({ document_id, target_format }: { readonly document_id: string; readonly target_format: TargetFormat }) {
    const library = yield* Library
    const document = yield* library.find(document_id)
    yield* requireSupported(document, target_format)
    const source = yield* library.read(document)
    const output = yield* run(document, source, target_format)
    const converted = { document_id, original_format: document.format, target_format }
    return yield* store(document, target_format, output).pipe(
      Effect.map((stored) => ({ status: "success" as const, ...converted, ...stored })),
      Effect.catch((error) =>
        Effect.as(Effect.logWarning("converted but not stored", { document_id }, Cause.fail(error)), {
          status: "partial" as const,
          ...converted,
          message: "The document was converted, but the result could not be stored. It is in conversion_data.",
          conversion_data: output,
          error: { type: ToolError.type(error).name, message: error.message }
        })
      )
    )
  }
)

/** Writes into a workspace of its own and renames, so that nobody ever reads half a file and two calls never share one. */
const store = Effect.fnUntraced(function*(document: Document, targetFormat: TargetFormat, output: string) {
  const fs = yield* FileSystem.FileSystem
  const { data } = yield* Settings
  const library = yield* Library
  const workspaces = yield* Workspaces
  const outputPath = NodePath.join(data, "converted", `${document.document_id}${extensionOf(targetFormat)}`)
  const write = Effect.gen(function*() {
    const temporary = NodePath.join(yield* workspaces.make, "output")
    yield* fs.writeFileString(temporary, output)
    yield* fs.makeDirectory(NodePath.dirname(outputPath), { recursive: true })
    yield* fs.rename(temporary, outputPath)
  })
  yield* Effect.mapError(
    write,
    (cause) => new Errors.Unavailable({ service: "The output folder", reason: "it cannot be written", cause })
  )
  const sizeBytes = new TextEncoder().encode(output).length
  const timestamp = yield* library.remember({ document, targetFormat, outputPath, sizeBytes })
  return { output_path: outputPath, output_size_bytes: sizeBytes, timestamp }
})

/**
 * Stores what a conversion gave, and loses it in no case.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import * as NodePath from "node:path"
import { Catalogue, type Document } from "./Catalogue.ts"
import { extensionOf, type TargetFormat } from "./conversion/formats.ts"
import { Settings } from "./settings.ts"

/** Describes what is to be stored: a file in a workspace. */
export interface Output {
  readonly document: Document
  readonly target_format: TargetFormat
  readonly output: string
  readonly bytes: number
}

/** Says how many bytes a file's name may have on the file systems that are common, and how many a path. */
const maxName = 255
const maxPath = 3_000

const digest = (text: string): string => createHash("sha256").update(text).digest("hex")

/** Shortens a text to so many bytes of UTF-8 without cutting a character. */
const shortened = (text: string, bytes: number): string =>
  new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes)).replace(/\ufffd+$/, "")

/** Returns the path of an output below its folder: that of the document, unless a name becomes too long to be stored. */
export const outputName = (documentId: string, extension: string): string => {
  const parts = documentId.split("/")
  const last = parts.pop() ?? ""
  const tail = `-${digest(documentId).slice(0, 12)}${extension}`
  const name = Buffer.byteLength(last + extension) <= maxName
    ? last + extension
    : shortened(last, maxName - tail.length) + tail
  const path = [...parts, name].join("/")
  return Buffer.byteLength(path) <= maxPath ? path : `long${tail}`
}

/** Says how many characters of a document that could not be stored are told in the reply itself. */
const maxTold = 20_000

/** Reads the beginning of a file. A character that was cut is left out. */
const beginning = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const chunks = yield* Stream.runCollect(fs.stream(file, { bytesToRead: maxTold * 4 }))
  const text = Buffer.concat(chunks).toString("utf8")
  return text.length <= maxTold ? text.replace(/\ufffd+$/, "") : shortenedTo(text)
})

const shortenedTo = (text: string): string =>
  text.slice(0, /[\ud800-\udbff]/.test(text[maxTold - 1] ?? "") ? maxTold - 1 : maxTold)

/** Keeps the whole of a document that is too long to be told, in the first place that can be written. */
const keep = Effect.fnUntraced(function*({ document, output, target_format }: Output) {
  const fs = yield* FileSystem.FileSystem
  const { data } = yield* Settings
  const place = NodePath.join(data, "not-stored", outputName(document.document_id, extensionOf(target_format)))
  yield* fs.makeDirectory(NodePath.dirname(place), { recursive: true })
  yield* fs.rename(output, place)
  return place
})

/** Says what was converted and could not be stored: all of it, or its beginning and where the whole is. */
const unstored = Effect.fnUntraced(function*(output: Output, kept: string | undefined, error: Errors.Unavailable) {
  const conversion_data = yield* Effect.orDie(beginning(kept ?? output.output))
  const isCut = Buffer.byteLength(conversion_data) < output.bytes
  const conversion_path = kept ?? (isCut ? yield* Effect.orElseSucceed(keep(output), () => undefined) : undefined)
  return {
    status: "partial" as const,
    message: "The document was converted, but the result could not be stored. " + (
      !isCut
        ? "It is in conversion_data."
        : conversion_path === undefined
        ? "Its beginning is in conversion_data."
        : "Its beginning is in conversion_data, the whole at conversion_path."
    ),
    conversion_data,
    ...isCut && { conversion_data_is_cut: true, conversion_bytes: output.bytes },
    ...isCut && conversion_path !== undefined && { conversion_path },
    error: { type: ToolError.type(error).name, message: error.message }
  }
})

/** Renames a file that is whole, so that no reader ever gets half of one. */
const move = Effect.fnUntraced(
  function*(output: string, outputPath: string) {
    const fs = yield* FileSystem.FileSystem
    yield* fs.makeDirectory(NodePath.dirname(outputPath), { recursive: true })
    yield* fs.rename(output, outputPath)
  },
  Effect.mapError((cause) =>
    new Errors.Unavailable({ service: "The output folder", reason: "it cannot be written", cause })
  )
)

/** Stores an output, and returns what is said of it; `facts` are added whatever comes of it. */
export const store = Effect.fnUntraced(function*<Facts extends object>(output: Output, facts: Facts) {
  const { data } = yield* Settings
  const catalogue = yield* Catalogue
  const { bytes: sizeBytes, document, target_format: targetFormat } = output
  const { document_id } = document
  const outputPath = NodePath.join(data, "converted", outputName(document_id, extensionOf(targetFormat)))
  let kept: string | undefined
  return yield* Effect.gen(function*() {
    yield* move(output.output, outputPath)
    kept = outputPath
    return yield* catalogue.remember({ document, targetFormat, outputPath, sizeBytes }, (timestamp) => (
      { status: "success" as const, output_path: outputPath, output_size_bytes: sizeBytes, timestamp, ...facts }
    ))
  }).pipe(
    Effect.catch((error) =>
      Effect.andThen(
        Effect.logWarning("converted but not stored", { document_id }, Cause.fail(error)),
        Effect.map(unstored(output, kept, error), (partial) => ({ ...partial, ...facts }))
      )
    )
  )
})

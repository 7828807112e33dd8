/**
 * Converts a document and stores what comes out.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as NodePath from "node:path"
import type { Document } from "./Catalogue.ts"
import { type ConversionError, ConversionPool } from "./conversion/ConversionPool.ts"
import { isSupported, supportedTargets, type TargetFormat } from "./conversion/formats.ts"
import type { Job, Milestone } from "./conversion/protocol.ts"
import {
  ConversionTimedOut,
  DocumentCorrupted,
  DocumentTooSlow,
  DocumentUnsupported,
  UnsupportedConversion
} from "./errors.ts"
import { Library } from "./Library.ts"
import { Settings } from "./settings.ts"
import { Slow } from "./Slow.ts"
import { store } from "./store.ts"
import { Workspaces } from "./Workspaces.ts"

type RunError =
  | ConversionTimedOut
  | DocumentCorrupted
  | DocumentTooSlow
  | DocumentUnsupported
  | Errors.Overloaded
  | Errors.TooLarge
  | Errors.Unavailable

/** A folder of its own, and the copy of a document in it that a child process may read. */
const prepare = Effect.fnUntraced(function*(document: Document) {
  const workspace = yield* Effect.flatMap(Workspaces, ({ make }) => make).pipe(
    Effect.mapError((cause) =>
      new Errors.Unavailable({ service: "The data folder", reason: "it cannot be written", cause })
    )
  )
  const source = NodePath.join(workspace, "source")
  yield* (yield* Library).copy(document, source)
  return { source, output: NodePath.join(workspace, "output") }
})

/** Runs a job on a copy of a document in a child process, within the bounds of the settings. */
export const run = Effect.fnUntraced(function*<J extends Job>(
  document: Document,
  toJob: (files: { readonly source: string; readonly output: string }) => J,
  onMilestone?: (milestone: Milestone) => void
) {
  const { conversionTimeout } = yield* Settings
  const pool = yield* ConversionPool
  const slow = yield* Slow
  return yield* pool.run(Effect.map(prepare(document), toJob), { timeLimit: conversionTimeout, onMilestone }).pipe(
    Effect.mapError((error) => isOurs(error) ? classify(document, error, slow) : error)
  )
})

const tags: ReadonlySet<string> = new Set<ConversionError["_tag"]>([
  "SourceCorrupted",
  "SourceUnsupported",
  "SourceTooLarge",
  "PoolOverloaded",
  "TimeLimitExceeded",
  "ChildLost"
])

const isOurs = (error: { readonly _tag: string }): error is ConversionError => tags.has(error._tag)

const classify = (document: Document, error: ConversionError, slow: Slow["Service"]): RunError => {
  const { document_id, format } = document
  switch (error._tag) {
    case "SourceCorrupted":
      return new DocumentCorrupted({ document_id, format, reason: error.reason, cause: error })
    case "SourceUnsupported":
      return ToolError.withGuidance(
        new DocumentUnsupported({ document_id, format, reason: error.reason, cause: error }),
        {
          suggestion: error.advice
        }
      )
    case "SourceTooLarge":
      return tooLarge(document_id, error.limit, error.unit, error.advice, error)
    case "PoolOverloaded":
      return new Errors.Overloaded({ service: "The conversion pool", cause: error })
    case "TimeLimitExceeded":
      return timedOut(document, error.seconds, slow.note(document))
    case "ChildLost":
      return error.reason === "out_of_memory"
        ? tooLarge(document_id, error.maxMegabytes, "megabytes of memory for its conversion", splitAdvice, error)
        : new Errors.Unavailable({
          service: "The conversion pool",
          reason: "a child process ended early",
          cause: error
        })
  }
}

const timedOut = ({ document_id }: Document, timeout_seconds: number, attempts: number): RunError =>
  attempts === 1
    ? new ConversionTimedOut({ document_id, timeout_seconds })
    : new DocumentTooSlow({ document_id, timeout_seconds, attempts })

const splitAdvice =
  "Split the document into smaller ones (a list of records: into files of fewer records), or convert it to text"

const tooLarge = (document_id: string, limit: number, unit: string, suggestion: string, cause: unknown) =>
  ToolError.withGuidance(new Errors.TooLarge({ resource: `Document ${document_id}`, limit, unit, cause }), {
    suggestion
  })

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

/** Describes what is to be converted, and whether similar ids are looked for where there is no such document. */
export interface Request {
  readonly document_id: string
  readonly target_format: TargetFormat
  readonly suggests?: boolean | undefined
}

/** The handler of `convert_document`. */
export const convertDocument = Effect.fnUntraced(function*({ document_id, suggests, target_format }: Request) {
  const library = yield* Library
  const document = yield* library.find(document_id, { suggests })
  yield* requireSupported(document, target_format)
  let output = ""
  const { bytes, notes } = yield* run(document, (files) => {
    output = files.output
    return { kind: "convert", ...files, from: document.format, to: target_format } as const
  })
  const converted = {
    document_id,
    original_format: document.format,
    target_format,
    ...notes.length > 0 && { notes }
  }
  return yield* store({ document, target_format, output, bytes }, converted)
})

/**
 * Defines the tools of the documents server, without their code: what a client, a recovery step and a listing need.
 */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import { FileChanged, NotAFile } from "../shared/folder/errors.ts"
import { Key, lease } from "../shared/keys.ts"
import { sourceFormats, targetFormats } from "./conversion/formats.ts"
import {
  ConversionTimedOut,
  DocumentCorrupted,
  DocumentNotFound,
  DocumentTooSlow,
  DocumentUnsupported,
  InvalidRecords,
  NoRecords,
  UnsupportedConversion
} from "./errors.ts"

const DocumentId = Schema.String.annotate({
  description: "A document's id: its path relative to the root, as list_documents gives it",
  examples: ["reports/annual-report.md"]
})

const TargetFormat = Schema.Literals(targetFormats).annotate({ description: "The format to convert to" })
const SourceFormat = Schema.Literals(sourceFormats)

const lookup = [
  DocumentNotFound,
  NotAFile,
  FileChanged,
  Errors.PermissionDenied,
  Errors.Overloaded,
  Errors.ProcessingError,
  Errors.Unavailable
] as const

/** Holds what may go wrong with a document when its turn has come. */
const conversion = [
  ...lookup,
  DocumentCorrupted,
  DocumentUnsupported,
  ConversionTimedOut,
  DocumentTooSlow,
  Errors.TooLarge
] as const

const wholeNumber = (least: number, most: number) =>
  Schema.Int.check(
    Schema.isBetween({ minimum: least, maximum: most }, { expected: `a whole number from ${least} to ${most}` })
  )

export const listDocuments = Tool.make("list_documents", {
  title: "List documents",
  description:
    "Lists the documents with their formats, sizes and categories, in the order of their ids, page by page: " +
    "call again with next_offset as offset for more.",
  input: {
    limit: Schema.optionalKey(
      wholeNumber(1, 1_000).annotate({ description: "How many documents are listed at most. Default: 200" })
    ),
    offset: Schema.optionalKey(
      wholeNumber(0, 1_000_000_000).annotate({ description: "How many documents are passed over. Default: 0" })
    )
  },
  output: {
    documents: Schema.Array(Schema.Struct({
      document_id: Schema.String,
      format: SourceFormat,
      size_bytes: Schema.Finite,
      categories: Schema.Array(Schema.String)
    })),
    total: Schema.Finite.annotate({ description: "How many documents there are" }),
    next_offset: Schema.optionalKey(
      Schema.Finite.annotate({ description: "The offset of the next page; absent where this is the last" })
    ),
    warnings: Schema.optionalKey(
      Schema.Array(Schema.Struct({ path: Schema.String, reason: Schema.String })).annotate({
        description: "Folders that could not be read, or not wholly"
      })
    )
  },
  errors: [Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

const notes = Schema.optionalKey(
  Schema.Array(Schema.String).annotate({ description: "What was guessed while reading, and what was left out" })
)

export const Converted = Schema.Struct({
  status: Schema.Literal("success"),
  document_id: Schema.String,
  original_format: SourceFormat,
  target_format: TargetFormat,
  output_path: Schema.String,
  output_size_bytes: Schema.Finite,
  timestamp: Schema.String,
  notes
})

/** The conversion worked, but what it gave could not be stored: it is not lost. */
export const ConvertedNotStored = Schema.Struct({
  status: Schema.Literal("partial"),
  document_id: Schema.String,
  original_format: SourceFormat,
  target_format: TargetFormat,
  message: Schema.String,
  conversion_data: Schema.String,
  conversion_data_is_cut: Schema.optionalKey(Schema.Boolean),
  conversion_bytes: Schema.optionalKey(Schema.Finite),
  conversion_path: Schema.optionalKey(Schema.String.annotate({ description: "Where the whole conversion is" })),
  notes,
  error: Schema.Struct({ type: Schema.String, message: Schema.String })
})

export const convertDocument = Tool.make("convert_document", {
  title: "Convert a document",
  description: "Converts a document to another format and stores the result. Converting again replaces it.",
  input: {
    document_id: DocumentId,
    target_format: TargetFormat,
    idempotency_key: Schema.optionalKey(
      Key.annotate({
        description: "Not needed, since converting again is safe; a repeat with the same key is answered from memory"
      })
    )
  },
  output: Schema.Union([Converted, ConvertedNotStored]),
  errors: [...conversion, UnsupportedConversion],
  safety: "idempotent",
  keyed: { field: "idempotency_key", whenLost: "run again", lease },
  isDestructive: false,
  isOpenWorld: false
})

/** Says how much of a batch is listed: a reader with little room can take it. The whole is in a file that the note names. */
export const reportBounds = { maxResults: 200, maxErrors: 50 } as const

export const batchConvertDocuments = Tool.make("batch_convert_documents", {
  title: "Convert documents",
  description:
    "Converts many documents to one format, each as convert_document does. One bad document costs one document.",
  input: {
    document_ids: Schema.Array(Schema.String).annotate({
      description: "The documents' ids, as list_documents gives them",
      examples: [["reports/annual-report.md", "data/orders.csv"]]
    }).check(Schema.isMaxLength(1_000, { expected: "at most 1000 ids" })),
    target_format: TargetFormat,
    idempotency_key: Schema.optionalKey(
      Key.annotate({ description: "A key for the whole batch; each document's key is derived from it" })
    )
  },
  output: Batch.Report(Schema.Union([Converted, ConvertedNotStored]), reportBounds),
  safety: "idempotent",
  keyed: { field: "idempotency_key", whenLost: "run again", lease },
  isDestructive: false,
  isOpenWorld: false
})

export const assignToCategory = Tool.make("assign_to_category", {
  title: "Assign a document to a category",
  description:
    "Assigns a document to a category and notifies its readers. A repeat with the same idempotency key assigns once.",
  input: {
    document_id: DocumentId,
    category: Schema.String.annotate({ description: "The category's name", examples: ["to-be-proofread"] }).check(
      Schema.isPattern(/^\S(.{0,98}\S)?$/, { expected: "a name of 1 to 100 characters without space around it" })
    ),
    idempotency_key: Key
  },
  output: {
    status: Schema.Literal("assigned"),
    assignment_id: Schema.String,
    document_id: Schema.String,
    category: Schema.String
  },
  errors: lookup,
  safety: "keyed",
  keyed: { field: "idempotency_key", lease },
  effects: "marked",
  isDestructive: false,
  isOpenWorld: false
})

export const processLargeFile = Tool.make("process_large_file", {
  title: "Process a large file",
  description: "Counts the lines and bytes of a file of any size and computes its SHA-256.",
  input: {
    path: Schema.NonEmptyString.annotate({ description: "A path relative to the root", examples: ["data/orders.csv"] })
  },
  output: {
    status: Schema.Literal("success"),
    lines: Schema.Finite,
    bytes: Schema.Finite,
    sha256: Schema.String
  },
  errors: lookup,
  safety: "read",
  isOpenWorld: false
})

export const processData = Tool.make("process_data", {
  title: "Process data",
  description: "Checks the records of a CSV or JSON document: id, date (YYYY-MM-DD), customer, title, amount.",
  input: {
    data_id: DocumentId.annotate({
      description: "The id of a CSV or JSON document",
      examples: ["data/orders.csv"]
    })
  },
  output: { status: Schema.Literal("success"), count: Schema.Finite },
  errors: [...conversion, NoRecords, InvalidRecords],
  safety: "read",
  isOpenWorld: false
})

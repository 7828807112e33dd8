/**
 * Defines the tools of the documents server, without their code: what a client, a recovery step and a listing need.
 */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import { sourceFormats, targetFormats } from "./conversion/formats.ts"
import {
  ConversionTimedOut,
  DocumentCorrupted,
  DocumentNotFound,
  InvalidRecords,
  NoRecords,
  NotAFile,
  UnsupportedConversion
} from "./errors.ts"

const DocumentId = Schema.String.annotate({
  description: "A document's id: its path relative to the root, as list_documents gives it",
  examples: ["reports/annual-report.md"]
})

const TargetFormat = Schema.Literals(targetFormats).annotate({ description: "The format to convert to" })
const SourceFormat = Schema.Literals(sourceFormats)

const lookup = [DocumentNotFound, Errors.PermissionDenied, Errors.Unavailable] as const

export const listDocuments = Tool.make("list_documents", {
  title: "List documents",
  description: "Lists the documents with their formats, sizes and categories.",
  output: Schema.Struct({
    documents: Schema.Array(Schema.Struct({
      document_id: Schema.String,
      format: SourceFormat,
      size_bytes: Schema.Finite,
      categories: Schema.Array(Schema.String)
    }))
  }),
  errors: [Errors.Unavailable],
  safety: "read",
  isOpenWorld: false
})

export const Converted = Schema.Struct({
  status: Schema.Literal("success"),
  document_id: Schema.String,
  original_format: SourceFormat,
  target_format: TargetFormat,
  output_path: Schema.String,
  output_size_bytes: Schema.Finite,
  timestamp: Schema.String
})

/** The conversion worked, but what it gave could not be stored: it is not lost. */
export const ConvertedNotStored = Schema.Struct({
  status: Schema.Literal("partial"),
  document_id: Schema.String,
  original_format: SourceFormat,
  target_format: TargetFormat,
  message: Schema.String,
  conversion_data: Schema.String,
  error: Schema.Struct({ type: Schema.String, message: Schema.String })
})

export const convertDocument = Tool.make("convert_document", {
  title: "Convert a document",
  description: "Converts a document to another format and stores the result. Converting again replaces it.",
  input: Schema.Struct({
    document_id: DocumentId,
    target_format: TargetFormat,
    idempotency_key: Schema.optionalKey(
      Schema.String.annotate({ description: "Accepted and not needed: converting again is safe" })
    )
  }),
  output: Schema.Union([Converted, ConvertedNotStored]),
  errors: [
    ...lookup,
    DocumentCorrupted,
    UnsupportedConversion,
    ConversionTimedOut,
    Errors.Overloaded,
    Errors.TooLarge
  ],
  safety: "idempotent",
  isDestructive: false,
  isOpenWorld: false
})

export const batchConvertDocuments = Tool.make("batch_convert_documents", {
  title: "Convert documents",
  description:
    "Converts many documents to one format, each as convert_document does. One bad document costs one document.",
  input: Schema.Struct({
    document_ids: Schema.Array(Schema.String).annotate({
      description: "The documents' ids, as list_documents gives them",
      examples: [["reports/annual-report.md", "data/orders.csv"]]
    }).check(Schema.isMaxLength(1_000, { expected: "at most 1000 ids" })),
    target_format: TargetFormat,
    idempotency_key: Schema.optionalKey(
      Schema.String.annotate({ description: "A key for the whole batch; each document's key is derived from it" })
    )
  }),
  output: Batch.Report(Schema.Union([Converted, ConvertedNotStored])),
  safety: "idempotent",
  isDestructive: false,
  isOpenWorld: false
})

export const processLargeFile = Tool.make("process_large_file", {
  title: "Process a large file",
  description: "Counts the lines and bytes of a file of any size and computes its SHA-256.",
  input: Schema.Struct({
    path: Schema.NonEmptyString.annotate({ description: "A path relative to the root", examples: ["data/orders.csv"] })
  }),
  output: Schema.Struct({
    status: Schema.Literal("success"),
    lines: Schema.Finite,
    bytes: Schema.Finite,
    sha256: Schema.String
  }),
  errors: [...lookup, NotAFile, Errors.ProcessingError],
  safety: "read",
  isOpenWorld: false
})

export const processData = Tool.make("process_data", {
  title: "Process data",
  description: "Checks the records of a CSV or JSON document: id, date (YYYY-MM-DD), customer, title, amount.",
  input: Schema.Struct({
    data_id: DocumentId.annotate({
      description: "The id of a CSV or JSON document",
      examples: ["data/orders.csv"]
    })
  }),
  output: Schema.Struct({ status: Schema.Literal("success"), count: Schema.Finite }),
  errors: [
    ...lookup,
    DocumentCorrupted,
    NoRecords,
    InvalidRecords,
    ConversionTimedOut,
    Errors.Overloaded,
    Errors.TooLarge
  ],
  safety: "read",
  isOpenWorld: false
})

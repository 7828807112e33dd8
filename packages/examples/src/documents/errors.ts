/**
 * Names what can go wrong with documents, as a model and a program will read it.
 */
import * as Issue from "@errata/core/Issue"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

/** Nothing in the library has that id. */
export class DocumentNotFound extends ToolError.Permanent<DocumentNotFound>()("DocumentNotFound", {
  document_id: Schema.String,
  searched_locations: Schema.Array(Schema.String)
}, {
  type: "not_found",
  when: "Nothing in the library has that id",
  message: (e) => `Document ${e.document_id} not found`,
  suggestion: "Use list_documents to see the available ids"
}) {}

/** The file is there, but it is not what its format promises. */
export class DocumentCorrupted extends ToolError.Permanent<DocumentCorrupted>()("DocumentCorrupted", {
  document_id: Schema.String,
  format: Schema.String,
  reason: Schema.String
}, {
  type: "corrupted",
  when: "The file is there, but it is not what its format promises",
  message: (e) => `Document ${e.document_id} cannot be read as ${e.format}: ${e.reason}`,
  suggestion: "Replace the file by an intact one, or choose another document"
}) {}

/** The document is intact, and still cannot be converted: it has a password, or holds pictures only. */
export class DocumentUnsupported extends ToolError.Permanent<DocumentUnsupported>()("DocumentUnsupported", {
  document_id: Schema.String,
  format: Schema.String,
  reason: Schema.String
}, {
  type: "unsupported",
  when: "The document is intact, and still cannot be converted: it has a password, or holds pictures only",
  message: (e) => `Document ${e.document_id} cannot be converted: ${e.reason}`
}) {}

/** No conversion leads from this document's format to the wanted one. */
export class UnsupportedConversion extends ToolError.Validation<UnsupportedConversion>()("UnsupportedConversion", {
  document_id: Schema.String,
  original_format: Schema.String,
  target_format: Schema.String,
  supported_formats: Schema.Array(Schema.String)
}, {
  type: "unsupported",
  when: "No conversion leads from this document's format to the wanted one",
  message: (e) => `Documents in ${e.original_format} cannot become ${e.target_format}`,
  suggestion: (e) => `Choose ${e.supported_formats.join(" or ")} as target_format`,
  issues: (e) => [
    Issue.make(["target_format"], `Expected one of ${e.supported_formats.map((format) => `"${format}"`).join(", ")}`, {
      received: JSON.stringify(e.target_format),
      examples: e.supported_formats
    })
  ]
}) {}

/** The document's format holds no records. */
export class NoRecords extends ToolError.Validation<NoRecords>()("NoRecords", {
  data_id: Schema.String,
  format: Schema.String,
  supported_formats: Schema.Array(Schema.String)
}, {
  type: "unsupported",
  when: "The document's format holds no records",
  message: (e) => `Documents in ${e.format} hold no records`,
  suggestion: "Use list_documents to see which documents have one of the supported formats",
  issues: (e) => [
    Issue.make(["data_id"], `Expected the id of a ${e.supported_formats.join(" or ")} document`, {
      received: JSON.stringify(e.data_id)
    })
  ]
}) {}

/** The conversion took longer than it may. */
export class ConversionTimedOut extends ToolError.Transient<ConversionTimedOut>()("ConversionTimedOut", {
  document_id: Schema.String,
  timeout_seconds: Schema.Finite
}, {
  type: "timeout",
  when: "The conversion took longer than it may",
  message: (e) => `Converting ${e.document_id} took longer than ${e.timeout_seconds} s`
}) {}

/** The conversion took longer than it may, and did so before: waiting does not help. */
export class DocumentTooSlow extends ToolError.Permanent<DocumentTooSlow>()("DocumentTooSlow", {
  document_id: Schema.String,
  timeout_seconds: Schema.Finite,
  attempts: Schema.Int
}, {
  type: "too_large",
  when: "The conversion took longer than it may, and did so before: waiting does not help",
  message: (e) => `Converting ${e.document_id} took longer than ${e.timeout_seconds} s, ${e.attempts} times in all`,
  suggestion:
    "Convert it to text, or split it into smaller documents. An operator can allow more time with ERRATA_CONVERSION_TIMEOUT"
}) {}

/** Some records of a document do not fit; each is named. */
export class InvalidRecords extends ToolError.Permanent<InvalidRecords>()("InvalidRecords", {
  data_id: Schema.String,
  total: Schema.Finite,
  invalid: Schema.Finite,
  problems: Schema.Array(Schema.Struct({ record: Schema.Finite, field: Schema.String, problem: Schema.String }))
}, {
  type: "corrupted",
  when: "Some records of a document do not fit; each is named",
  message: (e) => `${e.invalid} of ${e.total} records of ${e.data_id} are invalid`,
  suggestion: "Correct the named records in the file and call again",
  issues: (e) => e.problems.map(({ field, problem, record }) => Issue.make(["records", record, field], problem))
}) {}

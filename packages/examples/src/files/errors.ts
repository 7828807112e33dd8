/**
 * Names what can go wrong with files, as a model and a program will read it.
 */
import * as Issue from "@errata/core/Issue"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

/** Nothing below the root has that path. */
export class PathNotFound extends ToolError.Permanent<PathNotFound>()("PathNotFound", { path: Schema.String }, {
  type: "not_found",
  when: "Nothing below the root has that path",
  message: (e) => `Path ${e.path} not found`,
  suggestion: "Use search_files to find the path"
}) {}

/** The file has more bytes than may be read. */
export class FileTooLarge extends ToolError.Permanent<FileTooLarge>()("FileTooLarge", {
  path: Schema.String,
  size_bytes: Schema.Finite,
  max_bytes: Schema.Finite
}, {
  type: "too_large",
  when: "The file has more bytes than may be read",
  message: (e) => `${e.path} has ${e.size_bytes} bytes, and at most ${e.max_bytes} may be read`
}) {}

/** The file ends before the place that was asked for. */
export class OffsetBeyondEnd extends ToolError.Validation<OffsetBeyondEnd>()("OffsetBeyondEnd", {
  path: Schema.String,
  offset: Schema.Finite,
  size_bytes: Schema.Finite
}, {
  type: "invalid_arguments",
  when: "The file ends before the place that was asked for",
  message: (e) => `${e.path} has ${e.size_bytes} bytes, and offset ${e.offset} is behind them`,
  suggestion: (e) => `Give an offset of at most ${e.size_bytes}`,
  issues: (e) => [Issue.make(["offset"], `Expected at most ${e.size_bytes}, where the file ends`)]
}) {}

/** The file is no text. */
export class BinaryFile extends ToolError.Permanent<BinaryFile>()("BinaryFile", {
  path: Schema.String,
  reason: Schema.String
}, {
  type: "unsupported",
  when: "The file is no text",
  message: (e) => `${e.path} is no text: ${e.reason}`,
  suggestion: "Use process_files with operation checksum or analyze, which take any file"
}) {}

const CsvProblem = Schema.Struct({ line: Schema.Finite, column: Schema.Finite, reason: Schema.String })

/** The file is no CSV from some place on. With several places the first is named, and `problems` has more of them. */
export class CsvMalformed extends ToolError.Permanent<CsvMalformed>()("CsvMalformed", {
  file_path: Schema.String,
  line: Schema.Finite,
  column: Schema.Finite,
  reason: Schema.String,
  problem_count: Schema.optionalKey(Schema.Finite),
  problems: Schema.optionalKey(Schema.Array(CsvProblem))
}, {
  type: "corrupted",
  when: "The file is no CSV from some place on",
  message: (e) =>
    `${e.file_path} is malformed at line ${e.line}, column ${e.column}: ${e.reason}${
      e.problem_count === undefined ? "" : ` (and ${e.problem_count - 1} more)`
    }`,
  suggestion: "Correct the file at the named places and call again",
  issues: (e) =>
    (e.problems ?? []).map(({ column, line, reason }) => Issue.make(["lines", line], `${reason} (column ${column})`))
}) {}

/** Processing the file took longer than it may. */
export class CsvTimedOut extends ToolError.Transient<CsvTimedOut>()("CsvTimedOut", {
  file_path: Schema.String,
  timeout_seconds: Schema.Finite
}, {
  type: "timeout",
  when: "Processing the file took longer than it may",
  message: (e) => `Processing ${e.file_path} took longer than ${e.timeout_seconds} s`
}) {}

/** The records do not fit into one reply, nor into the memory that one call may use. */
export class CsvTooLarge extends ToolError.Permanent<CsvTooLarge>()("CsvTooLarge", {
  file_path: Schema.String,
  limit_bytes: Schema.Finite,
  records_that_fit: Schema.Finite
}, {
  type: "too_large",
  when: "The records do not fit into one reply, nor into the memory that one call may use",
  message: (e) =>
    `The records of ${e.file_path} do not fit into one reply: it may hold ${e.limit_bytes} bytes of them, enough for ${
      e.records_that_fit === 0 ? "none" : e.records_that_fit
    }`
}) {}

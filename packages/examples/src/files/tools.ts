/**
 * Defines the tools of the files server, without their code: what a client, a recovery step and a listing need.
 */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import { FileChanged, NotAFile } from "../shared/folder/errors.ts"
import {
  BinaryFile,
  CsvMalformed,
  CsvTimedOut,
  CsvTooLarge,
  FileTooLarge,
  OffsetBeyondEnd,
  PathNotFound
} from "./errors.ts"

/** Says how many bytes of a file `read_file` reads if nothing else is said. */
export const defaultMaxBytes = 32 * 1024

/** How many bytes of a file `read_file` reads at most: some 16,000 tokens of English, and more of other languages. */
export const greatestMaxBytes = 64 * 1024

/** Says how long a text in a reply is at most, as JSON: at four characters a token, 25,000 of them. */
export const longestText = 100_000

/** How many files one call of `process_files` takes. */
export const mostFiles = 500

/** Says how long a query of `search_files` is at most. */
export const longestQuery = 256

const Path = Schema.String.check(
  Schema.isMinCodePoints(1, { expected: "a path that is not empty" }),
  Schema.isMaxCodePoints(4096, { expected: "a path of at most 4096 characters" })
)

const FilePath = Path.annotate({ description: "A path relative to the root", examples: ["data/orders.csv"] })

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }, { expected: `a number between ${minimum} and ${maximum}` }))

/** More bytes than any file has. */
const largestFile = 1_000_000_000_000_000

/** More records than any file has. */
const manyRecords = 1_000_000_000

const lookup = [
  PathNotFound,
  Errors.PermissionDenied,
  NotAFile,
  Errors.Overloaded,
  Errors.ProcessingError
] as const

/** A file or directory whose name has the query, or a line that has it. */
export const Match = Schema.Struct({
  path: Schema.String,
  type: Schema.Literals(["file", "directory"]),
  line: Schema.optionalKey(
    Schema.Int.annotate({ description: "The line that has the query; absent where the name has it" })
  ),
  text: Schema.optionalKey(Schema.String.annotate({ description: "That line, shortened" }))
})

export const searchFiles = Tool.make("search_files", {
  title: "Search files",
  description:
    "Finds files and directories whose path has a text, and lines of text files that have it, whatever the case.",
  input: {
    query: Schema.String.annotate({ description: "The text to look for", examples: ["orders"] }).check(
      Schema.isMinCodePoints(2, { expected: "at least 2 characters" }),
      Schema.isMaxCodePoints(longestQuery, { expected: `at most ${longestQuery} characters` })
    ),
    path: Schema.optionalKey(
      Path.annotate({
        description: "Where to look, relative to the root; by default everywhere",
        examples: ["data"],
        default: "."
      })
    ),
    max_results: Schema.optionalKey(
      between(1, 100).annotate({
        description: "How many matches to return at most; by default 10",
        examples: [10],
        default: 10
      })
    )
  },
  output: {
    matches: Schema.Array(Match),
    count: Schema.Int,
    truncated: Schema.Boolean.annotate({ description: "Whether there may be more matches" }),
    searched_path: Schema.String,
    names_only: Schema.Int.annotate({
      description: "How many files were looked for by name only: too large, no text, or not readable"
    }),
    warnings: Schema.optionalKey(
      Schema.Array(Schema.Struct({ path: Schema.String, reason: Schema.String })).annotate({
        description: "Where the search did not look, or not everywhere"
      })
    )
  },
  errors: lookup,
  safety: "read",
  isOpenWorld: false
})

export const readFile = Tool.make("read_file", {
  title: "Read a file",
  description: "Returns the text of a file, whole or not at all; with an offset, a part of it, and where to go on.",
  input: {
    path: FilePath.annotate({ description: "A path relative to the root", examples: ["notes/house-rules.md"] }),
    max_bytes: Schema.optionalKey(
      between(1, greatestMaxBytes).annotate({
        description: `How many bytes to read at most; by default ${defaultMaxBytes}`,
        examples: [defaultMaxBytes],
        default: defaultMaxBytes
      })
    ),
    offset: Schema.optionalKey(
      between(0, largestFile).annotate({
        description:
          "From which byte on to read a part: 0, then the next_offset of the last reply; by default the whole file",
        examples: [0]
      })
    )
  },
  output: {
    path: Schema.String,
    text: Schema.String,
    size_bytes: Schema.Int.annotate({ description: "The size of the whole file" }),
    next_offset: Schema.optionalKey(Schema.Int.annotate({ description: "Where to go on, if there is more" }))
  },
  errors: [...lookup, FileChanged, FileTooLarge, OffsetBeyondEnd, BinaryFile],
  safety: "read",
  isOpenWorld: false
})

/** Holds what `process_files` says of one file. */
export const Processed = Schema.Union([
  Schema.Struct({
    operation: Schema.Literal("analyze"),
    kind: Schema.Literals(["text", "binary"]),
    size_bytes: Schema.Int,
    lines: Schema.optionalKey(Schema.Int),
    words: Schema.optionalKey(Schema.Int)
  }),
  Schema.Struct({
    operation: Schema.Literal("checksum"),
    algorithm: Schema.Literal("sha256"),
    checksum: Schema.String,
    size_bytes: Schema.Int
  }),
  Schema.Struct({ operation: Schema.Literal("count_lines"), lines: Schema.Int, size_bytes: Schema.Int })
])

export const processFiles = Tool.make("process_files", {
  title: "Process files",
  description: "Does the same with many files: analyze, checksum (SHA-256), count_lines. One bad file costs one file.",
  input: {
    file_paths: Schema.Array(Schema.String).annotate({
      description: "Paths relative to the root",
      examples: [["data/orders.csv", "notes/house-rules.md"]]
    }).check(
      Schema.isMaxLength(mostFiles, { expected: `at most ${mostFiles} paths: send the others in another call` })
    ),
    operation: Schema.Literals(["analyze", "checksum", "count_lines"]).annotate({
      description: "What to do with each file"
    })
  },
  output: Batch.Report(Processed),
  safety: "read",
  isOpenWorld: false
})

const csvWindow = {
  column_count: Schema.optionalKey(
    Schema.Int.annotate({ description: "How many columns there are, if they are too many to show them all" })
  ),
  offset: Schema.Int.annotate({ description: "The first record, counted from 0" }),
  count: Schema.Int.annotate({ description: "How many records were processed" }),
  has_more: Schema.Boolean,
  next_offset: Schema.optionalKey(Schema.Int.annotate({ description: "Where to go on, if there is more" }))
}

/** Holds what `analyze` says of one column. */
export const ColumnAnalysis = Schema.Struct({
  name: Schema.String,
  type: Schema.Literals(["empty", "integer", "number", "boolean", "date", "text"]),
  filled: Schema.Int,
  empty: Schema.Int,
  distinct: Schema.Int,
  distinct_is_exact: Schema.Boolean,
  min: Schema.optionalKey(Schema.Finite),
  max: Schema.optionalKey(Schema.Finite),
  mean: Schema.optionalKey(Schema.Finite),
  earliest: Schema.optionalKey(Schema.String),
  latest: Schema.optionalKey(Schema.String),
  longest: Schema.optionalKey(Schema.Int)
})

export const processCsvFile = Tool.make("process_csv_file", {
  title: "Process a CSV file",
  description:
    "Checks the records of a CSV file (validate), returns them as objects (transform), or describes its columns (analyze). Of a large file process a part: offset and limit count records, the header not included.",
  input: {
    file_path: FilePath,
    operation: Schema.Literals(["validate", "transform", "analyze"]).annotate({
      description: "What to do with the records"
    }),
    offset: Schema.optionalKey(
      between(0, manyRecords).annotate({
        description: "How many records to skip; by default 0",
        examples: [0],
        default: 0
      })
    ),
    limit: Schema.optionalKey(
      between(1, manyRecords).annotate({
        description: "How many records to process at most; by default all",
        examples: [100]
      })
    )
  },
  output: Schema.Union([
    Schema.Struct({
      operation: Schema.Literal("validate"),
      valid: Schema.Literal(true),
      columns: Schema.Array(Schema.String),
      ...csvWindow
    }),
    Schema.Struct({
      operation: Schema.Literal("transform"),
      columns: Schema.Array(Schema.String),
      records: Schema.Array(Schema.Record(Schema.String, Schema.String)),
      ...csvWindow
    }),
    Schema.Struct({ operation: Schema.Literal("analyze"), columns: Schema.Array(ColumnAnalysis), ...csvWindow })
  ]),
  errors: [...lookup, FileChanged, CsvMalformed, CsvTimedOut, CsvTooLarge],
  safety: "read",
  isOpenWorld: false
})

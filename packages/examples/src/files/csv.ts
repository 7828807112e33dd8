/**
 * Checks, returns or describes the records of a CSV file.
 */
import type { RecoveryStep } from "@errata/core/RecoveryStep"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Fault } from "./csv/Fault.ts"
import * as Operations from "./csv/operations.ts"
import * as Reader from "./csv/Reader.ts"
import { directed } from "./directions.ts"
import { CsvMalformed, CsvTimedOut, CsvTooLarge } from "./errors.ts"
import { Root } from "./Root.ts"
import { Settings } from "./settings.ts"
import * as Tools from "./tools.ts"

type Arguments = typeof Tools.processCsvFile.input.Type

/** After how many bytes a client that listens is told how far the work has come. */
const milestone = 4 * 1024 * 1024

/** The handler of `process_csv_file`. */
export const processCsvFile = Effect.fnUntraced(function*(args: Arguments) {
  const { csvTimeout } = yield* Settings
  const { limit, offset = 0, operation } = args
  const reader = Reader.make({ offset, limit, validates: operation === "validate" })
  return yield* run(args, reader).pipe(
    Effect.scoped,
    Effect.timeoutOrElse({ duration: csvTimeout, orElse: () => Effect.fail(timedOut(args, reader, csvTimeout)) })
  )
}, (self, { operation }) =>
  directed((file_path) =>
    /\.csv$/i.test(file_path)
      ? Tool.step(Tools.processCsvFile, { file_path, operation }, { action: "Process a file in it" })
      : undefined
  )(self))

const run = Effect.fnUntraced(function*(args: Arguments, reader: Reader.Reader) {
  const { csvMemory } = yield* Settings
  const operation = Operations.start(args.operation, csvMemory)
  const take = (read: Reader.Read): Effect.Effect<void, CsvMalformed | CsvTooLarge> => {
    if (Result.isFailure(read)) return refuse(args, reader, read.failure)
    const fitting = operation.take(read.success, reader.columns())
    return fitting === undefined ? Effect.void : Effect.fail(tooLarge(args, fitting, csvMemory))
  }

  const call = yield* ToolCall
  const file = yield* (yield* Root).open(args.file_path)
  let bytes = 0
  yield* Stream.runForEachWhile(file.chunks(), (chunk) => {
    const isMilestone = Math.floor(bytes / milestone) < Math.floor((bytes + chunk.length) / milestone)
    bytes += chunk.length
    return take(reader.take(chunk)).pipe(
      Effect.andThen(isMilestone ? call.progress({ progress: bytes, total: file.size }) : Effect.void),
      Effect.map(() => !reader.isDone())
    )
  })
  yield* take(reader.end())
  yield* refuse(args, reader)
  return operation.result(reader.columns(), Operations.windowOf(reader, args.offset ?? 0))
})

const again = (args: Arguments, window: { readonly offset: number; readonly limit?: number }, action: string) =>
  Tool.step(Tools.processCsvFile, { file_path: args.file_path, operation: args.operation, ...window }, { action })

/** Fails if anything is wrong: with the records that were collected, and with what ended the reading. */
const refuse = (args: Arguments, reader: Reader.Reader, last?: Fault): Effect.Effect<void, CsvMalformed> => {
  const { file_path, offset = 0 } = args
  const [first, ...others] = last === undefined
    ? reader.ragged()
    : [...reader.ragged().slice(0, Reader.maxRagged - 1), last]
  if (first === undefined) return Effect.void
  const { record, ...problem } = first
  if (others.length === 0) {
    const error = new CsvMalformed({ file_path, ...problem })
    return Effect.fail(
      record === undefined ? error : ToolError.withGuidance(error, { steps: around(args, offset, record) })
    )
  }
  return Effect.fail(
    new CsvMalformed({
      file_path,
      ...problem,
      problem_count: reader.raggedCount() + (last === undefined ? 0 : 1),
      problems: [first, ...others].map(({ column, line, reason }) => ({ line, column, reason }))
    })
  )
}

const around = (args: Arguments, offset: number, record: number): ReadonlyArray<RecoveryStep> => [
  ...record > offset ? [again(args, { offset, limit: record - offset }, "Process the records before it")] : [],
  again(args, { offset: record + 1 }, "Process the records after it")
]

const tooLarge = (args: Arguments, fitting: number, memory: number): CsvTooLarge => {
  const error = new CsvTooLarge({ file_path: args.file_path, limit_bytes: memory, records_that_fit: fitting })
  const { offset = 0 } = args
  if (fitting === 0) {
    return ToolError.withGuidance(error, { suggestion: "Use operation analyze, which holds no records" })
  }
  const limit = roundDown(fitting)
  return ToolError.withGuidance(error, {
    suggestion: `Call again with offset ${offset} and limit ${limit}, then go on at next_offset`,
    steps: [again(args, { offset, limit }, "Process a part of the records")]
  })
}

const timedOut = (args: Arguments, reader: Reader.Reader, timeout: Duration.Duration): CsvTimedOut => {
  const error = new CsvTimedOut({ file_path: args.file_path, timeout_seconds: Duration.toSeconds(timeout) })
  const { offset = 0 } = args
  const limit = roundDown(Math.floor(reader.count() / 2))
  return ToolError.withGuidance(error, {
    suggestion: "Process fewer records at once, by offset and limit",
    ...limit === 0 ? {} : { steps: [again(args, { offset, limit }, "Process a part of the records")] }
  })
}

/** Returns the greatest number with one digit that is not zero up to another. */
const roundDown = (count: number): number => {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, count)))
  return Math.floor(count / unit) * unit
}

/**
 * Checks the records of a document against a schema.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Milestone } from "./conversion/protocol.ts"
import { run } from "./convert.ts"
import { InvalidRecords, NoRecords } from "./errors.ts"
import { Library } from "./Library.ts"

/** The handler of `process_data`. */
export const processData = Effect.fnUntraced(
  function*({ data_id }: { readonly data_id: string }) {
    const startedAt = yield* Clock.currentTimeMillis
    yield* Effect.logInfo("START process_data", { data_id })
    return yield* Effect.onExit(
      check(data_id),
      (exit) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          Effect.logInfo("END process_data", {
            data_id,
            outcome: exit._tag.toLowerCase(),
            duration_ms: now - startedAt
          }))
    )
  }
)

/** Parsing and checking a large file would block, so a child process does both and says how far it is. */
const check = Effect.fnUntraced(function*(data_id: string) {
  const library = yield* Library
  const document = yield* library.find(data_id)
  const { format } = document
  if (format !== "csv" && format !== "json") {
    return yield* new NoRecords({ data_id, format, supported_formats: ["csv", "json"] })
  }
  const context = yield* Effect.context()
  const tell = ({ count, invalid, total }: Milestone): void =>
    void Effect.runForkWith(context)(
      count === 0
        ? Effect.logInfo("read", { data_id, count: total })
        : Effect.logInfo("checked", { data_id, count, total, invalid })
    )
  const { invalid, problems, total } = yield* run(
    document,
    ({ source }) => ({ kind: "check", source, from: format }),
    tell
  )
  yield* Effect.logInfo("checked", { data_id, count: total, total, invalid })
  if (invalid > 0) return yield* new InvalidRecords({ data_id, total, invalid, problems })
  return { status: "success" as const, count: total }
})

/** Generates batches: outcomes of items, some of which failed in one of many ways. */
import type * as Advice from "@errata/core/Advice"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import type * as ToolError from "@errata/core/ToolError"
import type { Source } from "../../support/arbitraries.ts"

export type Outcome = Batch.Outcome<number, ToolError.Any>

const errors: ReadonlyArray<(from: Source) => ToolError.Any> = [
  () => new Errors.NotFound({ resource: "File", id: "x" }),
  () => new Errors.PermissionDenied({ action: "read", resource: "x" }),
  () => new Errors.ProcessingError({ operation: "conversion" }),
  () => new Errors.InternalError(),
  () => new Errors.OutcomeUnknown({ operation: "charge" }),
  () => new Errors.Timeout({ operation: "conversion" }),
  () => new Errors.InvalidArguments({ issues: [] }),
  (from) => new Errors.RateLimited({ service: "x", retry_after_seconds: from.int(100) }),
  (from) => new Errors.Unavailable({ service: "x", ...from.chance(50) ? { retry_after_seconds: from.int(100) } : {} })
]

export const error = (from: Source): ToolError.Any => from.pick(errors)(from)

const safeties: ReadonlyArray<Advice.Safety> = ["read", "idempotent", "keyed", "once"]

/** Few keys, so that they repeat. */
const key = (from: Source): string => from.pick(["a.md", "b.md", "c.md", "", "constructor", "__proto__", "ü\n"])

export const outcome = (from: Source, index: number): Outcome => {
  const item = { index, key: key(from) }
  const kind = from.int(10)
  if (kind < 4) return Batch.succeeded(item, from.int(1000))
  return kind === 9
    ? Batch.notAttempted(item)
    : Batch.failed(item, error(from), { safety: from.pick(safeties), started: true })
}

export const outcomes = (from: Source, most = 30): ReadonlyArray<Outcome> =>
  Array.from({ length: from.int(most + 1) }, (_, index) => outcome(from, index))

/** Cuts a list anywhere, perhaps into nothing. */
export const split = <A>(from: Source, all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const parts: Array<ReadonlyArray<A>> = []
  for (let at = 0; at < all.length || from.chance(30);) {
    const length = from.int(all.length + 2)
    parts.push(all.slice(at, at + length))
    at += length
  }
  return parts
}

import * as Errors from "@errata/core/Errors"
import type * as ToolError from "@errata/core/ToolError"
import { isResult } from "../../../fold/internal/lifted.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import type { Call, Written } from "../model.ts"

/** A result that is written already: as the call that did the work wrote it. */
export class Kept {
  readonly written: Written
  /** The reference of that call. */
  readonly referenceId: string
  constructor(written: Written, referenceId: string) {
    this.written = written
    this.referenceId = referenceId
    all.add(this)
  }
}

/** Knows its own without touching what a handler returned: that may be a proxy that throws. */
const all = new WeakSet<object>()

export const isKept = (value: unknown): value is Kept => typeof value === "object" && value !== null && all.has(value)

const failures = new WeakMap<object, Kept>()

/** Makes an error of a failure that is written already, in the family that decides what is kept. */
export const keptFailure = (kept: Kept): ToolError.Any => {
  const error = kept.written.category === "transient"
    ? new Errors.Unavailable({ service: "The service" })
    : new Errors.ProcessingError({ operation: "The call" })
  failures.set(error, kept)
  return error
}

/** Returns what was written of a failure, if it is one that was. */
export const keptIn = (error: ToolError.Any): Kept | undefined => failures.get(error)

/** Writes what a store keeps: plain JSON, and nothing that only the log may know. */
export const toJson = ({ referenceId, written: { category, outcome, result } }: Kept): unknown => ({
  result,
  outcome,
  ...category === undefined ? {} : { category },
  reference_id: referenceId
})

/** Reads what a store kept. Throws if it is something else. */
export const fromJson = (kept: unknown): Kept => {
  if (!isRecord(kept) || !isRecord(kept["result"]) || !isResult(kept["result"])) {
    throw new TypeError("What the store kept is no result of a call")
  }
  const { category, outcome, reference_id, result } = kept as unknown as Written & { readonly reference_id: string }
  return new Kept({ result, outcome, category }, reference_id)
}

/** Returns what is told of it by a call. */
export const toldBy = ({ referenceId }: Pick<Call, "referenceId">, { referenceId: old, written }: Kept): Written =>
  written.result.isError === true && old !== referenceId
    ? { ...written, result: renamed(written.result, old, referenceId) }
    : written

type Result = Written["result"]

/** A failure is told anew: under the reference of the call that is answered. */
const renamed = (result: Result, old: string, referenceId: string): Result => ({
  ...result,
  content: result.content.map((block) =>
    block.type === "text" ? { ...block, text: renamedText(block.text, old, referenceId) } : block
  ),
  ...result.structuredContent === undefined
    ? {}
    : { structuredContent: renamedIn(result.structuredContent, old, referenceId) as Result["structuredContent"] },
  ...result._meta === undefined ? {} : { _meta: renamedIn(result._meta, old, referenceId) as Result["_meta"] }
} as Result)

const renamedText = (text: string, old: string, referenceId: string): string =>
  text.replace(new RegExp(`^Reference: ${old}$`, "m"), `Reference: ${referenceId}`).replaceAll(
    `"reference_id":"${old}"`,
    `"reference_id":"${referenceId}"`
  )

const renamedIn = (value: unknown, old: string, referenceId: string): unknown => {
  if (Array.isArray(value)) return value.map((item) => renamedIn(item, old, referenceId))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "reference_id" && inner === old ? referenceId : renamedIn(inner, old, referenceId)
    ])
  )
}

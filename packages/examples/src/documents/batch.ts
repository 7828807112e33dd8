/**
 * Converts many documents, each as `convert_document` does.
 */
import * as Batch from "@errata/core/Batch"
import type * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { createHash } from "node:crypto"
import * as NodePath from "node:path"
import { convertDocument } from "./convert.ts"
import { underItsKey } from "./once.ts"
import { Settings } from "./settings.ts"
import * as Tools from "./tools.ts"

/**
 * Says how many conversions are under way at once: as many as the pool has processes, so that none waits for another of its
 * batch.
 */
const concurrency = 2

/** For how many missing documents similar ids are looked for. */
const maxSuggestions = 20

type Converted = Effect.Success<ReturnType<typeof convertDocument>>

/** Says how many characters the results in a reply may have: ids can be as long as paths. */
const maxCharacters = 40_000

/** How many of the results fit into a reply. */
const listable = (results: ReadonlyArray<Batch.Succeeded<Converted>>): number => {
  let room = maxCharacters
  const end = results.slice(0, Tools.reportBounds.maxResults).findIndex((result) => {
    room -= JSON.stringify(result.value).length + result.key.length
    return room < 0
  })
  return end === -1 ? Math.min(results.length, Tools.reportBounds.maxResults) : end
}

/** Writes the report of all items into a file, and says where that is. */
const keepWhole = Effect.fnUntraced(function*<E extends ToolError.Any>(batch: Batch.Batch<Converted, E>) {
  const fs = yield* FileSystem.FileSystem
  const folder = NodePath.join((yield* Settings).data, "reports")
  const report = JSON.stringify(Batch.report(batch), undefined, 2)
  const path = NodePath.join(folder, `${createHash("sha256").update(report).digest("hex").slice(0, 16)}.json`)
  yield* fs.makeDirectory(folder, { recursive: true })
  yield* fs.writeFileString(path, report)
  return path
})

/** Makes a report that a reader can take, where the batch is too large for one. */
const bounded = Effect.fnUntraced(function*<E extends ToolError.Any>(batch: Batch.Batch<Converted, E>) {
  const maxResults = listable(batch.results)
  if (maxResults === batch.results.length) return batch
  const path = yield* Effect.orElseSucceed(keepWhole(batch), () => undefined)
  const report = Batch.report(batch, { ...Tools.reportBounds, maxResults })
  return path === undefined ? report : { ...report, note: `${report.note} The whole report is at ${path}.` }
})

/** The handler of `batch_convert_documents`. */
export const batchConvertDocuments = Effect.fnUntraced(function*(
  { document_ids, target_format }: typeof Tools.batchConvertDocuments.input.Type
) {
  let missing = 0
  const batch = yield* Batch.forEach(
    document_ids,
    (document_id) =>
      Effect.suspend(() => convertDocument({ document_id, target_format, suggests: missing < maxSuggestions })).pipe(
        Effect.scoped, // a workspace for each
        Effect.tapError((error) => Effect.sync(() => error._tag === "DocumentNotFound" && missing++)),
        (converted) => underItsKey(converted, { document_id, target_format })
      ),
    { concurrency }
  )
  return yield* bounded(batch)
})

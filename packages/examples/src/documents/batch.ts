/**
 * Converts many documents, each as `convert_document` does.
 */
import * as Batch from "@errata/core/Batch"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { convertDocument } from "./convert.ts"
import type * as Tools from "./tools.ts"

/** How many conversions are under way at once: as many as the pool has processes, so that none waits for another of its batch. */
const concurrency = 2

/** For how many missing documents similar ids are looked for. */
const maxSuggestions = 20

/**
 * The key of one item: the same for the same batch and document, on any machine and at any time, and no other's. It does
 * not tell the batch's key.
 */
export const itemKey = (batchKey: string, documentId: string): string =>
  createHash("sha256").update(JSON.stringify([batchKey, documentId])).digest("hex").slice(0, 32)

/** The handler of `batch_convert_documents`. */
export const batchConvertDocuments = Effect.fnUntraced(function*(
  { document_ids, idempotency_key, target_format }: typeof Tools.batchConvertDocuments.input.Type
) {
  let missing = 0
  return yield* Batch.forEach(document_ids, (document_id) => {
    const converted = Effect.suspend(() =>
      convertDocument({ document_id, target_format, suggests: missing < maxSuggestions })
    ).pipe(
      Effect.scoped, // a workspace for each
      Effect.tapError((error) => Effect.sync(() => error._tag === "DocumentNotFound" && missing++))
    )
    if (idempotency_key === undefined) return converted
    const item = { document_id, idempotency_key: itemKey(idempotency_key, document_id) }
    return Effect.andThen(Effect.logInfo("converting an item", item), converted)
  }, { concurrency })
})

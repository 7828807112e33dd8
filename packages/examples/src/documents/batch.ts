/**
 * Converts many documents, each as `convert_document` does.
 */
import * as Batch from "@errata/core/Batch"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { convertDocument } from "./convert.ts"
import type * as Tools from "./tools.ts"

/** How many conversions are under way at once: two in the pool's threads, and two that read and store meanwhile. */
const concurrency = 4

/**
 * The key of one item: the same for the same batch and document, on any machine and at any time, and no other's. It does
 * not tell the batch's key.
 */
export const itemKey = (batchKey: string, documentId: string): string =>
  createHash("sha256").update(JSON.stringify([batchKey, documentId])).digest("hex").slice(0, 32)

/** The handler of `batch_convert_documents`. */
export const batchConvertDocuments = (
  { document_ids, idempotency_key, target_format }: typeof Tools.batchConvertDocuments.input.Type
) =>
  Batch.forEach(document_ids, (document_id) => {
    const converted = Effect.scoped(convertDocument({ document_id, target_format })) // a workspace for each
    if (idempotency_key === undefined) return converted
    const item = { document_id, idempotency_key: itemKey(idempotency_key, document_id) }
    return Effect.andThen(Effect.logInfo("converting an item", item), converted)
  }, { concurrency })

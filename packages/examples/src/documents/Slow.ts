/**
 * Remembers which documents took longer than a conversion may, so that no caller is told for ever to try again later.
 *
 * The first time may be the load's fault. A document of the same size that takes too long once more is told as one that
 * needs another way; the server tries all the same, whoever asks.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { Document } from "./Catalogue.ts"

/** Describes what is known of documents that took too long. */
export class Slow extends Context.Service<Slow, {
  /** Notes that a document took too long; returns how often it did, as it is. */
  readonly note: (document: Document) => number
}>()("@errata/examples/documents/Slow") {}

/** So many are remembered; the oldest are forgotten first. */
const most = 1_000

/** Provides the memory of one server. */
export const layer: Layer.Layer<Slow> = Layer.sync(Slow, () => {
  const counts = new Map<string, number>()
  return {
    note: ({ document_id, size_bytes }) => {
      const key = `${size_bytes} ${document_id}`
      const count = (counts.get(key) ?? 0) + 1
      counts.delete(key)
      counts.set(key, count)
      for (const oldest of counts.keys()) {
        if (counts.size <= most) break
        counts.delete(oldest)
      }
      return count
    }
  }
})

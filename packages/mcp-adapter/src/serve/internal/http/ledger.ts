import { deferred } from "./deferred.ts"
import type { Bounds } from "./limits.ts"
import { type LastWords, makeWork, type Work } from "./work.ts"

/** Knows every request of which something still runs. */
export interface Ledger {
  /** Notes a request: the id of its only call, if it has one, and whether it is a stream that belongs to no call. */
  readonly begin: (id: string | number | undefined, isListening: boolean) => Work
  /** Ends the streams that belong to no call. */
  readonly stopListening: () => void
  /** Ends everything. */
  readonly stop: () => void
  /** Waits until nothing runs. */
  readonly settled: () => Promise<void>
}

/** Makes one that knows no request yet. */
export const makeLedger = ({ replyTimeout }: Bounds, lastWords: LastWords): Ledger => {
  const open = new Set<Work>()
  let quiet = deferred<void>()
  quiet.resolve()
  return {
    begin: (id, isListening) => {
      if (open.size === 0) quiet = deferred()
      const onEnd = (): void => {
        open.delete(work)
        if (open.size === 0) quiet.resolve()
      }
      const work = makeWork({ id, isListening, lastWords, onEnd, replyTimeout })
      open.add(work)
      return work
    },
    stopListening: () => {
      for (const work of open) if (work.isListening) work.stop("draining")
    },
    stop: () => {
      for (const work of open) work.stop("draining")
    },
    settled: () => quiet.promise
  }
}

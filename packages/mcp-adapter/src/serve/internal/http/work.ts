import type { Served } from "./backend.ts"
import { deferred } from "./deferred.ts"
import { endingStream } from "./endingStream.ts"
import { type Reason, Refusal } from "./refusal.ts"
import type { Stream } from "./reply.ts"
import { after } from "./time.ts"

/** Follows a request from the moment its body is there until nothing of it runs any more. */
export interface Work {
  /** Has what was held given back, once, at the end; at once if that has come. */
  readonly onEnd: (giveBack: () => void) => void
  /** Waits, but no longer than the request may take, and not when it is stopped: then it throws a `Refusal`. */
  readonly bounded: <A>(promise: Promise<A>) => Promise<A>
  /** Returns a stream that ends when the request has to. */
  readonly streamOf: (stream: Stream, served: Served) => Stream
  /** Gives up. */
  readonly stop: (reason: Reason) => void
  /** Gives everything back. */
  readonly end: () => void
  /** Is it a stream that belongs to no call, which has no end of its own? */
  readonly isListening: boolean
}

/** Writes what a stream says last that is given up before its call was answered. */
export type LastWords = (reason: Reason, id: string | number) => Uint8Array

/** Says what a request is. */
export interface WorkOptions {
  /** The id of its only call. */
  readonly id: string | number | undefined
  readonly isListening: boolean
  readonly replyTimeout: number
  readonly onEnd: () => void
  readonly lastWords: LastWords
}

/** Begins to follow a request. */
export const makeWork = ({ id, isListening, lastWords, onEnd, replyTimeout }: WorkOptions): Work => {
  const stopped = deferred<Reason>()
  const held: Array<() => void> = []
  let isOver = false
  const stopTimer = isListening ? undefined : after(replyTimeout, () => stopped.resolve("timedOut"))
  const refused = stopped.promise.then((reason) => Promise.reject(new Refusal(reason, { id })))
  refused.catch(() => undefined)

  const end = (): void => {
    if (isOver) return
    isOver = true
    stopTimer?.()
    for (const giveBack of held.splice(0)) giveBack()
    onEnd()
  }

  return {
    onEnd: (giveBack) => {
      if (isOver) giveBack()
      else held.push(giveBack)
    },
    bounded: (promise) => Promise.race([promise, refused]),
    streamOf: (source, { answered, outlivesClient }) =>
      endingStream({
        source,
        answered,
        outlivesClient,
        stopped: stopped.promise,
        lastWords: (reason) => id === undefined || isListening ? undefined : lastWords(reason, id),
        onEnd: end
      }),
    stop: stopped.resolve,
    end,
    isListening
  }
}

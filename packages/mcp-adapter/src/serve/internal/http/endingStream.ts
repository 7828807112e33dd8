import type { Reason } from "./refusal.ts"
import type { Stream } from "./reply.ts"
import { after } from "./time.ts"

/** The time that a stream is waited for when its calls are answered, in milliseconds: one whose call was cancelled never ends. */
const linger = 250

/** Says when a stream ends, and what happens then. */
export interface EndingStreamOptions {
  readonly source: Stream
  /** Resolves when the calls are answered. Absent: the stream's end says so. */
  readonly answered: Promise<void> | undefined
  /** Is the rest read when the client is gone? */
  readonly outlivesClient: boolean
  /** Resolves when the request has to end. */
  readonly stopped: Promise<Reason>
  /** Writes what is said last then. */
  readonly lastWords: (reason: Reason) => Uint8Array | undefined
  /** Called when nothing of the request runs any more. */
  readonly onEnd: () => void
}

interface Cut {
  readonly reason: Reason | undefined
}

/** Returns a stream that ends with its source, when its calls are answered, or when the request has to end. */
export const endingStream = (options: EndingStreamOptions): Stream => {
  const { answered, lastWords, onEnd, outlivesClient, source, stopped } = options
  const next = untilCut(source, answered, stopped)
  let state: "open" | "ending" | "over" = "open"

  const over = (): void => {
    state = "over"
    if (answered === undefined) onEnd()
    else void Promise.race([answered, stopped]).then(onEnd) // the call goes on without its client
  }

  const cutOff = (reason: Reason | undefined): Uint8Array | undefined => {
    source.leave()
    const last = reason === undefined ? undefined : lastWords(reason)
    if (last === undefined) over()
    else state = "ending"
    return last
  }

  return {
    next: async () => {
      if (state === "ending") over()
      if (state === "over") return undefined
      const piece = await next()
      if (piece instanceof Uint8Array) return piece
      if (piece !== undefined) return cutOff(piece.reason)
      over()
      return undefined
    },
    leave: () => {
      if (state === "over") return
      if (state === "open" && outlivesClient) return void drain(next, source).then(over)
      source.leave()
      over()
    }
  }
}

type Next = () => Promise<Uint8Array | Cut | undefined>

/**
 * Returns what returns the next piece, the end, or why there is none. What the source holds already is never cut off by an answer.
 * One promise would gather a reaction for every piece of a stream that lives for days.
 */
const untilCut = (source: Stream, answered: Promise<void> | undefined, stopped: Promise<Reason>): Next => {
  let stop: Cut | undefined
  let isAnswered = false
  let wake: (() => void) | undefined
  void stopped.then((reason) => {
    stop = { reason }
    wake?.()
  })
  void answered?.then(() => {
    isAnswered = true
    wake?.()
  })
  return () =>
    new Promise((resolve) => {
      let forget: (() => void) | undefined
      const settle = (piece: Uint8Array | Cut | undefined): void => {
        wake = undefined
        forget?.()
        resolve(piece)
      }
      wake = () => {
        if (stop !== undefined) settle(stop)
        else if (isAnswered) forget ??= after(linger, () => settle({ reason: undefined }))
      }
      if (stop === undefined) void source.next().then(settle)
      wake()
    })
}

/** Reads what no client reads any more, to its end. */
const drain = async (next: Next, source: Stream): Promise<void> => {
  while (await next() instanceof Uint8Array);
  source.leave()
}

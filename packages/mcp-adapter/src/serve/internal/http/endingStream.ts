import type { Reason } from "./refusal.ts"
import type { Stream } from "./reply.ts"
import { after } from "./time.ts"

/** The time that a stream may stay open when its calls are answered, or cancelled, in milliseconds. */
const linger = 1_000

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
  const cut = Promise.race([stopped, ...answered === undefined ? [] : [answered.then(lingering)]])
  let state: "open" | "ending" | "over" = "open"
  const pieceOrCut = untilCut(source, cut)

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
      const piece = await pieceOrCut()
      if (piece instanceof Uint8Array) return piece
      if (piece !== undefined) return cutOff(piece.reason)
      over()
      return undefined
    },
    leave: () => {
      if (state === "over") return
      if (state === "open" && outlivesClient) return void drain(source, cut).then(over)
      source.leave()
      over()
    }
  }
}

/** Returns what returns the next piece. One promise would gather a reaction for every piece of a stream that lives for days. */
const untilCut = (
  source: Stream,
  cut: Promise<Reason | undefined>
): () => Promise<Uint8Array | Cut | undefined> => {
  let wake: ((cut: Cut) => void) | undefined
  let wasCut: Cut | undefined
  void cut.then((reason) => {
    wasCut = { reason }
    wake?.(wasCut)
  })
  return () =>
    wasCut !== undefined ? Promise.resolve(wasCut) : new Promise((resolve) => {
      wake = resolve
      void source.next().then(resolve)
    })
}

const lingering = (): Promise<undefined> => new Promise((resolve) => void after(linger, () => resolve(undefined)))

/** Reads what no client reads any more, to its end. */
const drain = async (source: Stream, cut: Promise<unknown>): Promise<void> => {
  let isCut = false
  void cut.then(() => {
    isCut = true
    source.leave()
  })
  while (!isCut && await source.next() !== undefined);
}

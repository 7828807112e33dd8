import type { AuthInfo } from "../../../call/Handler.ts"
import type { Backend, Served } from "./backend.ts"
import { replyOf } from "./challenge.ts"
import { type Budget, type Gate, makeBudget, makeGate } from "./gate.ts"
import { type Inbound, isJson } from "./inbound.ts"
import { type Ledger, makeLedger } from "./ledger.ts"
import type { Bounds } from "./limits.ts"
import { hasMethod, requestIds } from "./messages.ts"
import { Refusal } from "./refusal.ts"
import type { Reply } from "./reply.ts"
import type { LastWords, Work } from "./work.ts"

/** Answers requests to the endpoint that were let in. */
export interface Endpoint {
  /** Rejects with a `Refusal`, or what an SDK threw. */
  readonly handle: (inbound: Inbound, authInfo: AuthInfo | undefined) => Promise<Reply>
  /** Refuses those that wait and those that come. */
  readonly drain: () => void
  /** Ends everything. */
  readonly end: () => void
  readonly settled: () => Promise<void>
  readonly counts: () => EndpointCounts
}

/** Counts what is held at this moment. */
export interface EndpointCounts {
  readonly inside: number
  readonly waiting: number
  readonly streams: number
  readonly bufferedBytes: number
}

/** Says what answers, and within what bounds. */
export interface EndpointOptions {
  readonly backend: Backend
  readonly bounds: Bounds
  readonly lastWords: LastWords
}

interface Means {
  readonly backend: Backend
  readonly gate: Gate
  readonly buffered: Budget
  readonly streams: Budget
  readonly ledger: Ledger
}

/** Makes the endpoint. */
export const makeEndpoint = ({ backend, bounds, lastWords }: EndpointOptions): Endpoint => {
  const means: Means = {
    backend,
    gate: makeGate(bounds),
    buffered: makeBudget(bounds.bufferedBytes),
    streams: makeBudget(bounds.streams),
    ledger: makeLedger(bounds, lastWords)
  }
  const { buffered, gate, ledger, streams } = means
  let isDraining = false
  return {
    handle: async (inbound, authInfo) => {
      if (isDraining) throw new Refusal("draining")
      return inbound.method === "POST" ? post(means, inbound, authInfo) : withoutBody(means, inbound, authInfo)
    },
    drain: () => {
      isDraining = true
      gate.close()
      ledger.stopListening()
    },
    end: ledger.stop,
    settled: ledger.settled,
    counts: () => ({
      inside: gate.inside(),
      waiting: gate.waiting(),
      streams: streams.held(),
      bufferedBytes: buffered.held()
    })
  }
}

const post = async (means: Means, inbound: Inbound, authInfo: AuthInfo | undefined): Promise<Reply> => {
  const { backend, gate, ledger } = means
  if (!isJson(inbound.header("content-type")) || inbound.header("content-encoding") !== undefined) {
    throw new Refusal("unsupportedType")
  }
  const { body, giveBack } = await bodyOf(inbound, means.buffered)
  const ids = requestIds(body)
  const isListening = !Array.isArray(body) && hasMethod(body, "subscriptions/listen")
  const work = ledger.begin(Array.isArray(body) ? undefined : ids[0], isListening)
  work.onEnd(giveBack)
  const serving = (): Promise<Served> => backend.serve({ inbound, body, authInfo, onEnd: work.onEnd })
  if (isListening) return listen(means, work, inbound, serving)
  return within(work, async () => {
    // an answer to what a waiting call asked must not wait behind it
    if (ids.length > 0) await work.bounded(gate.enter(inbound.signal).then(work.onEnd))
    return answer(work, inbound, serving())
  })
}

const withoutBody = (means: Means, inbound: Inbound, authInfo: AuthInfo | undefined): Promise<Reply> => {
  const work = means.ledger.begin(undefined, inbound.method === "GET")
  const { onEnd } = work
  const serving = (): Promise<Served> => means.backend.serve({ inbound, body: undefined, authInfo, onEnd })
  return work.isListening
    ? listen(means, work, inbound, serving)
    : within(work, () => answer(work, inbound, serving()))
}

const listen = (
  { streams }: Means,
  work: Work,
  inbound: Inbound,
  serving: () => Promise<Served>
): Promise<Reply> =>
  within(work, async () => {
    streams.take(1)
    work.onEnd(() => streams.giveBack(1))
    return answer(work, inbound, serving())
  })

/** Runs a step of a request, which is over if the step fails. */
const within = async (work: Work, step: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await step()
  } catch (failure) {
    work.end()
    throw failure
  }
}

const answer = async (work: Work, inbound: Inbound, serving: Promise<Served>): Promise<Reply> => {
  const served = await work.bounded(serving)
  const isCall = inbound.method === "POST" && !work.isListening
  const reply = await work.bounded(replyOf(served.response, isCall))
  if (reply.stream !== undefined) return { ...reply, stream: work.streamOf(reply.stream, served) }
  work.end()
  return reply
}

const bodyOf = async (
  inbound: Inbound,
  buffered: Budget
): Promise<{ readonly body: unknown; readonly giveBack: () => void }> => {
  let size = 0
  const giveBack = (): void => buffered.giveBack(size)
  try {
    const text = await inbound.read((bytes) => {
      buffered.take(bytes)
      size += bytes
    })
    return { body: parse(text), giveBack }
  } catch (failure) {
    giveBack()
    throw failure
  }
}

/** An SDK takes an empty batch for one that holds nothing but notifications. */
const parse = (text: string): unknown => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new Refusal("unparsable")
  }
  if (typeof body !== "object" || body === null || (Array.isArray(body) && body.length === 0)) {
    throw new Refusal("noMessage")
  }
  return body
}

import { randomUUID } from "node:crypto"
import { count } from "./limits.ts"

/** See `http.Resume`. */
export interface ResumeOptions {
  /** The most events that a session keeps; older ones are forgotten. Default 256. */
  readonly events?: number | undefined
  /** The most bytes of events that a session keeps; older ones are forgotten. Default 1 MiB. */
  readonly bytes?: number | undefined
  /** The most bytes of events that all sessions keep; the oldest of any are forgotten. Default 64 MiB. */
  readonly totalBytes?: number | undefined
}

interface Event {
  readonly id: string
  readonly stream: string
  readonly message: object
  readonly size: number
  readonly owner: Owner
}

/** Holds what is kept of a session. */
interface Owner {
  readonly kept: Map<string, Event>
  size: number
}

type Send = (id: string, message: object) => Promise<void>

/** Keeps the last events of a session's streams: what both SDKs call an `EventStore`. */
export interface EventStore {
  readonly storeEvent: (stream: string, message: object) => Promise<string>
  readonly getStreamIdForEventId: (id: string) => Promise<string | undefined>
  readonly replayEventsAfter: (id: string, to: { readonly send: Send }) => Promise<string>
}

/** Keeps the events of sessions. */
export interface EventStores {
  /** Makes the store of a session. The ids it gives lead to nothing but events of its own session. */
  readonly open: () => { readonly store: EventStore; readonly forget: () => void }
}

/** Makes what keeps the events of sessions, within bounds for each and for all. */
export const makeEventStores = (options: ResumeOptions = {}): EventStores => {
  const most = count("sessions.resume.events", options.events, 256)
  const bytes = count("sessions.resume.bytes", options.bytes, 1024 * 1024)
  const totalBytes = count("sessions.resume.totalBytes", options.totalBytes, 64 * 1024 * 1024)
  const all = new Map<string, Event>()
  let total = 0

  const drop = ({ id, owner, size }: Event): void => {
    if (!all.delete(id)) return
    owner.kept.delete(id)
    owner.size -= size
    total -= size
  }

  const trim = (owner: Owner): void => {
    for (const event of owner.kept.values()) {
      if (owner.kept.size <= most && owner.size <= bytes) break
      drop(event)
    }
    for (const event of all.values()) {
      if (total <= totalBytes) return
      drop(event)
    }
  }

  const keep = (owner: Owner, stream: string, message: object): string => {
    const event = { id: randomUUID(), stream, message, size: JSON.stringify(message).length, owner }
    all.set(event.id, event)
    owner.kept.set(event.id, event)
    owner.size += event.size
    total += event.size
    trim(owner)
    return event.id
  }

  return {
    open: () => {
      const owner: Owner = { kept: new Map(), size: 0 }
      return { store: storeOf(owner, keep), forget: () => Array.from(owner.kept.values()).forEach(drop) }
    }
  }
}

const storeOf = (owner: Owner, keep: (owner: Owner, stream: string, message: object) => string): EventStore => ({
  storeEvent: async (stream, message) => keep(owner, stream, message),
  getStreamIdForEventId: async (id) => owner.kept.get(id)?.stream,
  replayEventsAfter: (last, { send }) => replay(owner, last, send)
})

const replay = async ({ kept }: Owner, last: string, send: Send): Promise<string> => {
  const from = kept.get(last)
  if (from === undefined) throw new Error("the event is not kept")
  let isAfter = false
  for (const event of Array.from(kept.values())) { // one that is kept meanwhile is sent by who keeps it
    // a priming event holds nothing: it only gave the client an id to come back with
    const isOfStream = event.stream === from.stream && Object.keys(event.message).length > 0
    if (isAfter && isOfStream) await send(event.id, event.message)
    if (event.id === last) isAfter = true
  }
  return from.stream
}

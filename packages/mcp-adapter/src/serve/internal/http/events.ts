import { randomUUID } from "node:crypto"
import { count } from "./limits.ts"

/** See `http.Resume`. */
export interface ResumeOptions {
  /** The most events that a session keeps; older ones are forgotten. Default 256. */
  readonly events?: number | undefined
  /** The most bytes of events that a session keeps; older ones are forgotten. Default 1 MiB. */
  readonly bytes?: number | undefined
}

interface Event {
  readonly id: string
  readonly stream: string
  readonly message: object
  readonly size: number
}

type Send = (id: string, message: object) => Promise<void>

/** Keeps the last events of a session's streams: what both SDKs call an `EventStore`. */
export interface EventStore {
  readonly storeEvent: (stream: string, message: object) => Promise<string>
  readonly getStreamIdForEventId: (id: string) => Promise<string | undefined>
  readonly replayEventsAfter: (id: string, to: { readonly send: Send }) => Promise<string>
}

/** Makes a store. The ids it gives lead to nothing but events of its own session. */
export const makeEventStore = (options: ResumeOptions = {}): EventStore => {
  const most = count("sessions.resume.events", options.events, 256)
  const bytes = count("sessions.resume.bytes", options.bytes, 1024 * 1024)
  const kept = new Map<string, Event>()
  let size = 0

  const trim = (): void => {
    for (const event of kept.values()) {
      if (kept.size <= most && size <= bytes) return
      kept.delete(event.id)
      size -= event.size
    }
  }

  return {
    storeEvent: async (stream, message) => {
      const event = { id: randomUUID(), stream, message, size: JSON.stringify(message).length }
      kept.set(event.id, event)
      size += event.size
      trim()
      return event.id
    },
    getStreamIdForEventId: async (id) => kept.get(id)?.stream,
    replayEventsAfter: async (last, { send }) => {
      const from = kept.get(last)
      if (from === undefined) throw new Error("the event is not kept")
      let isAfter = false
      for (const event of Array.from(kept.values())) { // one that is kept meanwhile is sent by who keeps it
        // a priming event holds nothing: it only gave the client an id to come back with
        if (isAfter && event.stream === from.stream && Object.keys(event.message).length > 0) {
          await send(event.id, event.message)
        }
        if (event.id === last) isAfter = true
      }
      return from.stream
    }
  }
}

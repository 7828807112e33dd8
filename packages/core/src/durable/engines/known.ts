import type { Incoming } from "effect/cluster/Message"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import * as Effect from "effect/Effect"

type Address = Incoming<never>["envelope"]["address"]

/** Knows which kinds of runs this process can do. */
export interface Known {
  /** Returns the messages that this process can answer, and remembers where the others came from. */
  readonly only: (messages: ReadonlyArray<Incoming<never>>) => ReadonlyArray<Incoming<never>>
  /** Learns a kind. Messages that came too early for it are given back, to be read again. */
  readonly learn: (entityType: string, storage: MessageStorage["Service"]) => Effect.Effect<void>
}

/**
 * Lets a process leave alone what it has no work for, such as the runs of another version: they wait for a process that has it.
 * effect would end them after a minute, as failed.
 */
export const makeKnown = (): Known => {
  const types = new Set<string>()
  const early = new Map<string, Map<string, Address>>()
  return {
    only: (messages) =>
      messages.filter(({ envelope: { address } }) => {
        if (types.has(address.entityType)) return true
        early.set(address.entityType, (early.get(address.entityType) ?? new Map()).set(address.entityId, address))
        return false
      }),
    learn: (entityType, storage) =>
      Effect.suspend(() => {
        types.add(entityType)
        const addresses = early.get(entityType)
        early.delete(entityType)
        return addresses === undefined ? Effect.void : Effect.ignore(storage.resetAddresses([...addresses.values()]))
      })
  }
}

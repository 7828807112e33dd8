import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { nowUnsafe } from "../../call/internal/clock.ts"
import {
  type Claim,
  type Held,
  type IdempotencyStore,
  type Outcome,
  type Request,
  type State,
  StoreError
} from "./model.ts"

/** Bounds what a store in memory holds. */
export interface Bounds {
  readonly maxKeys: number
  readonly maxCharacters: number
}

interface Key {
  readonly id: string
  fingerprint: string
  owner: string
  generation: number
  referenceId: string
  isBegun: boolean
  /** Is true if the owner took over a key whose outcome was unknown. */
  isTaken: boolean
  leaseUntil: number
  retention: number
  end: End | undefined
}

type End = { readonly at: number; readonly outcome: Outcome | undefined }

/** Bounds how often a full store looks for keys that are past their retention. */
const sweepEvery = 1000

/** Makes a store in memory. Every step is one synchronous piece of code, hence atomic. */
export const make = (bounds: Bounds): IdempotencyStore["Service"] => {
  const keys = new Keys(bounds)
  const step = <A>(operation: string, f: (now: number) => A): Effect.Effect<A, StoreError> =>
    Effect.withFiber((fiber) => {
      try {
        return Effect.succeed(f(nowUnsafe(fiber.getRef(Clock.Clock))))
      } catch (cause) {
        return Effect.fail(
          new StoreError({ operation, reason: cause instanceof Full ? cause.message : "failed", cause })
        )
      }
    })
  return {
    claim: (request) => step("claim", (now) => keys.claim(request, now)),
    renew: (held, lease) =>
      step("renew", (now) =>
        keys.whenHeld(held, (key) => {
          key.leaseUntil = now + Duration.toMillis(lease)
        })),
    begin: (held) =>
      step("begin", () =>
        keys.whenHeld(held, (key) => {
          key.isBegun = true
        })),
    complete: (held, outcome) => step("complete", (now) => keys.end(held, { at: now, outcome })),
    release: (held) => step("release", () => keys.whenHeld(held, (key) => keys.remove(key))),
    abandon: (held) => step("abandon", (now) => keys.end(held, { at: now, outcome: undefined })),
    lookup: (id) => step("lookup", (now) => keys.stateOf(id, now)),
    expire: step("expire", (now) => keys.sweep(now))
  }
}

class Full extends Error {}

class Keys {
  readonly #bounds: Bounds
  readonly #keys = new Map<string, Key>()
  /** Those whose value is kept, the oldest first. */
  readonly #valued = new Map<string, number>()
  #characters = 0
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  claim(request: Request, now: number): Claim {
    const key = this.#keys.get(request.id)
    const state = this.stateOf(request.id, now)
    if (key === undefined || state._tag === "Absent") return this.#grant(request, key, now)
    const { referenceId } = key
    if (key.fingerprint !== request.fingerprint) return { _tag: "Conflict", referenceId }
    if (key.end === undefined && key.owner === request.owner) return this.#grantAgain(key, request, now)
    if (state._tag !== "Unknown" || !request.takesUnknown) return state
    this.#occupy(key, request, now, true)
    return { _tag: "Taken", held: heldOf(key), referenceId }
  }

  stateOf(id: string, now: number): State {
    const key = this.#keys.get(id)
    if (key === undefined || now >= forgottenAt(key)) return { _tag: "Absent" }
    const { end, leaseUntil, referenceId } = key
    if (end?.outcome !== undefined) {
      return { _tag: "Completed", outcome: end.outcome, referenceId, storedAt: end.at }
    }
    return end === undefined && now < leaseUntil
      ? { _tag: "InProgress", referenceId, left: Duration.millis(leaseUntil - now) }
      : { _tag: "Unknown", referenceId, since: end?.at ?? leaseUntil }
  }

  /** Changes a key if it is still that owner's. */
  whenHeld(held: Held, change: (key: Key) => void): boolean {
    const key = this.#ofOwner(held)
    if (key === undefined || key.end !== undefined) return false
    change(key)
    return true
  }

  end(held: Held, end: End): boolean {
    const key = this.#ofOwner(held)
    if (key === undefined) return false
    if (key.end !== undefined) return (key.end.outcome === undefined) === (end.outcome === undefined)
    key.end = end
    this.#keep(key, end.outcome?.value)
    return true
  }

  remove(key: Key): void {
    this.#keys.delete(key.id)
    this.#characters -= this.#valued.get(key.id) ?? 0
    this.#valued.delete(key.id)
  }

  sweep(now: number): number {
    this.#sweptAt = now
    const before = this.#keys.size
    for (const key of this.#keys.values()) if (now >= forgottenAt(key)) this.remove(key)
    return before - this.#keys.size
  }

  #ofOwner({ generation, id, owner }: Held): Key | undefined {
    const key = this.#keys.get(id)
    return key?.owner === owner && key.generation === generation ? key : undefined
  }

  #grant(request: Request, old: Key | undefined, now: number): Claim {
    const wasLost = old !== undefined && old.end === undefined && !old.isBegun
    if (old !== undefined) this.remove(old)
    this.#makeRoom(now)
    const key: Key = { ...fresh, id: request.id, generation: wasLost ? old.generation : 0 }
    this.#occupy(key, request, now, false)
    this.#keys.set(key.id, key)
    return { _tag: "Claimed", held: heldOf(key) }
  }

  /** The answer to the same claim was lost. */
  #grantAgain(key: Key, request: Request, now: number): Claim {
    key.leaseUntil = now + Duration.toMillis(request.lease)
    const held = heldOf(key)
    return key.isTaken ? { _tag: "Taken", held, referenceId: key.referenceId } : { _tag: "Claimed", held }
  }

  #occupy(key: Key, request: Request, now: number, isTaken: boolean): void {
    key.fingerprint = request.fingerprint
    key.owner = request.owner
    key.generation += 1
    key.referenceId = isTaken ? key.referenceId : request.referenceId
    key.isTaken = isTaken
    key.isBegun = isTaken || request.begun
    key.leaseUntil = now + Duration.toMillis(request.lease)
    key.retention = Duration.toMillis(request.retention)
    key.end = undefined
  }

  #makeRoom(now: number): void {
    const { maxKeys } = this.#bounds
    if (this.#keys.size < maxKeys) return
    if (now - this.#sweptAt >= sweepEvery) this.sweep(now)
    if (this.#keys.size >= maxKeys) throw new Full(`the store holds ${maxKeys} keys, and none is past its retention`)
  }

  /** Keeps a value; where it is too much in all, the oldest values go, and their keys stay. */
  #keep(key: Key, value: string | undefined): void {
    if (value === undefined) return
    this.#valued.set(key.id, value.length)
    this.#characters += value.length
    for (const [id, length] of this.#valued) {
      if (this.#characters <= this.#bounds.maxCharacters) return
      this.#valued.delete(id)
      this.#characters -= length
      const { at, outcome } = this.#keys.get(id)!.end!
      this.#keys.get(id)!.end = { at, outcome: { kind: outcome!.kind, value: undefined } }
    }
  }
}

const fresh = {
  fingerprint: "",
  owner: "",
  referenceId: "",
  isBegun: false,
  isTaken: false,
  leaseUntil: 0,
  retention: 0,
  end: undefined
}

const heldOf = ({ generation, id, owner }: Key): Held => ({ id, owner, generation })

/** Returns when a key is as good as never used. */
const forgottenAt = ({ end, isBegun, leaseUntil, retention }: Key): number => {
  if (end !== undefined) return end.at + retention
  return isBegun ? leaseUntil + retention : leaseUntil
}

import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type * as Stream from "effect/Stream"
import * as Classifier from "../../classify/Classifier.ts"
import type { Item } from "./model.ts"
import { Place } from "./place.ts"

/**
 * Gives the items, one by one.
 *
 * @category models
 * @since 0.1.0
 */
export type Items<I, R = never> = Iterable<I> | AsyncIterable<I> | Stream.Stream<I, never, R>

/** Describes where the items come from, one after the other, whoever asks. */
export interface Source<in I, out R = never> {
  /** Puts the next item into a place, if one is there. Never throws: what cannot be read is an item that is broken. */
  readonly take: (place: Place<I>) => boolean
  /** Returns true if nothing is left, here and where the items come from. */
  readonly isDone: () => boolean
  /** Waits until an item is there or nothing is left; without it, items are there at once. One pull at a time. */
  readonly refill: Effect.Effect<void, never, R> | undefined
  /** Says how many items there are, if that is known. */
  readonly size: number | undefined
  /** Returns the items that no worker took. */
  readonly rest: (named: number) => Rest
  /** Lets go of where the items come from, if there is anything to let go of. */
  readonly close: () => Effect.Effect<void> | undefined
}

/** Holds the items that no worker took. */
export interface Rest {
  readonly count: number
  /** The first of them, as many as asked for. */
  readonly items: ReadonlyArray<Item>
  /** Is true if there may be more; how many is unknown. */
  readonly isTruncated: boolean
}

type KeyOf<I> = ((item: I, index: number) => string) | undefined

export const sourceOf = <I, R>(items: Items<I, R>, key: KeyOf<I>): Source<I, R> => {
  if (isStream(items)) return fromStream(items, key)
  return isAsync(items) ? fromAsync(items, key) : fromSync(items as Iterable<I>, key)
}

/** `Stream.isStream`, without loading the module for those who have no streams: it takes as long as all the rest. */
const isStream = <I, R>(items: Items<I, R>): items is Stream.Stream<I, never, R> =>
  Predicate.hasProperty(items, "~effect/Stream")

const isAsync = <I>(items: Items<I, unknown>): items is AsyncIterable<I> =>
  (items as Partial<AsyncIterable<I>>)[Symbol.asyncIterator] !== undefined

/** Numbers items and names them: by the caller's key, else an item that is a text by itself, else by its index. */
const makeCounter = <I>(keyOf: KeyOf<I>): {
  readonly put: (place: Place<I>, item: I) => void
  readonly putBroken: (place: Place<I>, broken: Effect.Effect<never>) => void
  readonly count: () => number
} => {
  let count = 0
  const putBroken = (place: Place<I>, broken: Effect.Effect<never>): void =>
    place.put(undefined as I, count++, undefined, broken)
  return {
    put: (place, item) => {
      if (keyOf === undefined) return place.put(item, count++, typeof item === "string" ? item : undefined)
      try {
        const name = String(keyOf(item, count))
        place.put(item, count++, name)
      } catch (defect) {
        putBroken(place, Effect.die(defect))
      }
    },
    putBroken,
    count: () => count
  }
}

/** Returns the size of what cannot be without end. */
const sizeOf = (items: object): number | undefined => {
  if (Array.isArray(items)) return items.length
  if (items instanceof Set || items instanceof Map) return items.size
  return ArrayBuffer.isView(items) && "length" in items ? Number(items.length) : undefined
}

/** Returns the failure of the source: a connection that was lost while items came is no mistake of the tool's. */
const broken = (cause: Cause.Cause<never>): Effect.Effect<never> => {
  const failure = cause.reasons.find(Cause.isDieReason)?.defect
  const error = failure === undefined ? undefined : Classifier.errno({ service: "The source of the items" })(failure)
  return error === undefined
    ? Effect.failCause(cause)
    : Effect.fail(error) as Effect.Effect<never, unknown> as Effect.Effect<never>
}

const fromSync = <I>(items: Iterable<I>, key: KeyOf<I>): Source<I> => {
  const size = sizeOf(items)
  const { count, put, putBroken } = makeCounter(key)
  let iterator: Iterator<I> | undefined
  let isDone = false
  let hasFailed = false
  const take = (place: Place<I>): boolean => {
    if (isDone) return false
    let value: I | undefined
    try {
      const step = (iterator ??= items[Symbol.iterator]()).next()
      isDone = step.done === true
      if (!isDone) value = step.value
    } catch (defect) {
      isDone = hasFailed = true
      putBroken(place, broken(Cause.die(defect)))
      return true
    }
    if (!isDone) put(place, value as I)
    return !isDone
  }
  return {
    take,
    isDone: () => isDone,
    refill: undefined,
    size,
    rest: (named) => {
      if (isDone || size === undefined) return { count: 0, items: [], isTruncated: hasFailed || !isDone }
      const items: Array<Item> = []
      const place = new Place<I>()
      while (take(place)) {
        items.push({ index: place.index, key: place.key })
        if (items.length >= named) break
      }
      return { count: items.length + (isDone ? 0 : Math.max(0, size - count())), items, isTruncated: hasFailed }
    },
    close: () => size === undefined && !isDone ? Effect.sync(() => void iterator?.return?.()) : undefined
  }
}

/** Takes items that arrive in pieces: waits for the next piece when the last one is used up. `undefined` is the end. */
const fromPieces = <I, R>(
  pull: Effect.Effect<ReadonlyArray<I> | undefined, never, R>,
  key: KeyOf<I>,
  close: (ended: boolean) => Effect.Effect<void> | undefined
): Source<I, R> => {
  const { put, putBroken } = makeCounter(key)
  const oneAtATime = Semaphore.makeUnsafe(1)
  let piece: ReadonlyArray<I> = []
  let at = 0
  let failure: Cause.Cause<never> | undefined
  let isDone = false
  let hasFailed = false
  const isThere = (): boolean => at < piece.length || failure !== undefined
  const next = Effect.matchCause(pull, {
    onFailure: (cause) => {
      isDone = hasFailed = true
      failure = cause
    },
    onSuccess: (items) => {
      isDone = items === undefined
      piece = items ?? []
      at = 0
    }
  })
  return {
    take: (place) => {
      if (!isThere()) return false
      if (at < piece.length) put(place, piece[at++]!)
      else {
        putBroken(place, broken(failure!))
        failure = undefined
      }
      return true
    },
    isDone: () => isDone && !isThere(),
    refill: oneAtATime.withPermit(Effect.suspend(() => isDone || isThere() ? Effect.void : next)),
    size: undefined,
    rest: () => ({ count: 0, items: [], isTruncated: hasFailed || isThere() || !isDone }),
    close: () => close(isDone)
  }
}

const fromAsync = <I>(items: AsyncIterable<I>, key: KeyOf<I>): Source<I> => {
  let iterator: AsyncIterator<I> | undefined
  let isPulling = false
  const pull = Effect.promise(async () => {
    iterator ??= items[Symbol.asyncIterator]()
    isPulling = true
    const step = await iterator.next()
    isPulling = false
    return step.done === true ? undefined : [step.value]
  })
  return fromPieces(pull, key, (ended) =>
    ended ? undefined : Effect.promise(async () => {
      const returned = iterator?.return?.()
      // a generator that is at work on the next item returns after it: perhaps never
      if (isPulling) void returned?.then(undefined, () => undefined)
      else await returned
    }))
}

const fromStream = <I, R>(stream: Stream.Stream<I, never, R>, key: KeyOf<I>): Source<I, R> => {
  const scope = Scope.makeUnsafe()
  let opened: Effect.Effect<ReadonlyArray<I> | undefined, never, R> | undefined
  const open = Effect.promise(() => import("effect/Stream")).pipe(
    Effect.flatMap((Stream) => Stream.toPull(stream)),
    Effect.provideService(Scope.Scope, scope),
    Effect.map((pull) => (opened = Pull.catchDone(pull, () => Effect.undefined)))
  )
  const pull = Effect.suspend(() => opened ?? Effect.flatten(open))
  return fromPieces(
    pull as Effect.Effect<ReadonlyArray<I> | undefined, never, R>,
    key,
    () => Scope.close(scope, Exit.void)
  )
}

import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const names = ["a", "b", "c", "d", "e", "f", "g"]
const missing = (id: string) => new Errors.NotFound({ resource: "File", id })
const convert = (name: string) =>
  name === "c" || name === "f" ? Effect.fail(missing(name)) : Effect.succeed(name.toUpperCase())

/** What an item's effect may be made of. */
const ways: ReadonlyArray<readonly [string, <A, E>(self: Effect.Effect<A, E>) => Effect.Effect<A, E>]> = [
  ["at once", (self) => self],
  ["in a suspension", (self) => Effect.suspend(() => self)],
  ["after others had their turn", (self) => Effect.andThen(Effect.yieldNow, self)],
  ["after a promise", (self) => Effect.andThen(Effect.promise(() => Promise.resolve()), self)]
]

const generator = function*() {
  yield* names
}
const asyncGenerator = async function*() {
  for (const name of names) {
    await Promise.resolve()
    yield name
  }
}
const sources: ReadonlyArray<readonly [string, () => Batch.Items<string>]> = [
  ["an array", () => names],
  ["a set", () => new Set(names)],
  ["a generator", generator],
  ["a text", () => names.join("")],
  ["an async generator", asyncGenerator],
  ["an async iterable that answers out of order", () => outOfOrder()],
  ["a stream", () => Stream.fromIterable(names)],
  ["a stream in chunks", () => Stream.fromIterable(names).pipe(Stream.rechunk(3))],
  [
    "a stream that waits",
    () => Stream.fromIterable(names).pipe(Stream.mapEffect((name) => Effect.as(Effect.yieldNow, name)))
  ]
]

/** Its first answer comes last, if it is asked for several at once. */
const outOfOrder = (): AsyncIterable<string> => {
  let asked = 0
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const index = asked++
        for (let i = 0; i < names.length - index; i++) await Promise.resolve()
        return index < names.length ? { done: false, value: names[index]! } : { done: true, value: undefined }
      }
    })
  }
}

describe.each(sources)("items of %s", (_, items) => {
  it.effect.each(ways)(
    "are all run, whatever the concurrency, and keep their order: %s",
    ([, way]) =>
      Effect.gen(function*() {
        for (const concurrency of [1, 2, 3, 8, 100]) {
          const batch = yield* Batch.forEach(items(), (name) => way(convert(name)), { concurrency })
          expect(batch.results.map(({ index, key, value }) => [index, key, value]))
            .toEqual([[0, "a", "A"], [1, "b", "B"], [3, "d", "D"], [4, "e", "E"], [6, "g", "G"]])
          expect(batch.failures.map(({ error, index, key }) => [index, key, error._tag])).toEqual([
            [2, "c", "NotFound"],
            [5, "f", "NotFound"]
          ])
          expect(Batch.summary(batch)).toEqual({
            total: 7,
            succeeded: 5,
            failed: 2,
            not_attempted: 0,
            success_rate: 0.71
          })
          expect(batch.isTruncated).toBe(false)
        }
      })
  )

  it.effect("may be none", () =>
    Effect.gen(function*() {
      const none = yield* Batch.forEach(emptied(items()), convert)
      expect(none).toEqual({ ...Batch.empty, results: [] })
      expect(Batch.report(none)).toMatchObject({ status: "success", note: "There were no items." })
    }))

  it.effect("begin in order, never more at once than allowed, and as many", () =>
    Effect.gen(function*() {
      for (const concurrency of [1, 2, 5]) {
        const begun: Array<number> = []
        let running = 0
        let most = 0
        yield* Batch.forEach(items(), (_, { index }) =>
          Effect.gen(function*() {
            begun.push(index)
            most = Math.max(most, ++running)
            for (let i = 0; i < 20 + (index * 7) % 5; i++) {
              yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
            }
            running--
          }), { concurrency })
        expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6])
        expect(most).toBe(concurrency)
      }
    }))
})

const emptied = (items: Batch.Items<string>): Batch.Items<string> => {
  if (Stream.isStream(items)) return Stream.take(items as Stream.Stream<string>, 0)
  return (items as Partial<AsyncIterable<string>>)[Symbol.asyncIterator] === undefined
    ? (Array.isArray(items) ? [] : new Set<string>())
    : (async function*() {})()
}

describe("an item", () => {
  it.effect("is known by itself if it is a text, else by its index, else by what `key` says", () =>
    Effect.gen(function*() {
      const keys = (batch: Batch.Batch<unknown, unknown>) => batch.results.map(({ key }) => key)
      expect(keys(yield* Batch.forEach([7, "x", undefined], Effect.succeed))).toEqual(["0", "x", "2"])
      expect(
        keys(yield* Batch.forEach([{ id: 4 }, { id: 5 }], Effect.succeed, { key: ({ id }, index) => `${index}:${id}` }))
      ).toEqual(["0:4", "1:5"])
      expect(keys(yield* Batch.forEach([4, 5], Effect.succeed, { key: (n) => n as never }))).toEqual(["4", "5"])
    }))

  it.effect("may have the key of another", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(["a", "a", "c", "c", "a"], convert, { safety: "read" })
      expect(batch.results.map(({ index, key }) => `${index}${key}`)).toEqual(["0a", "1a", "4a"])
      expect(batch.failures.map(({ index, key }) => `${index}${key}`)).toEqual(["2c", "3c"])
    }))

  it.effect("is told its index, key and attempt", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      yield* Batch.forEach(["a", "b"], (_, { attempt, index, key, signal }) =>
        Effect.sync(() => told.push([index, key, attempt, signal.aborted])))
      expect(told).toEqual([[0, "a", 1, false], [1, "b", 1, false]])
    }))

  it.effect("may need services", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(["a"], () =>
        Effect.clockWith((clock) => Effect.succeed(typeof clock.currentTimeMillisUnsafe())))
      expect(batch.results[0]?.value).toBe("number")
    }))
})

describe("options", () => {
  it.effect("are given last, or with the items to come", () =>
    Effect.gen(function*() {
      const direct = yield* Batch.forEach(names, convert, { concurrency: 3 })
      const piped = yield* Stream.fromIterable(names).pipe(Batch.forEach(convert, { concurrency: 3 }))
      expect(Batch.report(piped)).toEqual(Batch.report(direct))
    }))

  it.effect("discard: values are counted and not kept", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(names, convert, { discard: true })
      expect([batch.succeeded, batch.results, batch.failures.length]).toEqual([5, [], 2])
    }))

  it.effect("maxKept: the first in input order are kept, whatever the order of arrival", () =>
    Effect.gen(function*() {
      const items = Array.from({ length: 3000 }, (_, i) => i)
      const late = (i: number) =>
        Effect.andThen(i % 7 === 0 ? Effect.yieldNow : Effect.void, Effect.fail(missing(String(i))))
      for (const maxKept of [0, 1, 5, 100]) {
        const batch = yield* Batch.forEach(items, late, { concurrency: 16, maxKept })
        expect(batch.failures.map(({ index }) => index)).toEqual(items.slice(0, maxKept))
        expect([batch.failed, batch.tally.byType]).toEqual([3000, { not_found: 3000 }])
        const stopped = yield* Batch.forEach(items, late, { concurrency: 1, stopAfter: 1, maxKept })
        expect(stopped.skipped.map(({ index }) => index)).toEqual(items.slice(1, 1 + maxKept))
        expect(stopped.notAttempted).toBe(2999)
      }
    }))

  it.effect("stopAfter: no more are begun, those that were begun end", () =>
    Effect.gen(function*() {
      const ended: Array<string> = []
      const work = (name: string) =>
        Effect.suspend(() => {
          ended.push(name)
          return convert(name)
        })
      const alone = yield* Batch.forEach(names, work, { concurrency: 1, stopAfter: 1 })
      expect(ended).toEqual(["a", "b", "c"])
      expect(Batch.report(alone).note).toBe("2 of 7 succeeded, 1 failed, 4 were not attempted.")
      expect(Batch.errorSummary(alone).retry_keys).toEqual(["d", "e", "f", "g"])

      const together = yield* Batch.forEach(["c", "c", "c", "a", "a"], (name) =>
        Effect.andThen(Effect.yieldNow, convert(name)), { concurrency: 3, stopAfter: 1 })
      expect(Batch.summary(together)).toMatchObject({ failed: 3, not_attempted: 2 })
    }))

  it.effect("stopAfter: what has no end is not counted", () =>
    Effect.gen(function*() {
      let returned = false
      const endless = function*() {
        try {
          for (let i = 0;; i++) yield i
        } finally {
          returned = true
        }
      }
      const batch = yield* Batch.forEach(
        endless(),
        (i) => i % 10 === 9 ? Effect.fail(missing("x")) : Effect.succeed(i),
        { stopAfter: 2 }
      )
      expect(Batch.report(batch)).toMatchObject({
        status: "partial",
        summary: { total: 20, succeeded: 18, failed: 2, not_attempted: 0 },
        note: "18 of 20 succeeded, 2 failed. The items were not read to their end."
      })
      expect(returned).toBe(true)
    }))

  it.effect.each([
    ["concurrency", 0],
    ["concurrency", -1],
    ["concurrency", 1.5],
    ["concurrency", Number.NaN],
    ["concurrency", Number.POSITIVE_INFINITY],
    ["stopAfter", 0],
    ["maxKept", -1]
  ])("%s cannot be %s", ([name, value]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Batch.forEach(names, convert, { [name as string]: value }))
      expect(String(exit)).toContain(`Batch: ${name} must be a whole number from`)
    }))
})

describe("a million items", () => {
  it.live("of a generator need no million places", () =>
    Effect.gen(function*() {
      const many = function*() {
        for (let i = 0; i < 1_000_000; i++) yield i
      }
      const batch = yield* Batch.forEach(many(), (i) => i % 10 === 0 ? Effect.fail(missing("x")) : Effect.succeed(i), {
        discard: true,
        maxKept: 3
      })
      expect([batch.succeeded, batch.failed, batch.failures.length, batch.results.length]).toEqual([
        900_000,
        100_000,
        3,
        0
      ])
    }), 30_000)

  it.live("do not keep everything else waiting", () =>
    Effect.gen(function*() {
      let turns = 0
      const timer = setInterval(() => turns++, 5)
      const spin = (ms: number) => {
        const until = performance.now() + ms
        while (performance.now() < until);
      }
      yield* Batch.forEach(Array.from({ length: 100 }), () => Effect.sync(() => spin(2)), { concurrency: 4 })
      yield* Batch.forEach(Array.from({ length: 100 }), () => Effect.promise(async () => spin(2)), { concurrency: 4 })
      clearInterval(timer)
      expect(turns).toBeGreaterThan(5)
    }))
})

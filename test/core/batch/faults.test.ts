import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { everyHostile, tenMegabytes } from "../support/arbitraries.ts"
import { logged, quiet } from "./support/logged.ts"

const names = ["a", "bad", "c", "d"]
const secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
const throws = () => {
  throw new Error(secret)
}

/** Ways in which an item can fail that nobody declared. */
const defects: ReadonlyArray<readonly [string, () => Batch.Returned<string, ToolError.Any, never>]> = [
  ["throws at once", throws],
  ["dies", () => Effect.die(new Error(secret))],
  ["dies later", () => Effect.andThen(Effect.yieldNow, Effect.die(new Error(secret)))],
  ["throws inside", () => Effect.sync(throws)],
  ["throws in a promise", () => Effect.promise(() => Promise.reject(new Error(secret)))],
  ["interrupts itself", () => Effect.interrupt],
  [
    "interrupts its fiber",
    () => Effect.flatMap(Effect.fiber, (fiber) => Fiber.interrupt(fiber) as Effect.Effect<never>)
  ],
  ["interrupts its fiber later", () =>
    Effect.andThen(
      Effect.yieldNow,
      Effect.withFiber((fiber) => {
        fiber.interruptUnsafe()
        return Effect.never
      })
    )],
  ["fails with what nobody classified", () => Effect.fail(new Error(secret) as never)],
  ["fails with nothing", () => Effect.fail(undefined as never)],
  ["returns no effect", () => undefined as never],
  ["returns a number", () => 1 as never],
  ["rejects a promise", () => Promise.reject(new Error(secret))],
  ["gives no Result", () => Promise.resolve("x") as never],
  ["gives a thenable that throws", () => Object.fromEntries([["then", throws]]) as never],
  [
    "fails with an error that cannot be read",
    () => Effect.fail(new Proxy(new Errors.NotFound({ resource: "x" }), { get: throws }))
  ]
]

describe.each(defects)("an item that %s", (_, bad) => {
  it.effect.each([1, 2, 8])(
    "costs itself only, is masked, and is logged with its key (concurrency %s)",
    (concurrency) =>
      Effect.gen(function*() {
        const { layer, lines } = logged()
        const run = (item: string): Batch.Returned<string, ToolError.Any, never> =>
          item === "bad" ? bad() : Effect.succeed(item)
        const batch = yield* Batch.forEach(names, run, { concurrency, safety: "read" }).pipe(Effect.provide(layer))
        expect(batch.results.map(({ key }) => key)).toEqual(["a", "c", "d"])
        expect(batch.failures.map(({ error, index, key }) => [index, key, error._tag])).toEqual([[
          1,
          "bad",
          "InternalError"
        ]])
        const report = Batch.report(batch)
        expect(report.errors).toEqual([{
          index: 1,
          key: "bad",
          error: "InternalError",
          type: "internal_error",
          category: "permanent",
          message: "The item failed unexpectedly",
          recoverable: false
        }])
        expect(JSON.stringify(report)).not.toContain(secret)
        expect(report.error_summary).toMatchObject({ retry_keys: [], recoverable_count: 0 })
        expect(lines.map(({ annotations, level, message }) => [level, message, annotations["item"]]))
          .toEqual([["Error", "[\"an item failed unexpectedly\"]", "bad"]])
        expect(lines[0]?.cause).not.toBe("")
      })
  )

  it.effect("costs as many items as there are", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(Array.from({ length: 5000 }), bad, { concurrency: 3, maxKept: 2 }).pipe(
        Effect.provide(quiet)
      )
      expect([batch.failed, batch.failures.length, Batch.status(batch)]).toEqual([5000, 2, "failed"])
    }))
})

describe("errors", () => {
  class Fields extends ToolError.Permanent<Fields>()("Fields", { any: Schema.optionalKey(Schema.Unknown) }, {
    type: "conflict",
    message: (e) => `any ${String(e.any)}`,
    suggestion: (e) => `change ${String(e.any)}`
  }) {}

  it.effect("that hold anything do not break the report", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(everyHostile, (value) => Effect.fail(new Fields({ any: value })))
      const report = Batch.report(batch, { maxErrors: 1000 })
      expect(report.errors).toHaveLength(everyHostile.length)
      expect(() => Schema.decodeUnknownSync(Batch.Report(Schema.Never))(JSON.parse(JSON.stringify(report)))).not
        .toThrow()
    }))

  it.effect("that are huge are cut, and secrets in them masked", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(Array.from({ length: 10 }), () =>
        Effect.fail(new Fields({ any: `${secret} ${tenMegabytes}` })))
      const text = JSON.stringify(Batch.report(batch))
      expect(text.length).toBeLessThan(30_000)
      expect(text).not.toContain(secret)
      expect(batch.failures[0]?.error.message.length).toBeGreaterThan(10_000_000)
    }))

  it.effect("that wrap a cause are told with it in the log, and in the log only", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const wrapped = new Errors.ProcessingError({ operation: "Conversion", cause: new Error("disk on fire") })
      const batch = yield* Batch.forEach(["a.md"], () => Effect.fail(wrapped)).pipe(Effect.provide(layer))
      expect(JSON.stringify(Batch.report(batch))).not.toContain("fire")
      expect(lines.map(({ annotations, level }) => [level, annotations["item"]])).toEqual([["Warn", "a.md"]])
      expect(lines[0]?.cause).toContain("disk on fire")
    }))

  it.effect("together with a defect of a finalizer stay what they are, and the defect is logged", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const failing = Effect.onExit(
        Effect.fail(new Errors.NotFound({ resource: "x" })),
        () => Effect.die(new Error("finalizer"))
      )
      const batch = yield* Batch.forEach(["a"], () => failing).pipe(Effect.provide(layer))
      expect(batch.failures.map(({ error }) => error._tag)).toEqual(["NotFound"])
      expect(lines.map(({ cause, level }) => [level, cause.includes("finalizer")])).toEqual([["Error", true]])
    }))

  it.effect("may have a type of any name", () =>
    Effect.gen(function*() {
      class Odd extends ToolError.Permanent<Odd>()("Odd", {}, {
        type: ErrorType.make("constructor", { title: "Odd" }),
        message: () => "odd"
      }) {}
      const batch = yield* Batch.forEach([1, 2], () => Effect.fail(new Odd()))
      expect(Batch.report(Batch.combine(batch, batch)).error_summary.by_type).toEqual({ constructor: 4 })
    }))

  it.effect("by the thousand fill no log", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      yield* Batch.forEach(Array.from({ length: 1000 }), () => Effect.die("x")).pipe(Effect.provide(layer))
      expect(lines).toHaveLength(101)
      expect(lines.at(-1)?.message).toContain("{\"items\":900}")
    }))
})

describe("keys that throw", () => {
  it.effect("cost the item, which is known by its index and not begun", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const begun: Array<string> = []
      const key = (name: string) => name === "bad" ? throws() : name
      const work = (name: string) => Effect.sync(() => begun.push(name))
      const batch = yield* Batch.forEach(names, work, { key }).pipe(Effect.provide(layer))
      expect(begun).toEqual(["a", "c", "d"])
      expect(batch.failures.map(({ error, key }) => [key, error._tag])).toEqual([["1", "InternalError"]])
      expect(lines[0]?.annotations["item"]).toBe("1")
    }))

  it.effect("name items that were not attempted by their index", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(names, () => Effect.fail(new Errors.NotFound({ resource: "x" })), {
        key: (name) => name === "d" ? throws() : name,
        concurrency: 1,
        stopAfter: 1
      })
      expect(batch.skipped.map(({ key }) => key)).toEqual(["bad", "c", "3"])
    }))
})

/** Gives two items, and then breaks. */
const broken: ReadonlyArray<readonly [string, () => Batch.Items<string>]> = [
  ["a generator", function*() {
    yield* ["a", "b"]
    throws()
  }],
  ["an async generator", async function*() {
    yield* ["a", "b"]
    throws()
  }],
  ["a stream", () => Stream.concat(Stream.make("a", "b"), Stream.die(new Error(secret)))],
  ["a stream that interrupts itself", () => Stream.concat(Stream.make("a", "b"), Stream.fromEffect(Effect.interrupt))]
]

describe.each(broken)("%s that breaks", (_, items) => {
  it.effect.each([1, 3])(
    "costs one item more: what was there is the answer (concurrency %s)",
    (concurrency) =>
      Effect.gen(function*() {
        const { layer, lines } = logged()
        const batch = yield* Batch.forEach(items(), Effect.succeed, { concurrency }).pipe(Effect.provide(layer))
        expect(batch.results.map(({ key }) => key)).toEqual(["a", "b"])
        expect(batch.failures.map(({ error, index, key }) => [index, key, error._tag])).toEqual([[
          2,
          "2",
          "InternalError"
        ]])
        expect(batch.isTruncated).toBe(true)
        expect(Batch.report(batch)).toMatchObject({
          status: "partial",
          note: "2 of 3 succeeded, 1 failed. The items were not read to their end."
        })
        expect(lines.map(({ level }) => level)).toEqual(["Error"])
      })
  )
})

describe("sources", () => {
  const hostile: ReadonlyArray<readonly [string, Batch.Items<string>]> = [
    ["has no iterator", { [Symbol.iterator]: () => undefined } as never],
    ["throws instead of an iterator", { [Symbol.iterator]: throws } as never],
    ["throws instead of an async iterator", { [Symbol.asyncIterator]: throws } as never],
    ["answers nothing", { [Symbol.iterator]: () => ({ next: () => undefined }) } as never],
    ["answers nothing later", { [Symbol.asyncIterator]: () => ({ next: () => undefined }) } as never]
  ]
  it.effect.each(hostile)("one that %s gives no item", ([, items]) =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach(items, Effect.succeed).pipe(Effect.provide(quiet))
      expect([batch.succeeded, batch.failed, batch.isTruncated]).toEqual([0, 1, true])
    }))

  it.effect("a stream that brings its reader down ends the batch", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const downs = Stream.concat(
        Stream.make("a"),
        Stream.fromEffect(Effect.withFiber<string>((fiber) => {
          fiber.interruptUnsafe()
          return Effect.never
        }))
      )
      const batch = yield* Batch.forEach(downs, Effect.succeed).pipe(Effect.provide(layer))
      expect([batch.succeeded, batch.isTruncated, Batch.status(batch)]).toEqual([1, true, "partial"])
      expect(lines.map(({ message }) => message)).toEqual(["[\"the items of a batch could not be read\"]"])
    }))

  it.effect("are let go of, once, when the batch ends before them; what goes wrong then is logged", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const failing = () => Effect.fail(new Errors.NotFound({ resource: "x" }))
      let released = 0
      const generator = function*() {
        try {
          for (;;) yield "a"
        } finally {
          released++
          if (released === 1) throws()
        }
      }
      const asyncGenerator = async function*() {
        try {
          for (;;) yield "a"
        } finally {
          released++
          throws()
        }
      }
      const stream = Stream.forever(Stream.make("a")).pipe(Stream.ensuring(Effect.sync(() => released++)))
      for (const items of [generator(), asyncGenerator(), stream]) {
        const batch = yield* Batch.forEach(items, failing, { stopAfter: 3, concurrency: 2 }).pipe(Effect.provide(layer))
        expect([batch.failed >= 3, batch.isTruncated]).toEqual([true, true])
      }
      expect(released).toBe(3)
      expect(lines.map(({ level }) => level)).toEqual(["Error", "Error"])
    }))

  it.effect("that have ended are not asked to return", () =>
    Effect.gen(function*() {
      let returned = 0
      const ending = (): Iterator<string> & AsyncIterator<string> => ({
        next: (() => ({ done: true, value: undefined })) as never,
        return: (() => {
          returned++
          return { done: true, value: undefined }
        }) as never
      })
      yield* Batch.forEach({ [Symbol.iterator]: ending } as Iterable<string>, Effect.succeed)
      yield* Batch.forEach({ [Symbol.asyncIterator]: ending } as AsyncIterable<string>, Effect.succeed)
      expect(returned).toBe(0)
    }))
})

describe("fromIterable", () => {
  it("reads exits and results, keyed or not", () => {
    const batch = Batch.fromIterable(
      new Map<string, Batch.Finished<number, Errors.NotFound>>([
        ["a", Effect.runSyncExit(Effect.succeed(1))],
        ["b", Effect.runSyncExit(Effect.fail(new Errors.NotFound({ resource: "x" })))],
        ["c", Effect.runSyncExit(Effect.die("x"))],
        ["d", Effect.runSyncExit(Effect.interrupt)],
        ["e", { _tag: "Failure", cause: Cause.fail("nobody classified this") } as never]
      ])
    )
    expect(batch.results.map(({ key, value }) => [key, value])).toEqual([["a", 1]])
    expect(batch.failures.map(({ error, key }) => [key, error._tag]))
      .toEqual([["b", "NotFound"], ["c", "InternalError"], ["d", "Timeout"], ["e", "InternalError"]])
  })

  it("takes items for such that may not be repeated, unless it is told better", () => {
    const timeout = Effect.runSyncExit(Effect.fail(new Errors.Timeout({ operation: "x" })))
    expect(Batch.errorSummary(Batch.fromIterable([timeout])).by_type).toEqual({ outcome_unknown: 1 })
    expect(Batch.errorSummary(Batch.fromIterable([timeout], { safety: "read", startIndex: 4 }))).toMatchObject({
      retry_keys: ["4"]
    })
  })
})

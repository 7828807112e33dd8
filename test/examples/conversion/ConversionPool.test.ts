import { assert, describe, it } from "@effect/vitest"
import { SourceCorrupted, WorkerLost } from "@errata/examples/documents/conversion/ConversionError"
import * as ConversionPool from "@errata/examples/documents/conversion/ConversionPool"
import type { SourceFormat, TargetFormat } from "@errata/examples/documents/conversion/formats"
import { slowDocument } from "@errata/examples/documents/conversion/slowDocument"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { once } from "node:events"
import type { Worker } from "node:worker_threads"
import { bytes, sample } from "./fixtures/samples.ts"

const convert = (
  source: Uint8Array,
  from: SourceFormat,
  to: TargetFormat
): Effect.Effect<string, ConversionPool.ConversionError, ConversionPool.ConversionPool> =>
  ConversionPool.ConversionPool.use((pool) => pool.convert({ source, from, to }))

const treacherous = (options: ConversionPool.Options = {}): Layer.Layer<ConversionPool.ConversionPool> =>
  ConversionPool.layer({ script: new URL("./fixtures/treacherous.ts", import.meta.url), ...options })

/** Lets the treacherous worker do something. */
const order = (
  behaviour: string
): Effect.Effect<string, ConversionPool.ConversionError, ConversionPool.ConversionPool> =>
  convert(bytes(behaviour), "text", "text")

const letter = sample("letters/to-the-compositor.txt")

/** How long an interruption may take on a busy machine; the documents below take many times that. */
const soon = 4_000

/** The threads that are started while the scope is open. */
const threads = Effect.gen(function*() {
  const started: Array<Worker> = []
  const onWorker = (worker: Worker): void => void started.push(worker)
  process.on("worker", onWorker)
  yield* Effect.addFinalizer(() => Effect.sync(() => process.off("worker", onWorker)))
  // A thread that is gone has no id.
  return { started, alive: () => started.filter((worker) => worker.threadId !== -1).length }
})

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, number], E, R> =>
  Effect.gen(function*() {
    const start = performance.now()
    const result = yield* effect
    return [result, performance.now() - start] as const
  })

describe("ConversionPool", () => {
  it.live("converts in a thread", () =>
    Effect.gen(function*() {
      const outputs = yield* Effect.all([
        convert(sample("reports/annual-report.md"), "markdown", "html"),
        convert(sample("reports/misprint-census.pdf"), "pdf", "text"),
        convert(sample("letters/apology-to-subscribers.docx"), "docx", "markdown"),
        convert(letter, "text", "text")
      ], { concurrency: "unbounded" })
      assert.include(outputs[0], "<h2>What went wrong</h2>")
      assert.include(outputs[1], "Conclusions\n")
      assert.include(outputs[2], "## What we owe\n")
      assert.strictEqual(outputs[3], new TextDecoder().decode(letter))
    }).pipe(Effect.provide(ConversionPool.layer())))

  it.live("copies its source, and no more of a buffer than the source", () =>
    Effect.gen(function*() {
      const buffer = bytes("secret Bolt secret")
      const source = buffer.subarray(7, 11)
      assert.strictEqual(yield* convert(source, "text", "text"), "Bolt")
      assert.strictEqual(yield* convert(source, "text", "text"), "Bolt")
      assert.strictEqual(new TextDecoder().decode(buffer), "secret Bolt secret")
    }).pipe(Effect.provide(ConversionPool.layer())))

  it.live("fails with what is wrong with the document, and goes on", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(convert(sample("broken/dropped-comma.json"), "json", "html"))
      assert.instanceOf(error, SourceCorrupted)
      assert.strictEqual(error.format, "json")
      assert.strictEqual(error.reason, "The JSON is malformed at line 4, column 3: a comma is expected.")
      assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
    }).pipe(Effect.provide(ConversionPool.layer({ size: 1 }))))

  it.live("takes an unsupported pair, and a mistake of the worker, for a defect", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(convert(letter, "text", "json"))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause) && !Cause.hasFails(exit.cause))
      assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
    }).pipe(Effect.provide(ConversionPool.layer({ size: 1 }))))

  it.live("starts a thread when it is first needed, and keeps it", () =>
    Effect.gen(function*() {
      const { started } = yield* threads
      const context = yield* Layer.build(treacherous())
      assert.lengthOf(started, 0)
      yield* Effect.provideContext(Effect.replicateEffect(order("echo"), 5), context)
      assert.lengthOf(started, 1)
      yield* Effect.provideContext(
        Effect.all(Array.from({ length: 10 }, () => order("echo")), { concurrency: "unbounded" }),
        context
      )
      assert.lengthOf(started, 2)
    }))

  describe("interruption", () => {
    it.live("ends a PDF that would take long, and the pool goes on", () =>
      Effect.gen(function*() {
        yield* convert(letter, "text", "text")
        const [result, duration] = yield* convert(slowDocument(), "pdf", "text").pipe(
          Effect.timeoutOption("500 millis"),
          timed
        )
        assert.isTrue(result._tag === "None")
        assert.isBelow(duration, soon)
        assert.include(yield* convert(sample("reports/misprint-census.pdf"), "pdf", "text"), "Conclusions")
      }).pipe(Effect.provide(ConversionPool.layer({ size: 1 }))), 30_000)

    it.live("leaves other conversions alone", () =>
      Effect.gen(function*() {
        const slow = yield* Effect.forkChild(convert(slowDocument(), "pdf", "text"))
        for (let n = 0; n < 5; n++) assert.strictEqual(yield* convert(bytes(`${n}`), "text", "text"), `${n}`)
        yield* Fiber.interrupt(slow)
        assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
      }).pipe(Effect.provide(ConversionPool.layer())), 30_000)

    for (const behaviour of ["spin", "regex", "silent"]) {
      it.live(`ends a worker that is ${behaviour}`, () =>
        Effect.gen(function*() {
          const { alive } = yield* threads
          const first = yield* order("thread")
          const [result, duration] = yield* order(behaviour).pipe(Effect.timeoutOption("300 millis"), timed)
          assert.isTrue(result._tag === "None")
          assert.isBelow(duration, soon)
          assert.strictEqual(alive(), 0)
          assert.notStrictEqual(yield* order("thread"), first)
        }).pipe(Effect.provide(treacherous({ size: 1 }))), 30_000)
    }

    it.live("of a conversion that waits costs no thread", () =>
      Effect.gen(function*() {
        const thread = yield* order("thread")
        const busy = yield* Effect.forkChild(order("spin"), { startImmediately: true })
        const waiting = yield* Effect.forkChild(order("echo"), { startImmediately: true })
        yield* Fiber.interrupt(waiting)
        yield* Fiber.interrupt(busy)
        const next = yield* order("thread")
        assert.notStrictEqual(next, thread)
        assert.strictEqual(yield* order("thread"), next)
      }).pipe(Effect.provide(treacherous({ size: 1 }))), 30_000)

    it.live("of many at once leaves a pool that works", () =>
      Effect.gen(function*() {
        const { alive } = yield* threads
        const fibers = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => Effect.forkChild(order("spin"), { startImmediately: true })
        )
        // Node announces a thread on the next tick.
        yield* Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
        assert.strictEqual(alive(), 2)
        const [, duration] = yield* timed(Fiber.interruptAll(fibers))
        assert.isBelow(duration, soon)
        assert.strictEqual(alive(), 0)
        const outputs = yield* Effect.all(Array.from({ length: 20 }, () => order("echo")), { concurrency: "unbounded" })
        assert.isTrue(outputs.every((output) => output === "echo"))
      }).pipe(Effect.provide(treacherous())), 30_000)
  })

  describe("a worker that is lost", () => {
    for (const behaviour of ["exit", "throw", "reject"]) {
      it.live(`by ${behaviour} costs its own job only`, () =>
        Effect.gen(function*() {
          const [lost, ...others] = yield* Effect.all(
            [Effect.exit(order(behaviour)), order("echo"), order("echo"), order("echo")],
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(others, ["echo", "echo", "echo"])
          const error = Exit.isFailure(lost) ? Cause.squash(lost.cause) : undefined
          assert.instanceOf(error, WorkerLost)
          assert.strictEqual(error.reason, "crashed")
          assert.strictEqual(yield* order("echo"), "echo")
        }).pipe(Effect.provide(treacherous({ size: 1 }))), 30_000)
    }

    it.live("by running out of memory costs its own job only", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(order("hog"))
        assert.instanceOf(error, WorkerLost)
        assert.strictEqual(error.reason, "out_of_memory")
        assert.strictEqual(yield* order("echo"), "echo")
      }).pipe(Effect.provide(treacherous({ size: 1, maxHeapMegabytes: 32 }))), 60_000)

    it.live("by a real document that needs too much memory", () =>
      Effect.gen(function*() {
        const row = `${Array.from({ length: 20 }, (_, column) => `field ${column}`).join()}\n`
        const error = yield* Effect.flip(convert(bytes(row.repeat(40_000)), "csv", "json"))
        assert.instanceOf(error, WorkerLost)
        assert.strictEqual(error.reason, "out_of_memory")
        assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
      }).pipe(Effect.provide(ConversionPool.layer({ size: 1, maxHeapMegabytes: 32 }))), 60_000)

    it.live("after its answer is noticed, and replaced", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* order("dieAfterReply"), "answered")
        // The next one may still meet the dying thread; whichever comes then does not.
        yield* Effect.exit(order("echo"))
        assert.strictEqual(yield* order("echo"), "echo")
      }).pipe(Effect.provide(treacherous({ size: 1 }))), 30_000)
  })

  describe("overload", () => {
    it.live("refuses what exceeds the queue at once, and nothing else", () =>
      Effect.gen(function*() {
        const fibers = yield* Effect.forEach(
          Array.from({ length: 3 }),
          () => Effect.forkChild(order("silent"), { startImmediately: true })
        )
        const error = yield* Effect.flip(order("echo"))
        assert.strictEqual(error._tag, "PoolOverloaded")
        assert.deepInclude(error, { size: 1, maxQueue: 2 })
        assert.strictEqual(error.message, "1 conversions are running and 2 are waiting.")
        yield* Fiber.interruptAll(fibers)
        assert.strictEqual(yield* order("echo"), "echo")
      }).pipe(Effect.provide(treacherous({ size: 1, maxQueue: 2 }))), 30_000)

    it.live("serves those who wait in order", () =>
      Effect.gen(function*() {
        const served: Array<number> = []
        yield* Effect.forEach(
          Array.from({ length: 8 }, (_, n) => n),
          (n) => Effect.tap(order("echo"), () => Effect.sync(() => served.push(n))),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(served, [0, 1, 2, 3, 4, 5, 6, 7])
      }).pipe(Effect.provide(treacherous({ size: 1 }))), 30_000)
  })

  describe("its end", () => {
    it.live("terminates busy workers and tells those who wait", () =>
      Effect.gen(function*() {
        const { alive } = yield* threads
        const scope = yield* Scope.make()
        const pool = Context.get(
          yield* Layer.buildWithScope(treacherous({ size: 1 }), scope),
          ConversionPool.ConversionPool
        )
        const job = (behaviour: string): ConversionPool.Job => ({ source: bytes(behaviour), from: "text", to: "text" })
        const started = yield* Deferred.make<void>()
        const fibers = yield* Effect.forEach(
          ["spin", "echo"],
          (behaviour) =>
            Deferred.succeed(started, undefined).pipe(
              Effect.andThen(Effect.flip(pool.convert(job(behaviour)))),
              Effect.forkChild({ startImmediately: true })
            )
        )
        yield* Deferred.await(started)
        const [, duration] = yield* timed(Scope.close(scope, Exit.void))
        assert.isBelow(duration, soon)
        assert.strictEqual(alive(), 0)
        for (const error of yield* Fiber.joinAll(fibers)) {
          assert.strictEqual(error._tag === "WorkerLost" && error.reason, "pool_closed")
        }
        const late = yield* Effect.flip(pool.convert(job("echo")))
        assert.strictEqual(late._tag === "WorkerLost" && late.reason, "pool_closed")
      }), 30_000)

    it.live("is not needed for the process to end, and nothing was printed", () =>
      Effect.promise(async () => {
        const server = spawn(process.execPath, [new URL("./fixtures/idleServer.ts", import.meta.url).pathname])
        const output = { stdout: "", stderr: "" }
        server.stdout.on("data", (chunk) => (output.stdout += chunk))
        server.stderr.on("data", (chunk) => (output.stderr += chunk))
        const [code] = await once(server, "close")
        assert.deepStrictEqual([code, output.stdout, output.stderr], [0, "printed", ""])
      }), 30_000)
  })

  it.live("gives its workers no environment", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* order("environment"), "")
    }).pipe(Effect.provide(treacherous())))

  it.live("does not block the event loop", () =>
    Effect.gen(function*() {
      let ticks = 0
      const clock = setInterval(() => ticks++, 10)
      yield* Effect.exit(Effect.timeout(order("spin"), "1 second"))
      clearInterval(clock)
      assert.isAbove(ticks, 20)
    }).pipe(Effect.provide(treacherous())), 30_000)
})

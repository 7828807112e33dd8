import { assert, describe, it } from "@effect/vitest"
import { ChildLost, SourceCorrupted } from "@errata/examples/documents/conversion/ConversionError"
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
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect } from "vitest"
import { bytes, sample } from "./fixtures/samples.ts"

const workspaces = mkdtempSync(join(tmpdir(), "conversions-"))
afterAll(() => rmSync(workspaces, { recursive: true, force: true }))

let files = 0

/** A job on a document, in a workspace of its own, which is made when its turn has come. */
const jobOf = (source: Uint8Array, from: SourceFormat, to: TargetFormat) =>
  Effect.sync(() => {
    const folder = join(workspaces, String(files++))
    mkdirSync(folder)
    const job = { kind: "convert", source: join(folder, "source"), output: join(folder, "output"), from, to } as const
    writeFileSync(job.source, source)
    return job
  })

const timeLimit = "30 seconds"

/** Converts and reads what was written. */
const convertIn = (
  pool: ConversionPool.ConversionPool["Service"],
  source: Uint8Array,
  from: SourceFormat,
  to: TargetFormat,
  options: ConversionPool.RunOptions = { timeLimit }
): Effect.Effect<string, ConversionPool.ConversionError> =>
  Effect.suspend(() => {
    let output = ""
    return pool.run(Effect.tap(jobOf(source, from, to), (job) => Effect.sync(() => output = job.output)), options).pipe(
      Effect.map(() => readFileSync(output, "utf8"))
    )
  })

const convert = (
  source: Uint8Array,
  from: SourceFormat,
  to: TargetFormat,
  options?: ConversionPool.RunOptions
): Effect.Effect<string, ConversionPool.ConversionError, ConversionPool.ConversionPool> =>
  ConversionPool.ConversionPool.use((pool) => convertIn(pool, source, from, to, options))

const pool = (options: Partial<ConversionPool.Options> = {}): Layer.Layer<ConversionPool.ConversionPool> =>
  ConversionPool.layer({ workspaces, ...options })

const treacherous = (options: Partial<ConversionPool.Options> = {}): Layer.Layer<ConversionPool.ConversionPool> =>
  pool({ script: new URL("./fixtures/treacherous.ts", import.meta.url), ...options })

/** Lets the treacherous child do something. */
const order = (
  behaviour: string,
  options?: ConversionPool.RunOptions
): Effect.Effect<string, ConversionPool.ConversionError, ConversionPool.ConversionPool> =>
  convert(bytes(behaviour), "text", "text", options)

const letter = sample("letters/to-the-compositor.txt")

/** Whether a process is there; one that ended and was not waited for is not. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
}

/** Whether a process has used more than a second of CPU. */
const isBusy = (pid: number): boolean => {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? []
  return Number(fields[11]) > 100 // utime, in hundredths
}

/** The script of the treacherous child beside the watchdog that real ones have. */
const watched = new URL("./fixtures/watched.ts", import.meta.url)

/** Orders a child to say who it is, then another thing, and returns who it was. */
const whoever = Effect.map(order("pid"), Number)

describe("ConversionPool", () => {
  it.live("converts in a process of its own", () =>
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
    }).pipe(Effect.provide(pool())))

  it.live("tells how large the output is, and what to know about it", () =>
    Effect.gen(function*() {
      const { run } = yield* ConversionPool.ConversionPool
      const source = new Uint8Array([...bytes("na"), 0xef, ...bytes("ve")])
      const result = yield* run(jobOf(source, "text", "text"), { timeLimit })
      assert.strictEqual(result.bytes, 6)
      assert.deepStrictEqual(result.notes, [
        "The text is not UTF-8; it was read as Windows-1252, which it seems to be."
      ])
    }).pipe(Effect.provide(pool())))

  it.live("checks records, and says how far it is", () =>
    Effect.gen(function*() {
      const { run } = yield* ConversionPool.ConversionPool
      const record = { id: "1", date: "2026-01-01", customer: "Ada", title: "Slips", amount: 1 }
      const records = Array.from({ length: 2_500 }, (_, i) => i === 7 ? { ...record, date: "yesterday" } : record)
      const milestones: Array<object> = []
      const { source } = yield* jobOf(bytes(JSON.stringify(records)), "json", "json")
      const checked = yield* run(Effect.succeed({ kind: "check", source, from: "json" } as const), {
        timeLimit,
        onMilestone: (milestone) => milestones.push(milestone)
      })
      assert.deepStrictEqual(checked, {
        total: 2_500,
        invalid: 1,
        problems: [{ record: 7, field: "date", problem: "Expected a date as YYYY-MM-DD" }]
      })
      assert.deepStrictEqual(milestones, [
        { count: 0, total: 2_500, invalid: 0 },
        { count: 1_000, total: 2_500, invalid: 1 },
        { count: 2_000, total: 2_500, invalid: 1 }
      ])
    }).pipe(Effect.provide(pool())))

  it.live("fails with what is wrong with the document, and goes on", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(convert(sample("broken/dropped-comma.json"), "json", "html"))
      assert.instanceOf(error, SourceCorrupted)
      assert.strictEqual(error.format, "json")
      assert.strictEqual(error.reason, "The JSON is malformed at line 4, column 3: a comma is expected.")
      assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
    }).pipe(Effect.provide(pool({ size: 1 }))))

  it.live("takes an unsupported pair, and a mistake of ours, for a defect", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(convert(letter, "text", "json"))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause) && !Cause.hasFails(exit.cause))
      assert.match(
        String(Exit.isFailure(exit) && Cause.squash(exit.cause)),
        /^TypeError: No conversion from text to json/
      )
      assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
    }).pipe(Effect.provide(pool({ size: 1 }))))

  it.live("keeps a process for the next ones, and starts no more than it may", () =>
    Effect.gen(function*() {
      const first = yield* whoever
      for (let n = 0; n < 3; n++) assert.strictEqual(yield* whoever, first)
      const all = yield* Effect.all(Array.from({ length: 10 }, () => whoever), { concurrency: "unbounded" })
      assert.isAtMost(new Set(all).size, 2)
    }).pipe(Effect.provide(treacherous())))

  it.live("does not keep a process that has grown", () =>
    Effect.gen(function*() {
      const grown = Number(yield* order("grow"))
      assert.isFalse(isAlive(grown))
      assert.notStrictEqual(yield* whoever, grown)
    }).pipe(Effect.provide(treacherous({ size: 1, maxMegabytes: 512 }))))

  it.live("passes what a child says of its progress", () =>
    Effect.gen(function*() {
      const counts: Array<number> = []
      yield* order("milestones", { timeLimit, onMilestone: ({ count }) => counts.push(count) })
      assert.deepStrictEqual(counts, [1_000, 2_000])
    }).pipe(Effect.provide(treacherous())))

  describe("interruption", () => {
    it.live("ends a PDF that would take long, and the pool goes on", () =>
      Effect.gen(function*() {
        yield* convert(letter, "text", "text")
        const result = yield* Effect.timeoutOption(convert(slowDocument(), "pdf", "text"), "500 millis")
        assert.isTrue(result._tag === "None")
        assert.include(yield* convert(sample("reports/misprint-census.pdf"), "pdf", "text"), "Conclusions")
      }).pipe(Effect.provide(pool({ size: 1 }))))

    it.live("leaves other conversions alone", () =>
      Effect.gen(function*() {
        const slow = yield* Effect.forkChild(convert(slowDocument(), "pdf", "text"))
        for (let n = 0; n < 5; n++) assert.strictEqual(yield* convert(bytes(`${n}`), "text", "text"), `${n}`)
        yield* Fiber.interrupt(slow)
        assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
      }).pipe(Effect.provide(pool())))

    for (const behaviour of ["spin", "regex", "silent"]) {
      it.live(`ends a child that is ${behaviour}`, () =>
        Effect.gen(function*() {
          const first = yield* whoever
          const result = yield* Effect.timeoutOption(order(behaviour), "300 millis")
          assert.isTrue(result._tag === "None")
          assert.isFalse(isAlive(first))
          assert.notStrictEqual(yield* whoever, first)
        }).pipe(Effect.provide(treacherous({ size: 1 }))))
    }

    it.live("of a conversion that waits costs no process", () =>
      Effect.gen(function*() {
        const first = yield* whoever
        const busy = yield* Effect.forkChild(order("spin"), { startImmediately: true })
        const waiting = yield* Effect.forkChild(order("echo"), { startImmediately: true })
        yield* Fiber.interrupt(waiting)
        yield* Fiber.interrupt(busy)
        const next = yield* whoever
        assert.notStrictEqual(next, first)
        assert.strictEqual(yield* whoever, next)
      }).pipe(Effect.provide(treacherous({ size: 1 }))))

    it.live("of many at once leaves a pool that works", () =>
      Effect.gen(function*() {
        const fibers = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => Effect.forkChild(order("spin"), { startImmediately: true })
        )
        yield* Fiber.interruptAll(fibers)
        const outputs = yield* Effect.all(Array.from({ length: 20 }, () => order("echo")), { concurrency: "unbounded" })
        assert.isTrue(outputs.every((output) => output === "echo"))
      }).pipe(Effect.provide(treacherous())))
  })

  describe("time", () => {
    it.live("is up for a child that takes too long, and it is gone", () =>
      Effect.gen(function*() {
        const first = yield* whoever
        const error = yield* Effect.flip(order("spin", { timeLimit: "300 millis" }))
        assert.strictEqual(error._tag, "TimeLimitExceeded")
        assert.strictEqual(error.message, "The conversion took longer than 0.3 s.")
        assert.isFalse(isAlive(first))
      }).pipe(Effect.provide(treacherous({ size: 1 }))))

    it.live("begins with the work: who waits for a process does not run out of it", () =>
      Effect.gen(function*() {
        const busy = yield* Effect.forkChild(Effect.exit(order("silent", { timeLimit: "2 seconds" })), {
          startImmediately: true
        })
        const outputs = yield* Effect.all(
          Array.from({ length: 3 }, () => order("echo", { timeLimit: "1500 millis" })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(outputs, ["echo", "echo", "echo"])
        yield* Fiber.join(busy)
      }).pipe(Effect.provide(treacherous({ size: 1 }))))

    it.live("to wait is bounded by itself, and who waited too long costs nobody his process", () =>
      Effect.gen(function*() {
        const busy = yield* Effect.forkChild(order("silent"), { startImmediately: true })
        const error = yield* Effect.flip(order("echo"))
        assert.strictEqual(error._tag, "PoolOverloaded")
        assert.strictEqual(error.message, "1 conversions are running, and none ended while this one waited.")
        yield* Fiber.interrupt(busy)
        assert.strictEqual(yield* order("echo"), "echo")
      }).pipe(Effect.provide(treacherous({ size: 1, maxWait: "300 millis" }))))

    it.live("to wait is not taken from who has his turn", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(order("silent", { timeLimit: "600 millis" }))
        assert.strictEqual(error._tag, "TimeLimitExceeded")
      }).pipe(Effect.provide(treacherous({ size: 1, maxWait: "100 millis" }))))
  })

  describe("a child that is lost", () => {
    for (const behaviour of ["exit", "throw", "reject"]) {
      it.live(`by ${behaviour} costs its own job only`, () =>
        Effect.gen(function*() {
          const [lost, ...others] = yield* Effect.all(
            [Effect.exit(order(behaviour)), order("echo"), order("echo"), order("echo")],
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(others, ["echo", "echo", "echo"])
          const error = Exit.isFailure(lost) ? Cause.squash(lost.cause) : undefined
          assert.instanceOf(error, ChildLost)
          assert.strictEqual(error.reason, "crashed")
          assert.strictEqual(yield* order("echo"), "echo")
        }).pipe(Effect.provide(treacherous({ size: 1 }))))
    }

    for (const [behaviour, watch] of [["hog", "parent"], ["buffers", "parent"], ["buffers", "child"]] as const) {
      it.live(`by taking too much memory (${behaviour}, watched by the ${watch}) costs its own job only`, () =>
        Effect.gen(function*() {
          const script = behaviour === "buffers" && watch === "child" ? watched : undefined
          const error = yield* Effect.flip(
            order(behaviour).pipe(
              Effect.provide(treacherous({ size: 1, maxMegabytes: 192, watch, ...script && { script } }))
            )
          )
          assert.instanceOf(error, ChildLost)
          assert.strictEqual(error.reason, "out_of_memory")
          assert.strictEqual(error.maxMegabytes, 192)
        }))
    }

    it.live("by a real document that needs too much memory", () =>
      Effect.gen(function*() {
        const row = `${Array.from({ length: 20 }, (_, column) => `field ${column}`).join()}\n`
        const error = yield* Effect.flip(convert(bytes(row.repeat(60_000)), "csv", "json"))
        assert.instanceOf(error, ChildLost)
        assert.strictEqual(error.reason, "out_of_memory")
        assert.strictEqual(yield* convert(bytes("x"), "text", "text"), "x")
      }).pipe(Effect.provide(pool({ size: 1, maxMegabytes: 128 }))))

    it.live("after its answer is noticed, and replaced", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* order("dieAfterReply"), "answered")
        // The next one may still meet the dying process; whichever comes then does not.
        yield* Effect.exit(order("echo"))
        assert.strictEqual(yield* order("echo"), "echo")
      }).pipe(Effect.provide(treacherous({ size: 1 }))))

    it.live("because it cannot be started is told at once", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(order("echo"))
        assert.instanceOf(error, ChildLost)
        assert.strictEqual(error.reason, "crashed")
        assert.include(String(error.cause), "nowhere.ts")
      }).pipe(Effect.provide(pool({ script: new URL("./fixtures/nowhere.ts", import.meta.url) }))))
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
        assert.deepInclude(error, { reason: "queue_full", size: 1, maxQueue: 2 })
        assert.strictEqual(error.message, "1 conversions are running and 2 are waiting.")
        yield* Fiber.interruptAll(fibers)
        assert.strictEqual(yield* order("echo"), "echo")
      }).pipe(Effect.provide(treacherous({ size: 1, maxQueue: 2 }))))

    it.live("serves those who wait in order", () =>
      Effect.gen(function*() {
        const served: Array<number> = []
        yield* Effect.forEach(
          Array.from({ length: 8 }, (_, n) => n),
          (n) => Effect.tap(order("echo"), () => Effect.sync(() => served.push(n))),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(served, [0, 1, 2, 3, 4, 5, 6, 7])
      }).pipe(Effect.provide(treacherous({ size: 1 }))))

    it.live("makes a job ready when its turn has come, and not before", () =>
      Effect.gen(function*() {
        const { run } = yield* ConversionPool.ConversionPool
        const made: Array<string> = []
        const make = (behaviour: string) =>
          Effect.tap(jobOf(bytes(behaviour), "text", "text"), () => Effect.sync(() => made.push(behaviour)))
        const busy = yield* Effect.forkChild(run(make("silent"), { timeLimit }), { startImmediately: true })
        const waiting = yield* Effect.forkChild(run(make("echo"), { timeLimit }), { startImmediately: true })
        assert.deepStrictEqual(made, ["silent"])
        yield* Fiber.interrupt(busy)
        yield* Fiber.join(waiting)
        assert.deepStrictEqual(made, ["silent", "echo"])
      }).pipe(Effect.provide(treacherous({ size: 1 }))))
  })

  describe("its end", () => {
    it.live("kills busy children and tells those who wait", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const service = Context.get(
          yield* Layer.buildWithScope(treacherous({ size: 1 }), scope),
          ConversionPool.ConversionPool
        )
        const give = (behaviour: string) => convertIn(service, bytes(behaviour), "text", "text")
        const child = Number(yield* give("pid"))
        const started = yield* Deferred.make<void>()
        const fibers = yield* Effect.forEach(
          ["spin", "echo"],
          (behaviour) =>
            Deferred.succeed(started, undefined).pipe(
              Effect.andThen(Effect.flip(give(behaviour))),
              Effect.forkChild({ startImmediately: true })
            )
        )
        yield* Deferred.await(started)
        yield* Scope.close(scope, Exit.void)
        assert.isFalse(isAlive(child))
        for (const error of yield* Fiber.joinAll(fibers)) {
          assert.strictEqual(error._tag === "ChildLost" && error.reason, "pool_closed")
        }
        const late = yield* Effect.flip(give("echo"))
        assert.strictEqual(late._tag === "ChildLost" && late.reason, "pool_closed")
      }))

    const program = (order: string) =>
      spawn(process.execPath, [
        new URL("./fixtures/idleServer.ts", import.meta.url).pathname,
        mkdtempSync(join(workspaces, "program-")),
        order
      ])

    it.live("is not needed for the process to end, and nothing was printed", () =>
      Effect.promise(async () => {
        const server = program("print")
        const output = { stdout: "", stderr: "" }
        server.stdout.on("data", (chunk) => (output.stdout += chunk))
        server.stderr.on("data", (chunk) => (output.stderr += chunk))
        const [code] = await once(server, "close")
        assert.deepStrictEqual([code, output.stdout, output.stderr], [0, "printed", ""])
      }))

    it.skipIf(process.platform !== "linux")(
      "comes to a child that never yields when its server is killed",
      async () => {
        const server = program("slow")
        const children = (): ReadonlyArray<number> =>
          readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "latin1").split(" ").filter(Boolean).map(
            Number
          )
        await expect.poll(() => children().some(isBusy), { timeout: 30_000 }).toBe(true)
        const [child] = children()
        server.kill("SIGKILL")
        await once(server, "close")
        await expect.poll(() => isAlive(child!), { timeout: 30_000 }).toBe(false)
      }
    )
  })

  describe("a child", () => {
    it.live("has no environment", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* order("environment"), "")
      }).pipe(Effect.provide(treacherous())))

    for (const behaviour of ["read", "write", "program"]) {
      it.live(`may not ${behaviour} outside of its workspaces`, () =>
        Effect.gen(function*() {
          assert.strictEqual(yield* order(behaviour), "ERR_ACCESS_DENIED")
        }).pipe(Effect.provide(treacherous())))
    }
  })

  it.live("does not block the event loop", () =>
    Effect.gen(function*() {
      let ticks = 0
      const clock = setInterval(() => ticks++, 10)
      yield* Effect.exit(Effect.timeout(order("spin"), "1 second"))
      clearInterval(clock)
      assert.isAbove(ticks, 20)
    }).pipe(Effect.provide(treacherous())))
})

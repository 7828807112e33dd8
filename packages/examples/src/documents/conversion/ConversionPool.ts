/**
 * Provides conversions that cannot take the server down.
 *
 * A `ConversionPool` runs each conversion in a child process and keeps a few processes for the next ones. Parsers of
 * strangers' files may be slow, may crash and may eat memory without end: a child costs its own conversion and no more.
 * (A worker thread is no boundary of memory: when its buffers eat up the machine, all of the process is gone.) A pool
 * belongs to the scope of its layer: when that closes, every child is killed.
 *
 * **Details**
 *
 * - Children start when they are first needed, so a server that converts nothing pays nothing.
 * - The memory of a child that works is looked at every {@link interval} milliseconds: beyond `maxMegabytes` it is killed.
 *   A bound on the heap alone would not hold, since buffers lie outside of it.
 * - The time limit of a job begins when a child takes it up; how long it may wait for one is `maxWait`, with an error of
 *   its own.
 * - Interrupting a conversion (a timeout, a cancelled call) kills its child and returns when the process is gone; a fresh
 *   one takes its place at the next need. There are never more than `size` children.
 * - Conversions wait in order of arrival. Beyond `maxQueue` they are refused at once.
 * - An idle pool does not keep the process alive.
 *
 * **Gotchas**
 *
 * It is our own pool for a reason: `docs/decisions/0050-conversions-in-child-processes.md` says what workerpool, tinypool and
 * piscina lack.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as ConversionChild from "./ConversionChild.ts"
import { ChildLost, PoolOverloaded, TimeLimitExceeded } from "./ConversionError.ts"
import * as memory from "./memory.ts"
import type { Job, Milestone, Results } from "./protocol.ts"

/** Describes what a conversion can fail with. Anything else is a defect, an unsupported pair of formats included. */
export type ConversionError = ConversionChild.JobError | PoolOverloaded | TimeLimitExceeded

/** How one job is run. */
export interface RunOptions {
  /** Says how long it may take, from when a child takes it up. */
  readonly timeLimit: Duration.Input
  /** Called with each milestone of a check. */
  readonly onMilestone?: ((milestone: Milestone) => void) | undefined
}

/** Converts documents in child processes. */
export class ConversionPool extends Context.Service<ConversionPool, {
  /** Runs a job, which is made ready when its turn has come. */
  readonly run: <J extends Job, E, R>(
    job: Effect.Effect<J, E, R>,
    options: RunOptions
  ) => Effect.Effect<Results[J["kind"]], ConversionError | E, R>
}>()("@errata/examples/documents/conversion/ConversionPool") {}

/** Settings of a pool. */
export interface Options {
  /** The folder below which the files of jobs lie. Children can read and write there and nowhere else. */
  readonly workspaces: string
  /** Says how many conversions run at once, each in its own process. Default 2. */
  readonly size?: number | undefined
  /** Says how many more may wait for a process. Default 64. */
  readonly maxQueue?: number | undefined
  /** Says how long one may wait for a process. Default 15 seconds. */
  readonly maxWait?: Duration.Input | undefined
  /** Says how many megabytes of memory a process may use, buffers and all. Default 1024. */
  readonly maxMegabytes?: number | undefined
  /** Who watches the memory. Default: the parent where it can see it (on Linux), else the child's watchdog. */
  readonly watch?: "parent" | "child" | undefined
  /** The script that a process runs. Default `child.ts`; tests put a treacherous one in its place. */
  readonly script?: URL | undefined
}

/** Says how many megabytes a process may use at most. */
export const defaultMegabytes = 1024

/** How often the memory of a child is looked at, in milliseconds. */
export const interval = 25

/** Says how long a process may take to begin its first job. */
const startLimit = "20 seconds"

/** A child that has grown beyond this share of its memory is not kept. */
const keptShare = 0.4

interface Settled {
  readonly size: number
  readonly maxQueue: number
  readonly maxWait: Duration.Duration
  readonly maxMegabytes: number
  readonly watch: "parent" | "child"
  readonly script: URL
  readonly workspaces: string
}

const settle = (options: Options): Settled => ({
  size: options.size ?? 2,
  maxQueue: options.maxQueue ?? 64,
  maxWait: Duration.fromInputUnsafe(options.maxWait ?? "15 seconds"),
  maxMegabytes: options.maxMegabytes ?? defaultMegabytes,
  watch: options.watch ?? (memory.isVisible ? "parent" : "child"),
  script: options.script ?? new URL("./child.ts", import.meta.url),
  workspaces: options.workspaces
})

/** Keeps the children: gives one out, takes it back, ends them all. */
const makeNursery = (settings: Settled) => {
  const { maxMegabytes, script, workspaces } = settings
  const children = new Set<ConversionChild.ConversionChild>()
  const idle: Array<ConversionChild.ConversionChild> = []
  let isClosed = false
  const charge = { maxMegabytes, watchesItself: settings.watch === "child" }
  const isWorthKeeping = (child: ConversionChild.ConversionChild): boolean =>
    child.isIdle() && !isClosed && (child.residentMegabytes() ?? 0) <= maxMegabytes * keptShare
  return {
    isClosed: () => isClosed,
    take: Effect.suspend(() => {
      if (isClosed) return Effect.fail(new ChildLost({ reason: "pool_closed", maxMegabytes }))
      let child = idle.pop()
      while (child !== undefined && !child.isIdle()) child = idle.pop()
      if (child !== undefined) return Effect.succeed(child)
      const onExit = (gone: ConversionChild.ConversionChild): boolean => children.delete(gone)
      const started = ConversionChild.startUnsafe({ script, charge, workspaces, onExit })
      children.add(started)
      return Effect.succeed(started)
    }),
    giveBack: (child: ConversionChild.ConversionChild): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (!isWorthKeeping(child)) return child.kill
        idle.push(child)
        return Effect.void
      }),
    close: Effect.suspend(() => {
      isClosed = true
      return Effect.forEach(children, (child) => child.kill, { concurrency: "unbounded", discard: true })
    })
  }
}

/** Fails when a child has grown beyond its bound. */
const watchMemory = (child: ConversionChild.ConversionChild, { maxMegabytes, watch }: Settled) =>
  watch === "child" ? Effect.never : Effect.suspend(() => {
    const megabytes = child.residentMegabytes() ?? 0
    if (megabytes <= maxMegabytes) return Effect.void
    const cause = `The process used ${Math.round(megabytes)} megabytes.`
    return Effect.fail(new ChildLost({ reason: "out_of_memory", maxMegabytes, cause }))
  }).pipe(Effect.repeat(Schedule.spaced(interval)), Effect.andThen(Effect.never))

/** Fails when a job was not begun in time, or not done in time after that. */
const watchTime = (begun: Deferred.Deferred<void>, timeLimit: Duration.Duration, { maxMegabytes }: Settled) =>
  Deferred.await(begun).pipe(
    Effect.timeoutOrElse({
      duration: startLimit,
      orElse: () => Effect.fail(new ChildLost({ reason: "crashed", maxMegabytes, cause: "It did not begin." }))
    }),
    Effect.andThen(Effect.sleep(timeLimit)),
    Effect.andThen(Effect.fail(new TimeLimitExceeded({ seconds: Duration.toSeconds(timeLimit) })))
  )

/** Runs a job in a child, under its bounds of time and memory. */
const runIn = <J extends Job>(child: ConversionChild.ConversionChild, job: J, options: RunOptions, settings: Settled) =>
  Effect.suspend(() => {
    const begun = Deferred.makeUnsafe<void>()
    return Effect.raceAllFirst([
      child.run(job, {
        onBegun: () => Deferred.doneUnsafe(begun, Exit.void),
        onMilestone: (milestone) => options.onMilestone?.(milestone)
      }),
      watchMemory(child, settings),
      watchTime(begun, Duration.fromInputUnsafe(options.timeLimit), settings)
    ])
  })

/** Makes a pool that lives as long as the scope. */
export const make = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<
  ConversionPool["Service"],
  never,
  Scope.Scope
> {
  const settings = settle(options)
  const { maxMegabytes, maxQueue, maxWait, size } = settings
  const permits = Semaphore.makeUnsafe(size)
  const nursery = makeNursery(settings)
  let admitted = 0

  yield* Effect.addFinalizer(() => nursery.close)

  const admit = Effect.suspend(() => {
    if (admitted >= size + maxQueue) return Effect.fail(new PoolOverloaded({ reason: "queue_full", size, maxQueue }))
    admitted++
    return Effect.void
  })
  const leave = Effect.sync(() => {
    admitted--
  })

  /** Interrupts who waits for longer than he may; who has his turn is left alone. */
  const inTurn = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E | PoolOverloaded, R> =>
    Effect.suspend(() => {
      let hasTurn = false
      const waited = Effect.suspend((): Effect.Effect<never, PoolOverloaded> =>
        hasTurn ? Effect.never : Effect.fail(new PoolOverloaded({ reason: "waited_too_long", size, maxQueue }))
      )
      const turn = Effect.suspend(() => {
        hasTurn = true
        return work
      })
      return Effect.raceFirst(permits.withPermits(1)(turn), Effect.andThen(Effect.sleep(maxWait), waited))
    })

  const run = <J extends Job, E, R>(prepare: Effect.Effect<J, E, R>, options: RunOptions) =>
    Effect.flatMap(
      prepare,
      (job) => Effect.acquireUseRelease(nursery.take, (child) => runIn(child, job, options, settings), nursery.giveBack)
    ).pipe(
      inTurn,
      (admittedRun) => Effect.acquireUseRelease(admit, () => admittedRun, () => leave),
      Effect.mapError((error) => error instanceof ChildLost && nursery.isClosed() ? closed(error) : error)
    )

  const closed = ({ cause }: ChildLost): ChildLost => new ChildLost({ reason: "pool_closed", maxMegabytes, cause })

  return ConversionPool.of({ run })
})

/** Provides a pool that lives as long as the layer. */
export const layer = (options: Options): Layer.Layer<ConversionPool> => Layer.effect(ConversionPool, make(options))

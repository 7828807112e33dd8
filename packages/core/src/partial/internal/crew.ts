import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { nowUnsafe } from "../../call/internal/clock.ts"
import { patience, type Reserve } from "./reserve.ts"

/** Limits how long letting go of where the work comes from may take. */
const closingTakes = 1000

/** Workers that share their work. */
export interface Crew<R> {
  readonly context: Context.Context<R>
  readonly reserve: Reserve
  /** Says how many may work at once. */
  readonly size: number
  readonly work: (worker: number) => Effect.Effect<void, never, R>
  /** Returns true if another worker would find nothing to do. */
  readonly isIdle: () => boolean
  /** A worker did not end by itself. Unless it was stopped, another goes on in its place. */
  readonly onLost: (worker: number, exit: Exit.Failure<void, never>, wasStopped: boolean) => void
  /** The time is up: whether the workers are stopped now. If not, they are when `stop` is called. */
  readonly onTimeUp: () => boolean
  /** From now on nothing is begun. */
  readonly onStop: () => void
  /** Returns what is to be done when all have ended, if anything. */
  readonly close: () => Effect.Effect<void> | undefined
}

/** Describes a crew that is at work. */
export interface Running {
  /** Interrupts the workers. Those that hold on to something are left behind when the time is up. */
  readonly stop: () => void
}

/**
 * Runs a crew until all have ended, or as long as its times allow. Whoever interrupts this waits for all. Each worker has a
 * fiber that no other joins, so that whatever an item does to its own costs no other item.
 */
export const run = <R>(crew: Crew<R>, onStart?: (running: Running) => void): Effect.Effect<void, never, R> =>
  Effect.uninterruptibleMask((restore) => {
    const uninterruptible = restore(Effect.void) === Effect.void // inside such a region there is nothing to restore
    return restore(Effect.callback<void>((resume) => {
      const shift = new Shift(crew, { uninterruptible }, resume)
      onStart?.(shift)
      shift.start()
      return shift.interrupted
    }))
  })

/** Describes one run of a crew. */
class Shift<R> implements Running {
  private readonly crew: Crew<R>
  private readonly region: { readonly uninterruptible: boolean }
  private readonly clock: Clock.Clock
  private readonly fork: <A>(
    effect: Effect.Effect<A, never, R>,
    options?: { readonly uninterruptible?: boolean }
  ) => Fiber.Fiber<A>
  private readonly fibers: Array<Fiber.Fiber<void> | undefined> = []
  private readonly timers: Array<Fiber.Fiber<void>> = []
  private running = 0
  private isStarting = true
  private isStopped = false
  private isInterrupted = false
  private isClosing = false
  private onEnd: () => void

  constructor(
    crew: Crew<R>,
    region: { readonly uninterruptible: boolean },
    resume: (effect: Effect.Effect<void>) => void
  ) {
    this.crew = crew
    this.region = region
    this.clock = Context.get(crew.context as Context.Context<never>, Clock.Clock)
    this.fork = Effect.runForkWith(crew.context)
    this.onEnd = () => resume(Effect.void)
  }

  start(): void {
    const { isIdle, reserve, size } = this.crew
    for (let worker = 0; worker < size && !this.isStopped && !isIdle(); worker++) this.begin(worker)
    this.isStarting = false
    if (this.running === 0) return this.close()
    this.after(reserve.stopAt - this.now(), () => {
      if (this.crew.onTimeUp()) this.stop()
    })
  }

  readonly stop = (): void => {
    if (this.isStopped) return
    this.isStopped = true
    this.crew.onStop()
    if (!this.isInterrupted) this.after(patience(this.crew.reserve, this.now()), () => this.leave())
    for (const fiber of this.fibers) fiber?.interruptUnsafe()
  }

  /** Whoever interrupts waits for all. */
  readonly interrupted: Effect.Effect<void> = Effect.callback<void>((resume) => {
    this.onEnd = () => resume(Effect.void)
    this.isInterrupted = true
    this.stopTimers()
    this.stop()
    if (this.isClosing) this.leaveSourceInTime()
  })

  private begin(worker: number): void {
    for (;;) {
      const fiber = this.fork(this.crew.work(worker), this.region)
      const exit = fiber.pollUnsafe()
      if (exit === undefined) return this.watch(worker, fiber)
      if (!this.goesOn(worker, exit)) return
    }
  }

  private watch(worker: number, fiber: Fiber.Fiber<void>): void {
    this.fibers[worker] = fiber
    this.running++
    fiber.addObserver((exit) => {
      this.fibers[worker] = undefined
      this.running--
      if (this.goesOn(worker, exit)) this.begin(worker)
      if (this.running === 0 && !this.isStarting) this.close()
    })
  }

  private goesOn(worker: number, exit: Exit.Exit<void>): boolean {
    if (exit._tag === "Failure") this.crew.onLost(worker, exit, this.isStopped)
    return !this.isStopped && !(exit._tag === "Success" && this.crew.isIdle())
  }

  private close(): void {
    const closing = this.crew.close()
    if (closing === undefined) return this.end()
    const safe = Effect.catchCause(
      closing,
      (cause) => Effect.logError("the source of the items could not be closed", cause)
    )
    this.isClosing = true
    this.fork(safe, { uninterruptible: true }).addObserver(() => this.end())
    this.leaveSourceInTime()
  }

  private leaveSourceInTime(): void {
    this.after(closingTakes, () => {
      this.fork(Effect.logWarning("the source of the items does not close, and is left behind"))
      this.end()
    })
  }

  private leave(): void {
    this.fork(Effect.logWarning("something that cannot be interrupted is left behind", { items: this.running }))
    this.end()
  }

  private end(): void {
    this.stopTimers()
    this.onEnd()
  }

  private now(): number {
    return nowUnsafe(this.clock)
  }

  private after(millis: number, f: () => void): void {
    if (millis === Number.POSITIVE_INFINITY) return
    const timer = this.fork(Effect.sleep(Duration.millis(Math.max(0, millis))))
    this.timers.push(timer)
    timer.addObserver((exit) => {
      if (exit._tag === "Success") f()
    })
  }

  private stopTimers(): void {
    for (const timer of this.timers.splice(0)) timer.interruptUnsafe()
  }
}

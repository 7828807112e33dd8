import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

/** Workers that share their work. Times are milliseconds since 1970. */
export interface Crew<R> {
  readonly context: Context.Context<R>
  readonly clock: Clock.Clock
  /** How many may work at once. */
  readonly size: number
  readonly work: (worker: number) => Effect.Effect<void, never, R>
  /** Whether another worker would find nothing to do. */
  readonly isIdle: () => boolean
  /** A worker did not end by itself. Unless it was stopped, another goes on in its place. */
  readonly onLost: (worker: number, exit: Exit.Failure<void, never>, wasStopped: boolean) => void
  /** From now on nothing is begun. */
  readonly onStop: () => void
  /** What is to be done when all have ended, if anything. */
  readonly close: () => Effect.Effect<void> | undefined
  /** When the workers are interrupted. */
  readonly stopAt: number
  /** When those that hold on to something nevertheless are left behind. */
  readonly leaveAt: number
}

/**
 * Runs a crew until all have ended, or as long as its times allow. Whoever interrupts this waits for all. Each worker has a
 * fiber that nobody joins, so that whatever an item does to its own costs nobody else.
 */
export const runCrew = <R>(crew: Crew<R>): Effect.Effect<void, never, R> =>
  Effect.uninterruptibleMask((restore) => {
    const uninterruptible = restore(Effect.void) === Effect.void // inside such a region there is nothing to restore
    return restore(Effect.callback<void>((resume) => start(crew, { uninterruptible }, resume)))
  })

const start = <R>(
  crew: Crew<R>,
  region: { readonly uninterruptible: boolean },
  resume: (effect: Effect.Effect<void>) => void
): Effect.Effect<void> => {
  const fork = Effect.runForkWith(crew.context)
  const fibers: Array<Fiber.Fiber<void> | undefined> = []
  let running = 0
  const timers: Array<Fiber.Fiber<void>> = []
  let isStarting = true
  let isStopped = false
  let onEnd = () => resume(Effect.void)

  const at = (time: number, f: () => void): void => {
    if (time === Number.POSITIVE_INFINITY) return
    const timer = fork(Effect.sleep(Duration.millis(Math.max(0, time - crew.clock.currentTimeMillisUnsafe()))))
    timers.push(timer)
    timer.addObserver((exit) => {
      if (exit._tag === "Success") f()
    })
  }
  const stopTimers = (): void => timers.splice(0).forEach((timer) => timer.interruptUnsafe())
  const end = (): void => {
    stopTimers()
    onEnd()
  }
  const close = (): void => {
    const closing = crew.close()
    if (closing === undefined) return end()
    const safe = Effect.catchCause(
      closing,
      (cause) => Effect.logError("the source of the items could not be closed", cause)
    )
    fork(safe, { uninterruptible: true }).addObserver(end)
  }
  const stop = (): void => {
    if (isStopped) return
    isStopped = true
    crew.onStop()
    for (const fiber of fibers) fiber?.interruptUnsafe()
  }
  const leave = (): void => {
    fork(Effect.logWarning("something that cannot be interrupted is left behind", { items: running }))
    end()
  }
  const goesOn = (worker: number, exit: Exit.Exit<void>): boolean => {
    if (exit._tag === "Success") return false
    crew.onLost(worker, exit, isStopped)
    return !isStopped
  }
  const begin = (worker: number): void => {
    for (;;) {
      const fiber = fork(crew.work(worker), region)
      const exit = fiber.pollUnsafe()
      if (exit === undefined) return watch(worker, fiber)
      if (!goesOn(worker, exit)) return
    }
  }
  const watch = (worker: number, fiber: Fiber.Fiber<void>): void => {
    fibers[worker] = fiber
    running++
    fiber.addObserver((exit) => {
      fibers[worker] = undefined
      running--
      if (goesOn(worker, exit)) begin(worker)
      if (running === 0 && !isStarting) close()
    })
  }

  for (let worker = 0; worker < crew.size && !crew.isIdle(); worker++) begin(worker)
  isStarting = false
  if (running === 0) close()
  else {
    at(crew.stopAt, stop)
    at(crew.leaveAt, leave)
  }
  return Effect.callback<void>((resume) => {
    onEnd = () => resume(Effect.void)
    stopTimers()
    stop()
  })
}

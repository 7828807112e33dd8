import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"

/** Something to run under a name. */
export interface Program {
  readonly name: string
  /** Whether nothing is worth anything without it. */
  readonly isRequired: boolean
  readonly effect: Effect.Effect<unknown, unknown, unknown>
  /** What to do about a failure that was not brought about by stopping. */
  readonly onFailure: (cause: Cause.Cause<unknown>) => Effect.Effect<void>
}

/** How long to wait. Points in time are milliseconds since 1970, or infinity. */
export interface Timing {
  readonly concurrency: number
  /** When to stop, as soon as only programs are missing that are not required. */
  readonly stopAt: number
  /** When an answer is of no use any more. */
  readonly deadline: number
}

/** How the programs ended that did before they were stopped. */
export type Exits = ReadonlyMap<string, Exit.Exit<unknown, unknown>>

/**
 * Runs programs until all have ended, or until it is time to stop. Fails at once with the cause of a required one. Each has
 * a fiber that nobody joins, so that whatever it does to it costs nobody else. None is left behind but those that would
 * hold up the answer.
 */
export const runAll = (programs: ReadonlyArray<Program>, timing: Timing): Effect.Effect<Exits, unknown, unknown> =>
  Effect.uninterruptibleMask(Effect.fnUntraced(function*(restore) {
    const run = makeRun(programs)
    const fibers: Array<Fiber.Fiber<unknown, unknown>> = []
    const permits = timing.concurrency < programs.length ? Semaphore.makeUnsafe(timing.concurrency) : undefined
    for (const program of programs) {
      if (run.failure() !== undefined) break
      const watched = run.watched(program)
      const fiber = yield* Effect.forkDetach(permits === undefined ? watched : permits.withPermit(watched), {
        startImmediately: true
      })
      fibers.push(fiber)
      fiber.addObserver((exit) => run.settle(program, exit))
    }
    const running = () => fibers.filter((fiber) => fiber.pollUnsafe() === undefined)
    const stop = Effect.suspend(() => {
      run.stop()
      return Fiber.interruptAll(running())
    })
    if (run.isWaiting()) {
      const end = timing.stopAt === Number.POSITIVE_INFINITY
        ? run.over
        : Effect.raceFirst(run.over, Effect.andThen(sleepUntil(timing.stopAt), run.essential))
      yield* Effect.onInterrupt(restore(end), () => stop)
    }
    if (running().length > 0) yield* withPatience(stop, timing.deadline)
    const failure = run.failure()
    return failure === undefined ? run.exits() : yield* Effect.failCause(failure.cause)
  }))

/** What is known of programs that run. */
interface Run {
  /** A program whose failures are told, each as what it is. */
  readonly watched: (program: Program) => Effect.Effect<unknown, unknown, unknown>
  readonly settle: (program: Program, exit: Exit.Exit<unknown, unknown>) => void
  /** From now on what ends has been stopped. */
  readonly stop: () => void
  /** Whether anything is to come that matters. */
  readonly isWaiting: () => boolean
  /** Waits until all have ended, or a required one has failed. */
  readonly over: Effect.Effect<void>
  /** Waits until all that are required are there. */
  readonly essential: Effect.Effect<void>
  readonly failure: () => Exit.Failure<unknown, unknown> | undefined
  readonly exits: () => Exits
}

const makeRun = (programs: ReadonlyArray<Program>): Run => {
  const exits = new Map<string, Exit.Exit<unknown, unknown>>()
  const over = Deferred.makeUnsafe<void>()
  const essential = Deferred.makeUnsafe<void>()
  let missing = programs.length
  let required = programs.filter(({ isRequired }) => isRequired).length
  let failure: Exit.Failure<unknown, unknown> | undefined
  let isStopping = false
  const advance = (): void => {
    if (required === 0) Deferred.doneUnsafe(essential, Effect.void)
    if (missing === 0 || failure !== undefined) Deferred.doneUnsafe(over, Effect.void)
  }
  advance()
  return {
    watched: ({ effect, name, onFailure }) =>
      Effect.onExit(effect, (exit) => {
        if (exit._tag === "Success") return Effect.void
        if (!isStopping) return onFailure(exit.cause)
        return Cause.hasDies(exit.cause)
          ? Effect.logError("a part failed while it was stopped", { component: name }, exit.cause)
          : Effect.void
      }),
    settle: ({ isRequired, name }, exit) => {
      missing--
      if (exit._tag === "Success" || !isStopping) exits.set(name, exit)
      if (isRequired && exit._tag === "Success") required--
      if (isRequired && exit._tag === "Failure" && !isStopping) failure ??= exit
      advance()
    },
    stop: () => {
      isStopping = true
    },
    isWaiting: () => missing > 0 && failure === undefined,
    over: Deferred.await(over),
    essential: Deferred.await(essential),
    failure: () => failure,
    exits: () => new Map(exits)
  }
}

const sleepUntil = (time: number): Effect.Effect<void> =>
  Effect.clockWith((clock) => Effect.sleep(Duration.millis(Math.max(0, time - clock.currentTimeMillisUnsafe()))))

/** Waits for what has to be released, but no longer than half of the time that is left. */
const withPatience = (stop: Effect.Effect<void>, deadline: number): Effect.Effect<void> =>
  deadline === Number.POSITIVE_INFINITY
    ? stop
    : Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => Effect.asVoid(Effect.timeoutOption(stop, Duration.millis(Math.max(0, (deadline - now) / 2))))
    )

import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { notePart } from "../../call/ToolCall.ts"
import { openPart } from "../../call/toolCall/part.ts"
import * as Crew from "../internal/crew.ts"
import type { Reserve } from "../internal/reserve.ts"

/** Something to run under a name. */
export interface Program {
  readonly name: string
  /** Is true if nothing is worth anything without it. */
  readonly isRequired: boolean
  readonly effect: Effect.Effect<unknown, unknown, unknown>
  /** Tells what to do about a failure that was not brought about by stopping. */
  readonly onFailure: (cause: Cause.Cause<unknown>) => Effect.Effect<void>
}

/** Describes how the programs ended that did before they were stopped. */
export type Exits = ReadonlyMap<string, Exit.Exit<unknown, unknown>>

/**
 * Runs programs until all have ended, or until it is time to stop: as soon as only those are missing that are not required.
 * Fails at once with the cause of a required one.
 */
export const runAll = (
  programs: ReadonlyArray<Program>,
  reserve: Reserve,
  concurrency: number
): Effect.Effect<Exits, unknown, unknown> =>
  Effect.contextWith((context: Context.Context<unknown>) => {
    const watch = new Watch(programs)
    const crew: Crew.Crew<unknown> = {
      context,
      reserve,
      size: Math.min(concurrency, programs.length),
      work: (worker) => watch.work(worker),
      isIdle: () => watch.isIdle(),
      onLost: (worker, exit) => watch.lost(worker, exit),
      onTimeUp: () => watch.isTimeUp(),
      onStop: () => watch.stop(),
      close: () => undefined
    }
    return Effect.flatMap(
      Crew.run(crew, (running) => watch.begin(running)),
      () => {
        const answer = watch.failure === undefined ? Effect.succeed(watch.exits) : Effect.failCause(watch.failure.cause)
        return watch.hasLeftBehind() ? Effect.andThen(openPart("left behind"), answer) : answer
      }
    )
  })

/** Describes what is known of programs that run. */
class Watch {
  readonly exits = new Map<string, Exit.Exit<unknown, unknown>>()
  failure: Exit.Failure<unknown, unknown> | undefined
  private readonly programs: ReadonlyArray<Program>
  private readonly current: Array<Program | undefined> = []
  private running: Crew.Running | undefined
  private next = 0
  private required: number
  private isStopped = false
  private isLate = false

  constructor(programs: ReadonlyArray<Program>) {
    this.programs = programs
    this.required = programs.filter(({ isRequired }) => isRequired).length
  }

  begin(running: Crew.Running): void {
    this.running = running
  }

  isIdle(): boolean {
    return this.isStopped || this.next >= this.programs.length
  }

  /** Only what is required is waited for when the time is up. */
  isTimeUp(): boolean {
    this.isLate = true
    return this.required === 0
  }

  stop(): void {
    this.isStopped = true
  }

  hasLeftBehind(): boolean {
    return this.current.some((program) => program !== undefined)
  }

  /** Runs the next program, in a fiber of its own. */
  work(worker: number): Effect.Effect<void, never, unknown> {
    return Effect.suspend(() => {
      const program = this.programs[this.next++]!
      this.current[worker] = program
      const told = Effect.onExit(program.effect, (exit) => this.tell(program, exit))
      return Effect.map(Effect.exit(told), (exit) => this.settle(worker, program, exit))
    })
  }

  /** Whatever a program did to its fiber, that is how it ended. */
  lost(worker: number, exit: Exit.Exit<unknown, unknown>): void {
    const program = this.current[worker]
    if (program !== undefined) this.settle(worker, program, exit)
  }

  private tell({ name, onFailure }: Program, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    if (exit._tag === "Success") return Effect.void
    const told = !this.isStopped
      ? onFailure(exit.cause)
      : Cause.hasDies(exit.cause)
      ? Effect.logError("a part failed while it was stopped", { component: name }, exit.cause)
      : Effect.void
    return Effect.andThen(notePart(exit.cause), told)
  }

  private settle(worker: number, { isRequired, name }: Program, exit: Exit.Exit<unknown, unknown>): void {
    this.current[worker] = undefined
    if (exit._tag === "Success" || !this.isStopped) this.exits.set(name, exit)
    if (!isRequired) return
    if (exit._tag === "Success") this.required--
    else if (!this.isStopped) this.failure ??= exit
    if (this.failure !== undefined || this.isLate && this.required === 0) this.running?.stop()
  }
}

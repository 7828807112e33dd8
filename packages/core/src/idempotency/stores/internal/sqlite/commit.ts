import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type { DatabaseSync } from "node:sqlite"
import type { StoreError } from "../../../store/model.ts"
import { isBusy, mustBeThere, patience, Refused, storeError } from "./database.ts"

/** Runs one step in a transaction that it may share with the steps of others, and answers when that is on the disk. */
export type Commit = <A>(
  operation: string,
  step: (now: number) => A,
  /** The characters that it writes. */
  size?: number
) => Effect.Effect<A, StoreError>

interface Waiting {
  readonly operation: string
  readonly step: (now: number) => unknown
  readonly size: number
  readonly clock: Clock.Clock
  readonly answer: (exit: Exit.Exit<never, StoreError>) => void
}

/** Bound how long one transaction blocks this thread, and how much it writes. */
const maxSteps = 512
const maxCharacters = 4_194_304

/**
 * Commits in groups: steps that are asked for in the same turn of the event loop share one transaction, and thereby one wait
 * for the disk. Each has its own answer, also where one of them, or the transaction, fails.
 */
export const make = (database: DatabaseSync, path: string): Effect.Effect<Commit, never, Scope.Scope> =>
  Effect.gen(function*() {
    const group = new Group(database, path)
    const asked = yield* Latch.make()
    yield* Effect.addFinalizer(() => Effect.sync(() => group.close()))
    yield* Effect.forkScoped(Effect.forever(Effect.gen(function*() {
      yield* asked.await
      yield* Effect.yieldNow // the rest of this turn joins
      asked.closeUnsafe()
      yield* rounds(group)
    })))
    return <A>(operation: string, step: (now: number) => A, size = 0) =>
      Effect.withFiber<A, StoreError>((fiber) =>
        Effect.callback((resume) => {
          const waiting = { operation, step, size, clock: fiber.getRef(Clock.Clock), answer: resume }
          group.add(waiting)
          asked.openUnsafe()
          return Effect.sync(() => group.remove(waiting))
        })
      )
  })

/** Commits until nobody waits. Another program's lock is waited for; then all who wait are told. */
const rounds = (group: Group): Effect.Effect<void> =>
  Effect.suspend(() => group.commitSome()).pipe(
    Effect.retry({ schedule: patience, while: isBusy }),
    Effect.catchCause((cause) => Effect.sync(() => group.failAll(Cause.squash(cause)))),
    Effect.andThen(Effect.yieldNow),
    Effect.repeat({ while: () => group.isAwaited })
  )

class Group {
  readonly #database: DatabaseSync
  readonly #path: string
  #waiting: Array<Waiting> = []
  #isClosed = false

  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  get isAwaited(): boolean {
    return this.#waiting.length > 0
  }

  add(waiting: Waiting): void {
    if (this.#isClosed) waiting.answer(this.#failed(waiting, new Refused("is closed")))
    else this.#waiting.push(waiting)
  }

  /** Takes back a step that nobody waits for any more, so that it never happens. */
  remove(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting)
    if (index >= 0) this.#waiting.splice(index, 1)
  }

  /** Commits those who wait, as far as one transaction goes. Fails, and takes none, where it cannot begin. */
  commitSome(): Effect.Effect<void, unknown> {
    if (!this.isAwaited) return Effect.void
    try {
      mustBeThere(this.#database)
      this.#database.exec("BEGIN IMMEDIATE")
    } catch (failure) {
      return Effect.fail(failure)
    }
    const batch = this.#take()
    const answers = this.#tryTogether(batch) ?? batch.map((waiting) => this.#alone(waiting))
    batch.forEach((waiting, index) => waiting.answer(answers[index]!))
    return Effect.void
  }

  failAll(failure: unknown): void {
    for (const waiting of this.#waiting.splice(0)) waiting.answer(this.#failed(waiting, failure))
  }

  close(): void {
    while (this.isAwaited) {
      const exit = Effect.runSyncExit(this.commitSome())
      if (Exit.isFailure(exit)) this.failAll(new Refused("is closed"))
    }
    this.#isClosed = true
  }

  #take(): ReadonlyArray<Waiting> {
    let characters = 0
    const end = this.#waiting.findIndex(({ size }, index) =>
      index === maxSteps || (index > 0 && (characters += size) > maxCharacters)
    )
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }

  /** Undefined: the transaction is gone, and none of the steps has happened. */
  #tryTogether(batch: ReadonlyArray<Waiting>): ReadonlyArray<Exit.Exit<never, StoreError>> | undefined {
    try {
      const answers = batch.map((waiting) => this.#run(waiting))
      this.#database.exec("COMMIT")
      return answers
    } catch {
      this.#rollback()
      return undefined
    }
  }

  #alone(waiting: Waiting): Exit.Exit<never, StoreError> {
    try {
      this.#database.exec("BEGIN IMMEDIATE")
      const answer = this.#run(waiting)
      this.#database.exec("COMMIT")
      return answer
    } catch (failure) {
      this.#rollback()
      return this.#failed(waiting, failure)
    }
  }

  /** A statement that fails undoes itself, and the transaction goes on; where SQLite has ended it, nothing of it stands. */
  #run(waiting: Waiting): Exit.Exit<never, StoreError> {
    try {
      return Exit.succeed(waiting.step(waiting.clock.currentTimeMillisUnsafe()) as never)
    } catch (failure) {
      if (!this.#database.isTransaction) throw failure
      return this.#failed(waiting, failure)
    }
  }

  /** Undoes what was begun. What cannot even be undone is undone when the file is opened next. */
  #rollback(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK")
    } catch {
      return
    }
  }

  #failed({ operation }: Waiting, failure: unknown): Exit.Exit<never, StoreError> {
    return Exit.fail(storeError(operation, this.#path, failure))
  }
}

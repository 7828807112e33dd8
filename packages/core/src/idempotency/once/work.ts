import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { Deadline } from "../../call/Deadline.ts"
import { CurrentClaim } from "../../call/toolCall/claim.ts"
import { endedOpen, stateUnsafe } from "../../call/toolCall/part.ts"
import { CurrentPart, makeState, type State } from "../../call/toolCall/state.ts"
import * as Advice from "../../errors/internal/advice.ts"
import * as ToolError from "../../errors/ToolError.ts"
import * as IdempotencyKey from "../IdempotencyKey.ts"
import { type Claim, type Outcome, StoreError } from "../store/model.ts"
import type { Verified } from "../Verified.ts"
import * as Answers from "./answers.ts"
import { ask, askTwice } from "./ask.ts"
import { keep } from "./keeper.ts"
import { CurrentWork, type Note, type Work } from "./model.ts"
import { annotated, type Hold, type Plan } from "./plan.ts"

/** Says that the key went to somebody else before anything happened: it is asked for again. */
export const again = Symbol("again")

type Answer = Effect.Effect<unknown, ToolError.Any>
/** An answer, or {@link again}. */
type Ended = Answer

type Granted = Extract<Claim, { readonly _tag: "Claimed" | "Taken" }>

/** Does what a claim was granted for: the work, or finding out what became of it. */
export const run = (
  plan: Plan,
  granted: Extract<Claim, { readonly _tag: "Claimed" | "Taken" }>,
  since: number
): Ended =>
  Effect.withFiber((fiber) => {
    const hold: Hold = {
      held: granted.held,
      leaseUntil: since + Duration.toMillis(plan.lease),
      isBegun: false,
      isLost: false,
      isUnsure: false,
      isTransaction: false,
      committed: undefined
    }
    const state = makeState(stateUnsafe(fiber))
    const job = new Job(plan, hold, state)
    if (plan.now() >= plan.stopAt) return job.giveUp(granted)
    if (granted._tag === "Claimed" || plan.mayRunAgain) return job.work()
    return job.findOut(granted.referenceId)
  })

class Job {
  readonly #plan: Plan
  readonly #hold: Hold
  readonly #state: State

  constructor(plan: Plan, hold: Hold, state: State) {
    this.#plan = plan
    this.#hold = hold
    this.#state = state
  }

  work(): Ended {
    const { marksEffects, restore, self, stopAt } = this.#plan
    if (!marksEffects) this.#state.markOpen("started")
    const services = Context.empty().pipe(
      Context.add(CurrentPart, this.#state),
      Context.add(CurrentClaim, { begin: this.#begin, marksEffects, mayRunAgain: this.#plan.mayRunAgain }),
      Context.add(CurrentWork, this.#handle()),
      Context.add(Deadline, stopAt)
    )
    const worked = Effect.map(Effect.provideContext(self, services), (value) => ({ value }))
    const raced = Effect.raceFirst(worked, keep(this.#plan, this.#hold, stopAt))
    return Effect.flatMap(Effect.exit(restore(raced)), (exit) => this.#settle(exit))
  }

  /** The key came too late: nothing begins any more. */
  giveUp({ _tag }: Granted): Ended {
    return _tag === "Claimed"
      ? Effect.andThen(this.#release, Effect.fail(Answers.tooLate(this.#plan)))
      : Effect.andThen(this.#abandon, Answers.outcomeUnknown(this.#plan))
  }

  /** Asks whether an earlier call took effect, whose owner was lost. */
  findOut(lost: string): Ended {
    return Effect.flatMap(this.#check(), (verdict) => {
      switch (verdict._tag) {
        case "TookEffect":
          return this.#conclude(verdict.value, { verified: true, originalReferenceId: lost })
        case "DidNot":
          return this.work()
        case "CannotTell":
          return Effect.andThen(this.#abandon, Answers.outcomeUnknown(this.#plan))
      }
    })
  }

  /** Before the first effect: from now on an owner that is lost leaves the outcome unknown. */
  readonly #begin: Effect.Effect<boolean> = Effect.suspend(() => {
    const { runsUnprotected, store, storeTimeout } = this.#plan
    return Effect.matchEffect(askTwice("begin", store.begin(this.#hold.held), storeTimeout), {
      onSuccess: (isHeld) => {
        if (isHeld) this.#hold.isBegun = true
        else this.#hold.isLost = true
        return Effect.succeed(isHeld)
      },
      onFailure: (error) => {
        if (runsUnprotected) this.#hold.isBegun = true
        else this.#hold.isUnsure = true
        return Effect.as(this.#warn("the store did not answer before an effect", error), runsUnprotected)
      }
    })
  })

  #handle(): Work {
    const { key } = this.#plan
    return {
      key,
      child: (step) => IdempotencyKey.child(key, step),
      transaction: (self) => Effect.suspend(() => this.#transaction(self))
    }
  }

  /** Runs a transaction: what is written and what is kept stand together. An end that nobody knows is looked up when the key is freed. */
  #transaction<A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    const { marksEffects, store } = this.#plan
    const hold = this.#hold
    if (store.transaction === undefined) return Effect.die(new TypeError(noTransactions))
    if (!marksEffects) return Effect.die(new TypeError(unmarked))
    if (hold.isTransaction) return Effect.die(new TypeError(twice))
    hold.isTransaction = true
    const work = Effect.map(self, (value) => ({ value, outcome: this.#success(value) }))
    return Effect.matchEffect(store.transaction(hold.held, work), {
      onFailure: (error) => {
        if (!(error instanceof StoreError)) return Effect.fail(error)
        hold.isUnsure = true
        return Effect.andThen(this.#warn("a transaction failed", error), Effect.interrupt)
      },
      onSuccess: (done) => {
        hold.isLost = Option.isNone(done)
        if (Option.isNone(done)) return Effect.interrupt
        hold.committed = { value: done.value }
        this.#state.begin("the transaction")()
        return Effect.succeed(done.value)
      }
    })
  }

  #settle(exit: Exit.Exit<{ readonly value: unknown } | "lost" | "late", ToolError.Any>): Ended {
    if (exit._tag === "Failure") {
      return this.#asks(exit)
        ? Effect.andThen(this.#release, exit)
        : this.#failed(exit.cause)
    }
    if (exit.value === "lost") return this.#lost()
    if (exit.value === "late") return this.#stopped()
    const { committed } = this.#hold
    if (committed !== undefined) return Effect.succeed(committed.value)
    const { value } = exit.value
    const asks = this.#asks(Exit.succeed(value))
    return asks ? Effect.as(this.#release, value) : this.#conclude(value)
  }

  /** Tests whether the work asks the caller for something, and has done nothing that a mark says. */
  #asks(exit: Exit.Exit<unknown, ToolError.Any>): boolean {
    const { committed, isBegun } = this.#hold
    if (committed !== undefined || (this.#plan.marksEffects && isBegun)) return false
    return this.#plan.isQuestion(exit)
  }

  /** Says whether something may have happened: with marked effects, whether one began. */
  get #isOpen(): boolean {
    return this.#plan.marksEffects ? this.#hold.isBegun : this.#state.isOpen
  }

  /** Somebody else has the key. */
  #lost(): Ended {
    const { committed } = this.#hold
    if (committed !== undefined) return Effect.succeed(committed.value)
    if (!this.#isOpen) return Effect.succeed(again)
    return Effect.andThen(this.#warn("another call took the key"), Answers.outcomeUnknown(this.#plan))
  }

  /** The time is up, and the work was stopped. */
  #stopped(): Ended {
    return this.#failed(Cause.fail(Answers.tooLate(this.#plan)))
  }

  #failed(cause: Cause.Cause<ToolError.Any>): Ended {
    if (this.#hold.committed !== undefined) return Effect.succeed(this.#hold.committed.value) // it stands, and is kept
    if (!this.#isOpen && !cause.reasons.some(saysOpen)) return this.#nothingHappened(cause)
    const error = answerIn(cause)
    if (error === undefined) return this.#uncertain(cause)
    return this.#complete(
      { kind: "failure", value: this.#text(() => this.#plan.codec.encodeFailure(error)) },
      Effect.failCause(cause)
    )
  }

  #nothingHappened(cause: Cause.Cause<ToolError.Any>): Ended {
    this.#state.seal() // what was left behind begins nothing any more
    return Effect.flatMap(this.#release, (isReleased): Ended => {
      const { isLost, isTransaction, isUnsure } = this.#hold
      if (isLost || isTransaction && isReleased === false) return Effect.succeed(again)
      return isUnsure ? Answers.storeFailed() : Effect.failCause(cause)
    })
  }

  /** The work may have taken effect, and its failure does not say so. */
  #uncertain(cause: Cause.Cause<ToolError.Any>): Ended {
    const failed = Effect.failCause(cause)
    if (this.#plan.mayRunAgain) return Effect.andThen(this.#release, failed)
    const warned = this.#warn("it is unknown whether a call took effect", cause)
    return Effect.andThen(
      warned,
      Effect.flatMap(this.#check(), (verdict): Ended => {
        switch (verdict._tag) {
          case "TookEffect":
            return this.#conclude(verdict.value, { verified: true })
          case "DidNot":
            return Effect.flatMap(
              this.#release,
              (isReleased) => isReleased === true ? failed : Answers.outcomeUnknown(this.#plan)
            )
          case "CannotTell":
            return Effect.andThen(this.#abandon, Answers.outcomeUnknown(this.#plan))
        }
      })
    )
  }

  /** Asks the check. One that fails, or is stopped, cannot tell; one that does not fence cannot tell that nothing happened. */
  #check(): Effect.Effect<Verified<unknown>> {
    const { answerAt, now, restore, verify } = this.#plan
    const cannotTell = { _tag: "CannotTell" } as const
    if (verify === undefined) return Effect.succeed(cannotTell)
    const until = Math.min(answerAt, now() + longestCheck)
    const raced = Effect.raceFirst(
      Effect.provideService(verify.check, Deadline, until),
      Effect.map(keep(this.#plan, this.#hold, until), () => cannotTell)
    )
    return Effect.flatMap(Effect.exit(restore(raced)), (exit): Effect.Effect<Verified<unknown>> => {
      if (exit._tag === "Failure") return Effect.as(this.#warn("a check failed", exit.cause), cannotTell)
      if (exit.value._tag !== "DidNot" || verify.fences === true) return Effect.succeed(exit.value)
      return Effect.as(this.#warn("a check that does not fence says that a call did not take effect"), cannotTell)
    })
  }

  /** Keeps a result, and answers with it. */
  #conclude(value: unknown, note?: Note): Ended {
    const answer = note === undefined ? Effect.succeed(value) : Effect.as(this.#plan.onNote(note), value)
    return this.#complete(this.#success(value), answer)
  }

  /** Keeps an outcome. Where somebody else has the key, they may say otherwise: nobody is told this outcome. */
  #complete(outcome: Outcome, answer: Answer): Ended {
    return Effect.flatMap(
      this.#patiently("complete", this.#plan.store.complete(this.#hold.held, outcome)),
      (isKept) => {
        if (isKept === false) return this.#lost()
        if (isKept === true) return answer
        return Effect.andThen(this.#error("an outcome could not be kept: its key will be unknown"), answer)
      }
    )
  }

  /** Asks for as long as the lease runs, and there is time. */
  #patiently(name: string, step: Effect.Effect<boolean, unknown>): Effect.Effect<boolean | undefined> {
    const { answerAt, now, storeTimeout } = this.#plan
    const until = Math.min(this.#hold.leaseUntil, answerAt)
    const attempt = (pause: number): Effect.Effect<boolean | undefined> =>
      Effect.catch(ask(name, step as never, storeTimeout) as Effect.Effect<boolean, unknown>, (error) => {
        const told = this.#warn(`the store did not answer: ${name}`, error)
        if (now() + pause >= until) return Effect.as(told, undefined)
        return Effect.andThen(
          told,
          Effect.andThen(Effect.sleep(Duration.millis(pause)), attempt(Math.min(pause * 2, 1000)))
        )
      })
    return attempt(100)
  }

  readonly #release: Effect.Effect<boolean | undefined> = Effect.suspend(() => this.#quietly("release"))
  readonly #abandon: Effect.Effect<boolean | undefined> = Effect.suspend(() => this.#quietly("abandon"))

  /** Asks twice, and goes on without an answer: the lease ends by itself. */
  #quietly(name: "release" | "abandon"): Effect.Effect<boolean | undefined> {
    const { store, storeTimeout } = this.#plan
    return Effect.catch(
      askTwice(name, store[name](this.#hold.held), storeTimeout),
      (error) => Effect.as(this.#warn(`the store did not answer: ${name}`, error), undefined)
    )
  }

  #success(value: unknown): Outcome {
    return { kind: "success", value: this.#text(() => this.#plan.codec.encodeSuccess(value)) }
  }

  /** Writes an outcome. What is too large, or cannot be written, is not kept; that the call ended is. */
  #text(encode: () => unknown): string | undefined {
    try {
      const text = JSON.stringify(encode())
      return text.length > this.#plan.maxSize ? undefined : text
    } catch {
      return undefined
    }
  }

  #warn(message: string, ...cause: ReadonlyArray<unknown>): Effect.Effect<void> {
    return annotated(this.#plan)(Effect.logWarning(message, ...cause))
  }

  #error(message: string): Effect.Effect<void> {
    return annotated(this.#plan)(Effect.logError(message))
  }
}

const longestCheck = 10_000

const noTransactions = "Idempotency.transaction: this store has none; use that of @errata/core/stores/sql"
const unmarked =
  "Idempotency.transaction: the tool's effects must be \"marked\", or the call counts as begun from its start"
const twice = "Idempotency.transaction: a call has one transaction, whose result is the call's"

/** Tests whether a failure says by itself that something may have happened, as that of a call to another server. */
const saysOpen = (reason: Cause.Reason<ToolError.Any>): boolean =>
  Cause.isFailReason(reason) &&
  (Advice.openReason(reason.error) !== undefined || ToolError.type(reason.error).name === "outcome_unknown")

/** Returns the error of a failure that is an answer: whatever it says of the call, the call has ended with it. */
const answerIn = (cause: Cause.Cause<ToolError.Any>): ToolError.Any | undefined => {
  const [reason] = cause.reasons
  if (reason === undefined || !cause.reasons.every(Cause.isFailReason) || !Cause.isFailReason(reason)) return undefined
  return ToolError.isTransient(reason.error) || endedOpen(cause) !== undefined ? undefined : reason.error
}

import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Answers from "./answers.ts"
import { claim, wait } from "./claim.ts"
import * as Flights from "./flights.ts"
import type { Options } from "./model.ts"
import { annotated, ownerOf, type Plan, planOf } from "./plan.ts"
import { again, run } from "./work.ts"

type Answer = Effect.Effect<unknown, ToolError.Any>

/** Runs work once for its key. */
export const runOnce = (self: Answer, options: Options<unknown, ToolError.Any>): Answer =>
  Effect.uninterruptibleMask((restore) => Effect.withFiber((fiber) => answer(planOf(self, options, fiber, restore))))

const answer = Effect.fnUntraced(function*(plan: Plan): Effect.fn.Return<unknown, ToolError.Any> {
  let owner = ownerOf(plan)
  for (let turn = 0;; turn++) {
    const since = plan.now()
    const asked = yield* claim(plan, owner)
    if (Result.isFailure(asked)) return yield* withoutStore(plan, asked.failure, turn)
    const state = asked.success
    switch (state._tag) {
      case "Completed":
        return yield* Answers.replay(plan, state)
      case "Conflict":
        return yield* Answers.conflict(plan)
      case "Unknown":
        return yield* Answers.outcomeUnknown(plan)
      case "InProgress": {
        if (plan.rejects) return yield* Answers.inProgress(plan, state.left)
        const waited = yield* plan.restore(wait(plan, state, turn))
        if (waited === "late") return yield* Answers.inProgress(plan, state.left)
        if (waited === "again") continue
        yield* plan.onNote({ replayed: true, originalReferenceId: waited.referenceId })
        return yield* waited.exit as Exit.Exit<unknown, ToolError.Any>
      }
      default: {
        const ended = yield* Flights.shared(plan, run(plan, state, since), share)
        if (ended !== again) return ended
        if (plan.now() >= plan.answerAt) return yield* Effect.fail(Answers.tooLate(plan))
        owner = ownerOf(plan)
      }
    }
  }
})

/** Others share a result and an error, and neither an interruption nor a defect: they are this call's alone. */
const share = (exit: Exit.Exit<unknown, ToolError.Any>): Exit.Exit<unknown, unknown> | undefined => {
  if (exit._tag === "Success") return exit.value === again ? undefined : exit
  return exit.cause.reasons.every((reason) => reason._tag === "Fail") ? exit : undefined
}

/** Once it is known that somebody holds the key, nothing runs without the store. */
const withoutStore = (plan: Plan, error: unknown, turn: number): Answer => {
  const log = annotated(plan)(Effect.logError("the store of idempotency keys failed", error))
  if (turn > 0) return Effect.andThen(log, Answers.inProgress(plan, Duration.seconds(1)))
  return Effect.andThen(log, plan.runsUnprotected ? plan.restore(plan.self) : Answers.storeFailed())
}

import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { listening } from "../run/progress.ts"
import type { Joined } from "./begin.ts"
import { callHere } from "./key.ts"
import { within } from "./patience.ts"
import { type End, endOf, type Started, stateOf } from "./state.ts"

export { patienceOf } from "./patience.ts"

/** Waits for the end of a run, and tells the client of its progress; `undefined` if the patience ends first. */
export const wait = (
  { started }: Joined,
  input: unknown,
  patience: Duration.Duration
): Effect.Effect<End | undefined, never, WorkflowEngine> =>
  Effect.gen(function*() {
    const plan = started.version.tool.durable.plan()
    const executionId = yield* plan.idOf(started)
    const call = yield* callHere
    const ending = started.claimed.definition === plan.definition && fits(started, input)
      ? executed(started, input)
      : polled(started)
    const heard = call === undefined ? ending : listening(ending, executionId, call.progress)
    return Option.getOrUndefined(yield* within(heard, patience))
  })

/** An input of today is given to an earlier version if that takes it; its run may be begun by this very call. */
const fits = ({ version: { tool } }: Joined["started"], input: unknown): boolean =>
  Schema.is(tool.input as Schema.Codec<unknown>)(input)

const payloadOf = ({ again, id, run }: Started, input: unknown) => ({ id, run, again, input })

const executed = (started: Joined["started"], input: unknown): Effect.Effect<End | undefined, never, WorkflowEngine> =>
  Effect.flatMap(
    Effect.exit(started.version.tool.durable.plan().work.execute(payloadOf(started, input))),
    (exit): Effect.Effect<End | undefined, never, WorkflowEngine> => {
      const end = endOf(exit, started.version)
      if (end._tag === "Died") return Effect.failCause(end.cause)
      if (end._tag !== "Cancelled") return Effect.succeed(end)
      // an engine that shuts down interrupts those who wait: only the journal knows whether the run was cancelled
      return Effect.map(stateOf(started), (state) => state._tag === "Running" ? undefined : state)
    }
  )

/** A run that sleeps, or that this process cannot begin, is looked at, ever less often. */
const polled = (started: Joined["started"]): Effect.Effect<End, never, WorkflowEngine> =>
  Effect.flatMap(stateOf(started), (state) => state._tag === "Running" ? Effect.fail(state) : Effect.succeed(state))
    .pipe(
      Effect.retry(Schedule.min([Schedule.exponential("200 millis", 1.5), Schedule.spaced("5 seconds")])),
      Effect.orDie
    )

/** Begins a run, and does not wait for it. */
export const begin = ({ started }: Joined, input: unknown): Effect.Effect<void, never, WorkflowEngine> =>
  fits(started, input)
    ? Effect.asVoid(started.version.tool.durable.plan().work.execute(payloadOf(started, input), { discard: true }))
    : Effect.void

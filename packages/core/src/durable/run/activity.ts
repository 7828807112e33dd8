import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Activity from "effect/workflow/Activity"
import * as DurableClock from "effect/workflow/DurableClock"
import { type WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import type * as ToolError from "../../errors/ToolError.ts"
import type { IdempotencyKey } from "../../idempotency/IdempotencyKey.ts"
import * as RetryPolicy from "../../resilience/RetryPolicy.ts"
import type { RecordOfEffectSchemas } from "../../tool/definition/model.ts"
import type * as Tool from "../../tool/Tool.ts"
import { persistently } from "../call/engine.ts"
import { type Failure, failureIn, failureOf, raise } from "../definition/failure.ts"
import { makeKeeper } from "./keep.ts"
import { tell } from "./progress.ts"
import { Run } from "./run.ts"

/**
 * Lists what every run brings along: the work of a durable tool may use it without asking its layer for it.
 *
 * @stability unstable
 * @category utility types
 * @since 0.1.0
 */
export type PerRun = Run | WorkflowEngine | WorkflowInstance | Scope.Scope

/**
 * Tells an activity who it is.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Step {
  /**
   * The key of this activity in this run, the same whenever it is executed again: send it to other services as their idempotency
   * key. A UUID.
   */
  readonly key: IdempotencyKey
}

type ErrorIn<Ret> = Ret extends Effect.Effect<infer _A, infer E, infer _R> ? E : never

type ServicesIn<Ret> = Ret extends Effect.Effect<infer _A, infer _E, infer R> ? R : never

/** Refuses a name under which the engine keeps that another activity was undone. */
type FreeName<Name extends string> = Name extends `undo ${string}`
  ? Tool.Mistake<"No activity has a name that begins with `undo `: what undoes another one is named so">
  : unknown

/** Refuses an activity that fails with what it does not declare. */
type Declared<Name extends string, Ret, Es extends ReadonlyArray<ToolError.AnyClass>> =
  [Exclude<ErrorIn<Ret>, InstanceType<Es[number]>>] extends [never] ? unknown
    : Tool.Mistake<
      `The activity ${Name} fails with what it does not declare: add the class to its \`errors\`, or handle it`
    >

/**
 * Runs a step of a durable tool: once its result is kept, it is not executed again.
 *
 * **Details**
 *
 * An activity that had not ended when its process died, or when its run moved to another process (one joined, left or was silent),
 * is executed again from its start, with the same `key`. It is tried again by its policy within one execution: what the policy waits for is not kept. The failure that is left is kept, with what the
 * policy did. `compensate` runs if the whole fails later or is cancelled: the last activity first, each once.
 *
 * **Gotchas**
 *
 * The order and the names of the activities must be the same whenever the work runs: take decisions by the input and by results
 * of activities only, and take the time, random numbers and anything else that changes inside of activities. Two activities of one
 * run cannot have one name: add an index.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const activity = <
  const Name extends string,
  // oxlint-disable-next-line typescript/no-explicit-any -- what the activity requires is read off it
  Ret extends Effect.Effect<Tool.SchemaOf<O>["Type"], ToolError.Any, any>,
  const O extends Tool.OutputSchema | RecordOfEffectSchemas = Schema.Void,
  const Es extends ReadonlyArray<ToolError.AnyClass> = readonly [],
  R2 = never
>(
  name: Name & FreeName<Name>,
  options: {
    /** Does the work. */
    readonly execute: (step: Step) => Ret & Declared<Name, Ret, Es>
    /** Describes the result, which is kept: a record of fields, or a schema. Default nothing. */
    readonly output?: O | undefined
    /** Lists the classes of errors that it may fail with. Default none. */
    readonly errors?: Es | undefined
    /** Retries its transient errors, `Retry-After` honoured. Default none. */
    readonly retry?: RetryPolicy.RetryPolicy | undefined
    /**
     * Takes the result back if the whole fails later, or says that there is nothing to take back. Default: it cannot be taken back,
     * and a run that fails after it is not followed by another one with the same key.
     */
    readonly compensate?:
      | ((result: Tool.SchemaOf<O>["Type"], step: Step) => Effect.Effect<unknown, ToolError.Any, R2>)
      | "nothing to undo"
      | undefined
  }
): Effect.Effect<Tool.SchemaOf<O>["Type"], ErrorIn<Ret>, Exclude<ServicesIn<Ret> | R2, PerRun> | PerRun> =>
  run(name, options as unknown as Given) as Effect.Effect<never, never, PerRun>

interface Given {
  readonly execute: (step: Step) => Effect.Effect<unknown, ToolError.Any, PerRun>
  readonly output?: Schema.Codec<unknown> | Schema.Struct.Fields | undefined
  readonly errors?: ReadonlyArray<ToolError.AnyClass> | undefined
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  readonly compensate?:
    | ((result: unknown, step: Step) => Effect.Effect<unknown, ToolError.Any, WorkflowEngine | WorkflowInstance>)
    | "nothing to undo"
    | undefined
}

const run = Effect.fnUntraced(function*(name: string, options: Given) {
  const run = yield* Run
  const { compensate, errors = [], output, retry } = options
  run.enter(name)
  if (typeof compensate === "function") run.enter(undoOf(name))
  const step = { key: run.keyOf(name) }
  const work = Effect.suspend(() => options.execute(step))
  yield* tell(run.executionId, { progress: 0, message: `${name}: started` })
  const value = yield* kept(
    name,
    output === undefined ? Schema.Void : Schema.isSchema(output) ? output : Schema.Struct(output) as never,
    errors,
    retry === undefined ? work : RetryPolicy.retry(work, retry)
  )
  run.ended(
    name,
    typeof compensate !== "function"
      ? compensate
      : { name, key: step.key, retry, work: Effect.suspend(() => compensate(value, step)) }
  )
  yield* tell(run.executionId, { progress: 0, message: `${name}: done` })
  return value
})

/** Executes what is not in the run's journal yet, and keeps how it ended. */
const kept = (
  name: string,
  output: Schema.Codec<unknown>,
  errors: ReadonlyArray<ToolError.AnyClass>,
  work: Effect.Effect<unknown, ToolError.Any, PerRun>
): Effect.Effect<unknown, ToolError.Any, WorkflowEngine | WorkflowInstance | Run> => {
  const result = makeKeeper(`The result of ${name}`, output)
  const failure = makeKeeper(`The failure of ${name}`, failureOf(errors) as Schema.Codec<unknown>)
  const made = Activity.make({
    name,
    success: result.schema,
    error: failure.schema,
    execute: Effect.catchCause(Effect.flatMap(work, result.write), (cause) => {
      const failed = failureIn(cause)
      if (failed !== undefined) return Effect.flatMap(failure.write(failed), Effect.fail)
      return Cause.hasInterruptsOnly(cause) ? interrupted(name, cause) : Effect.failCause(cause as Cause.Cause<never>)
    })
  })
  return Effect.matchEffect(persistently(made), {
    onSuccess: (kept) => orWait(name, result.read(kept)),
    onFailure: (kept) => Effect.flatMap(orWait(name, failure.read(kept)), (failed) => raise(failed as Failure))
  }) as Effect.Effect<unknown, ToolError.Any, WorkflowEngine | WorkflowInstance | Run>
}

/**
 * Ends an activity that interrupted itself as a bug: an engine would do it again, for ever. One that is interrupted from outside stays so: the
 * end of a region that cannot be interrupted is where that shows.
 */
const interrupted = (name: string, cause: Cause.Cause<unknown>): Effect.Effect<never, never, WorkflowInstance> =>
  Effect.flatMap(
    Effect.andThen(Effect.uninterruptible(Effect.void), WorkflowInstance),
    ({ abandoned, interrupted, suspended }) =>
      abandoned || interrupted || suspended
        ? Effect.failCause(cause as Cause.Cause<never>)
        : Effect.die(new Error(`The activity ${name} interrupted itself`))
  )

/**
 * Lets a run wait whose journal was written under other schemas: to end it would undo, or leave, what its own version could finish.
 */
const orWait = (
  name: string,
  read: Effect.Effect<{ readonly value: unknown } | undefined>
): Effect.Effect<unknown, never, Run> =>
  Effect.flatMap(read, (found) =>
    found === undefined
      ? Effect.flatMap(Run, ({ executionId, tool }) =>
        Effect.andThen(
          Effect.logError(
            `A run of ${tool} waits: its activity ${name} was kept under other schemas. ` +
              "Put them back, or say another `version` and name this one as `previous`",
            { executionId }
          ),
          Effect.never
        ))
      : Effect.succeed(found.value))

/** Names the activity that takes another one back. */
const undoOf = (name: string): string => `undo ${name}`

/**
 * Takes an activity back, and keeps that it was. One that cannot be is told to the log, and does not stop the others.
 */
export const undo = ({ name, retry, work }: {
  readonly name: string
  readonly retry: RetryPolicy.RetryPolicy | undefined
  readonly work: Effect.Effect<unknown, ToolError.Any, WorkflowEngine | WorkflowInstance>
}): Effect.Effect<boolean, never, WorkflowEngine | WorkflowInstance> =>
  persistently(Activity.make({
    name: undoOf(name),
    success: Schema.Boolean,
    execute: RetryPolicy.retry(work, retry ?? RetryPolicy.patient).pipe(
      Effect.as(true),
      Effect.catchCause((cause): Effect.Effect<boolean> =>
        cause.reasons.some(({ _tag }) => _tag === "Interrupt")
          ? Effect.failCause(cause as Cause.Cause<never>)
          : Effect.as(Effect.logError(`${name} could not be undone`, cause), false)
      )
    )
  }) as Effect.Effect<boolean, never, WorkflowEngine | WorkflowInstance>)

/** The time up to which a sleep is spent in memory: an engine wakes a run by a look at its storage, seconds apart. */
const inMemoryThreshold = "10 seconds"

/**
 * Sleeps, also over a restart: the time counts from when the sleep began. Its name is one of the run's activities.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const sleep = <const Name extends string>(
  name: Name & FreeName<Name>,
  duration: Duration.Input
): Effect.Effect<void, never, PerRun> =>
  Effect.flatMap(Run, (run) => {
    run.enter(name)
    return persistently(DurableClock.sleep({ name, duration, inMemoryThreshold }))
  })

import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Workflow from "effect/workflow/Workflow"
import type { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import * as Deadline from "../../call/Deadline.ts"
import { ToolCall } from "../../call/ToolCall.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Anything, Checked } from "../../tool/definition/handle.ts"
import { type Failure, failureIn, failureOf, type Undone } from "../definition/failure.ts"
import type { Any, Body } from "../definition/model.ts"
import { type PerRun, undo } from "./activity.ts"
import { orCut } from "./cut.ts"
import { encode } from "./keep.ts"
import { withLoggers } from "./loggers.ts"
import { keepRest } from "./rest.ts"
import { makeRun, Run } from "./run.ts"

/** Holds the marker of a tool's work, by which its handler asks for it. */
export const bodyOf = (tool: Any): Context.Key<Body<string>, true> => Context.Service(`errata/durable/${tool.name}`)

/**
 * Provides the work of a durable tool to an engine: whichever process has this layer may do it.
 *
 * **Details**
 *
 * The work is run again from its start whenever a process takes it over; activities that have ended are not. It may fail with what
 * the tool declares: another error does not compile. What it needs is asked of this layer, not of the calls.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = <T extends Any, Ret extends Anything<T>>(
  tool: T,
  work: (input: T["input"]["Type"]) => Ret & Checked<T, Ret>
): Layer.Layer<Body<T["name"]>, never, WorkflowEngine | Exclude<ServicesOf<Ret>, PerRun>> => {
  const { claim, work: workflow } = tool.durable.plan()
  const claims = claim.toLayer(({ call, definition, fingerprint }) => Effect.succeed({ call, definition, fingerprint }))
  const runs = workflow.toLayer(({ again, id, input }, executionId) =>
    Effect.suspend(() => {
      const run = makeRun({ tool: tool.name, id, executionId, again })
      return withLoggers(alone(compensated(tool, run, Effect.suspend(() => work(input) as unknown as Work))))
    })
  )
  const marker = Layer.succeed(bodyOf(tool), true)
  return Layer.mergeAll(claims, runs, marker) as never
}

type ServicesOf<Ret> = Ret extends Effect.Effect<infer _A, infer _E, infer R> ? R : never

type Work = Effect.Effect<unknown, ToolError.Any, PerRun>

/** Frees the work of the call that began it: of its deadline, and of whom it answers. */
const alone = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(
    Effect.provideService(self, Deadline.Deadline, Number.POSITIVE_INFINITY),
    (context: Context.Context<R>) => Context.omit(ToolCall)(context as Context.Context<R | ToolCall>) as never
  )

/** Takes back what was done, if the work fails, and says what became of it. A run that is cancelled does so as it ends. */
const compensated = (
  { output, errors }: Pick<Any, "output" | "errors">,
  run: Run["Service"],
  work: Work
): Effect.Effect<{ readonly output: unknown }, Failure, WorkflowEngine | WorkflowInstance | Scope.Scope> => {
  let isUndone = false // not before the last undo has ended: where a run was cancelled, the first ones sleep until it ends
  const undoAll = Effect.tap(takeBack(run), () => Effect.sync(() => void (isUndone = true)))
  const keepable = (what: string, schema: Schema.Top, value: unknown) =>
    Effect.as(encode(`${what} of ${run.tool}`, schema as Schema.Codec<unknown>, value), value)
  const done = Effect.flatMap(
    Effect.provideService(work, Run, run),
    (value) => orCut(keepable("The output", output, value))
  )
  return Effect.flatMap(
    Workflow.addFinalizer((exit) =>
      exit._tag === "Success" || isUndone ? Effect.void : Effect.flatMap(undoAll, keepRest)
    ),
    () =>
      Effect.catchCause(Effect.map(done, (output) => ({ output })), (cause) => {
        // an engine interrupts what sleeps, what was cancelled, and what has moved to another process: nothing has failed
        if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause as Cause.Cause<never>)
        return Effect.flatMap(undoAll, (end) => {
          const failure = failureIn(cause)
          return failure === undefined
            ? died(run.tool, end, cause)
            : Effect.flatMap(
              Effect.catchCause(
                keepable("The failure", failureOf(errors), { ...failure, end }),
                (unkept) => died(run.tool, end, unkept)
              ),
              (failure) => Effect.fail(failure as Failure)
            )
        })
      })
  )
}

/** Ends a run as a bug. Only the log, and who asks by a tool, is told what it left. */
const died = (
  tool: string,
  end: Undone,
  cause: Cause.Cause<unknown>
): Effect.Effect<never, never, WorkflowEngine | WorkflowInstance> =>
  Effect.logError(`The work of ${tool} died`, end, cause).pipe(
    Effect.andThen(keepRest(end)),
    Effect.andThen(Effect.failCause(cause as Cause.Cause<never>))
  )

const takeBack = (run: Run["Service"]): Effect.Effect<Undone, never, WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function*() {
    const undone: Array<string> = []
    const stuck: Array<string> = []
    for (const step of run.undos()) {
      const names = (yield* undo(step)) ? undone : stuck
      names.push(step.name)
    }
    return { undone, stuck, left: run.left() }
  })

/** Runs calls under their keys. Loaded only where a job takes keys. */
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as Issue from "@errata/core/Issue"
import type * as ToolError from "@errata/core/ToolError"
import * as Verified from "@errata/core/Verified"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isRequest } from "../../../fold/internal/lifted.ts"
import { passingThrough } from "../../../fold/internal/passThrough.ts"
import { errored } from "../answer.ts"
import type { CallOf } from "../model.ts"
import type { AuthInfo, Request } from "../request.ts"
import { fromJson, isKept, Kept, keptFailure, keptIn, toJson } from "./kept.ts"
import type { CallKey, KeyedJob, KeyedVerify } from "./model.ts"

type Work<R> = Effect.Effect<unknown, ToolError.Any, R>

/** Runs the work of a call once for its key. A call without a key runs as it is. */
export const run = <Input, R>(
  call: CallOf<Input>,
  keyed: KeyedJob<Input>,
  work: Work<R>,
  input: Input,
  request: Request
): Work<R> =>
  Effect.suspend((): Work<R> => {
    if (keyed.protects?.(input) === false) return work
    const said = keyed.keyIn(input) ?? undefined
    const metaKey = `${call.settings.format.metaPrefix}idempotency-key`
    const given = said ?? request.meta?.[metaKey] ?? undefined
    if (given !== undefined && !IdempotencyKey.is(given)) {
      const path = said === undefined ? ["_meta", metaKey] : keyed.field === undefined ? [] : [keyed.field]
      return Effect.fail(new Errors.InvalidArguments({ issues: [Issue.make(path, wanted)] }))
    }
    if (given === undefined && keyed.auto === undefined) return work
    const args = keyed.argumentsOf(input)
    const key = given ?? IdempotencyKey.ofArguments(args)
    const retention = given === undefined ? keyed.auto : keyed.retention
    const protectedWork = once(call, { ...keyed, retention }, work, { key, args, input, request })
    return keyed.store === undefined
      ? protectedWork as Work<R> // who registered the job saw to it that the runtime brings a store
      : Effect.matchEffect(keyed.store, {
        onSuccess: (store) => Effect.provideService(protectedWork, IdempotencyStore, store),
        onFailure: (failure) =>
          Effect.andThen(
            Effect.logWarning("the store of idempotency keys cannot be opened", failure),
            keyed.whenStoreFails === "allow" ? work : noStore
          )
      })
  })

const noStore = Effect.suspend(() => Effect.fail(new Errors.Unavailable({ service: "The store of idempotency keys" })))

const wanted = "Expected an idempotency key: 1 to 255 visible ASCII characters, without space around them"

interface Found<Input> {
  readonly key: IdempotencyKey.IdempotencyKey
  readonly args: unknown
  readonly input: Input
  readonly request: Request
}

const once = <Input, R>(
  call: CallOf<Input>,
  keyed: KeyedJob<Input>,
  work: Work<R>,
  { args, input, key, request }: Found<Input>
): Work<R | IdempotencyStore> => {
  const { job } = call
  const principal = principalOf(request.authInfo)
  const state = stateOf(IdempotencyKey.scopeId(key, { principal, tool: job.name }), keyed)
  call.key = state
  const written = writer(call)
  const { duplicates, lease, retention, verify, version, whenLost, whenStoreFails } = keyed
  const running = Idempotency.once(Effect.flatMap(work, written), {
    key,
    tool: job.name,
    principal,
    arguments: args,
    version,
    lease,
    retention,
    duplicates,
    whenLost,
    whenStoreFails,
    // what may be repeated as it is has no effect that must not happen twice
    effects: job.safety === "idempotent" ? "marked" : undefined,
    verify: verify === undefined ? undefined : verifyOf(verify, input, written),
    isQuestion,
    onNote: (note) => Effect.sync(() => remember(state, note)),
    codec: codecOf(call, state)
  })
  const told = Effect.flatMap(running, (value: unknown) => isKept(value) ? Effect.succeed(value) : written(value))
  return Effect.onExit(told, () => Effect.sync(() => settle(state)))
}

/** Tests for what asks the client for something: the client calls again to answer. A task is no question: repeats get the same one. */
const isQuestion = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isSuccess(exit)
    ? isKept(exit.value) && isRequest(exit.value.written.result)
    : passingThrough(exit.cause) !== undefined

const stateOf = (id: string, { whenLost }: Pick<KeyedJob<never>, "whenLost">): CallKey => ({
  id: id.slice(0, 16),
  runsAgain: whenLost === "run again",
  isSettled: false,
  replayOf: undefined,
  isVerified: false
})

const settle = (state: CallKey): void => {
  state.isSettled = true
}

const remember = (state: CallKey, { originalReferenceId, verified }: Idempotency.Note): void => {
  state.replayOf = originalReferenceId
  state.isVerified = verified === true
}

/** Writes what the handler returned while the call holds its key: what cannot be written was not kept. */
const writer = <Input>(call: CallOf<Input>) => (value: unknown): Effect.Effect<Kept, ToolError.Any> =>
  Effect.suspend(() => {
    const made = call.job.write(value, call)
    const kept = new Kept(made, call.referenceId)
    return made.result.isError !== true || made.isWhole === true && call.state.isOpen
      ? Effect.succeed(kept)
      : Effect.fail(keptFailure(kept))
  })

const codecOf = <Input>(call: CallOf<Input>, state: CallKey): Idempotency.Codec<Kept, ToolError.Any> => ({
  // a transaction keeps what the handler returned, before it is written
  encodeSuccess: (value: unknown) =>
    toJson(isKept(value) ? value : new Kept(call.job.write(value, call), call.referenceId)),
  decodeSuccess: fromJson,
  encodeFailure: (error) => {
    settle(state) // what is kept is told to the caller in the same words
    return toJson(keptIn(error) ?? new Kept(errored(call, error), call.referenceId))
  },
  decodeFailure: (json) => keptFailure(fromJson(json))
})

type Verify<R> = Idempotency.Verify<Kept, R>

const verifyOf = <Input>(
  { check, fences, step }: KeyedVerify<Input>,
  input: Input,
  written: (value: unknown) => Effect.Effect<Kept, ToolError.Any>
): Verify<never> => ({
  step: step?.(input),
  fences: true,
  check: check === undefined ? cannotTell : Effect.flatMap(
    check(input) as Effect.Effect<Verified.Verified<unknown>, unknown>,
    (verified): Effect.Effect<Verified.Verified<Kept>, ToolError.Any> =>
      verified._tag === "TookEffect"
        ? Effect.map(written(verified.value), Verified.tookEffect)
        : Effect.succeed(verified._tag === "DidNot" && !fences ? Verified.cannotTell : verified)
  )
})

const cannotTell = Effect.succeed(Verified.cannotTell)

/** Names the caller: the same key from another one is another key. */
const principalOf = (auth: AuthInfo | undefined): string => {
  if (auth === undefined) return ""
  const subject = auth.extra?.["sub"] ?? auth.extra?.["subject"]
  return JSON.stringify([auth.clientId, typeof subject === "string" ? subject : ""])
}

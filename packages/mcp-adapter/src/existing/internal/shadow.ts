import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Log from "../../call/Log.ts"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import { passesThrough } from "../../fold/internal/passThrough.ts"
import { type Existing, knownOutside } from "./job.ts"
import type { Known } from "./known.ts"
import type { Options } from "./options.ts"
import { originOf } from "./own.ts"
import { hear } from "./returned.ts"
import { attempt, messageOf, Thrown, toToolError } from "./thrown.ts"

/** Lets everything pass as it is, and logs what would have been said instead. */
export const shadow = (
  options: Options,
  existing: Existing
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> => {
  const origin = originOf(new Error().stack)
  return async (...args) =>
    watch(existing(args), options, knownOutside(options, origin, args.length > 1 ? args[0] : {})) as Promise<
      CallToolResult
    >
}

/** Runs what exists as it is, and logs what would have been said of its failure. `onTold` hears whether anything was logged. */
export const watch = async (
  run: Effect.Effect<unknown, unknown>,
  options: Options,
  known: Known,
  onTold: () => void = () => undefined
): Promise<unknown> => {
  const exit = await Effect.runPromiseExit(
    Effect.mapError(run, (error) => error instanceof Thrown ? error.failure : error)
  )
  if (Exit.isSuccess(exit)) {
    const heard = hear(exit.value, options, known, false)
    if (heard._tag !== "Value") onTold()
    if (heard._tag === "Failed") tell(options, keptAsItIs(heard.error._tag))
    if (heard._tag === "Thrown") tellOfFailure(options, heard.failure, known)
    return exit.value
  }
  const reason = exit.cause.reasons[0]
  const failure = reason?._tag === "Fail"
    ? reason.error
    : reason?._tag === "Die"
    ? reason.defect
    : new Error("interrupted")
  onTold()
  tellOfFailure(options, failure, known)
  throw failure
}

/** What would have been done about a failure that was returned. */
export const keptAsItIs = (type: string) => ({ would: "keep its words, with a type and a reference", type })

/** Logs what would have gone out for what was thrown. */
export const tellOfFailure = (options: Options, failure: unknown, known: Known): void => {
  if (!passesThrough(failure)) tell(options, wouldBe(failure, options, known))
}

interface Would {
  readonly would: string
  readonly type: string
  /** What is said today, without secrets. */
  readonly today?: string | undefined
}

const wouldBe = (failure: unknown, options: Options, known: Known): Would => {
  const error = toToolError(failure, options, known)
  const today = attempt(() => known.redactor.text(messageOf(failure)))
  return error === undefined
    ? { would: "be masked", type: "internal_error", today }
    : { would: "be classified", type: error._tag, today }
}

/** Logs what would have been done. Never throws. */
export const tell = (options: Options, what: Would): void => {
  const { today, ...rest } = what
  const told = today === undefined ? rest : { ...rest, today }
  const line = Effect.logInfo("shadow mode", { tool: options.name ?? "tool", ...told })
  Effect.runSyncExit(Effect.provide(line, Log.layer({ redactor: options.redactor })))
}

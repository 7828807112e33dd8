import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Log from "../../call/Log.ts"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import { returnedFailure, saysItSucceeded } from "../../fold/internal/lifted.ts"
import { passesThrough } from "../../fold/internal/passThrough.ts"
import type { Existing } from "./job.ts"
import type { Options } from "./options.ts"
import { Thrown, toToolError } from "./thrown.ts"

/** Lets everything pass as it is, and logs what would have been done about it; says whether it logged anything. */
export const shadow = (
  options: Options,
  existing: Existing,
  onTold: () => void = () => undefined
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> =>
async (...args) => {
  const exit = await Effect.runPromiseExit(
    Effect.mapError(existing(args), (error) => error instanceof Thrown ? error.failure : error)
  )
  if (Exit.isSuccess(exit)) {
    if (isFailure(exit.value)) {
      onTold()
      tell(options, wouldBecomeAnError)
    }
    return exit.value as CallToolResult
  }
  const reason = exit.cause.reasons[0]
  const failure = reason?._tag === "Fail"
    ? reason.error
    : reason?._tag === "Die"
    ? reason.defect
    : new Error("interrupted")
  onTold()
  tellOfFailure(options, failure)
  throw failure
}

const isFailure = (value: unknown): boolean => {
  try {
    return !saysItSucceeded(value) && returnedFailure(value) !== undefined
  } catch {
    return true // it cannot be read
  }
}

/** What would have been done about a failure that was returned. */
export const wouldBecomeAnError = { would: "become an error", type: "processing_error" }

/** Logs what would have gone out for what was thrown. */
export const tellOfFailure = (options: Options, failure: unknown): void => {
  if (!passesThrough(failure)) tell(options, wouldBe(failure, options))
}

const wouldBe = (failure: unknown, options: Options): { readonly would: string; readonly type: string } => {
  const error = toToolError(failure, options)
  return error === undefined
    ? { would: "be masked", type: "internal_error" }
    : { would: "be classified", type: error._tag }
}

/** Logs what would have been done. Never throws. */
export const tell = (options: Options, what: { readonly would: string; readonly type: string }): void => {
  const line = Effect.logInfo("shadow mode", { tool: options.name ?? "tool", ...what })
  Effect.runSyncExit(Effect.provide(line, Log.layer({ redactor: options.redactor })))
}

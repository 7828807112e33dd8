import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { CallToolResult } from "../CallToolResult.ts"
import * as Log from "../Log.ts"
import type { Options } from "../wrap.ts"
import { returnedFailure } from "./lifted.ts"
import { passesThrough } from "./passThrough.ts"
import { Thrown, toToolError } from "./thrown.ts"
import type { Existing } from "./wrapped.ts"

/** Lets everything pass as it is, and logs what would have been done about it. */
export const shadow = (
  options: Options,
  existing: Existing
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> =>
async (...args) => {
  const exit = await Effect.runPromiseExit(
    Effect.mapError(existing(args), (error) => error instanceof Thrown ? error.failure : error)
  )
  if (Exit.isSuccess(exit)) {
    const returned = returnedFailure(exit.value)
    if (returned !== undefined) tell(options, { would: "become an error", type: "processing_error" })
    return exit.value as CallToolResult
  }
  const reason = exit.cause.reasons[0]
  const failure = reason?._tag === "Fail"
    ? reason.error
    : reason?._tag === "Die"
    ? reason.defect
    : new Error("interrupted")
  if (!passesThrough(failure)) tell(options, wouldBe(failure, options))
  throw failure
}

const wouldBe = (failure: unknown, options: Options): { readonly would: string; readonly type: string } => {
  const error = toToolError(failure, options)
  return error === undefined
    ? { would: "be masked", type: "internal_error" }
    : { would: "be classified", type: error._tag }
}

const tell = (options: Options, what: object): void => {
  const line = Effect.logInfo("shadow mode", { tool: options.name ?? "tool", ...what })
  Effect.runSync(Effect.provide(line, Log.layer({ redactor: options.redactor })))
}

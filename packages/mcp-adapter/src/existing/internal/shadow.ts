import * as Effect from "effect/Effect"
import * as Log from "../../call/Log.ts"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import { textBlocks } from "../../fold/internal/lifted.ts"
import { passesThrough } from "../../fold/internal/passThrough.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { attempt } from "./attempt.ts"
import type { Comparison } from "./comparison/model.ts"
import { sightFailure, sightWords } from "./comparison/sight.ts"
import { argumentsIn, bindWork, knownOutside } from "./job.ts"
import type { Known } from "./known.ts"
import type { Options } from "./options.ts"
import { originHere } from "./own.ts"
import { quiet } from "./quiet.ts"
import { hear, reasonOf } from "./returned.ts"
import { messageOf, Thrown, toToolError } from "./thrown.ts"
import type { Work } from "./work.ts"

/** Describes what shadow mode knows of one call. */
export interface Shadowing {
  readonly options: Options
  readonly known: Known
  /** Takes what is seen; without one each failure is logged. */
  readonly comparison: Comparison | undefined
  /** Tries what would be answered, or thrown at the SDK; nothing of it is logged. */
  readonly trial: (work: Pick<Work, "run">) => Promise<unknown>
}

/** Options of shadow mode. */
interface Given extends Options {
  readonly comparison?: Comparison | undefined
}

/** Lets everything pass as it is, and tells what would have been said instead. */
export const shadow = (
  options: Given,
  handler: (...args: ReadonlyArray<unknown>) => unknown
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> => {
  const { comparison } = options
  const origin = originHere()
  const enforced = comparison && bindWork(quiet(options), origin)
  return async (...args) => {
    const input = argumentsIn(args)
    const known = knownOutside(options, origin, input)
    const trial: Shadowing["trial"] = async (work) => enforced?.({ args: input, ...work }, {})
    return watch(() => handler(...args), { options, known, comparison, trial }) as Promise<CallToolResult>
  }
}

/** Runs what exists as it is, and tells what would have been said of its failure. `onTold` hears whether anything was. */
export const watch = async (
  run: () => unknown,
  shadowing: Shadowing,
  onTold: () => void = () => undefined
): Promise<unknown> => {
  let value: unknown
  try {
    value = await run()
  } catch (failure) {
    onTold()
    tellOfFailure(shadowing, failure)
    throw failure
  }
  const { known, options } = shadowing
  const heard = hear(value, options, known, { isResult: false, safety: options.safety ?? "undeclared" })
  if (heard._tag !== "Value") onTold()
  if (heard._tag === "Failed") tellOfReturned(shadowing, heard.error._tag, value)
  if (heard._tag === "Thrown") tellOfFailure(shadowing, heard.failure)
  return value
}

/** Tells what would be done about a failure that was returned. */
export const tellOfReturned = (shadowing: Shadowing, type: string, result: unknown): void =>
  tell(shadowing, { would: "keep its words, with a type and a reference", type }, {
    kind: "returned",
    error: "isError",
    words: wordsIn(result),
    trial: () => shadowing.trial({ run: () => Effect.succeed(result) })
  })

const wordsIn = (result: unknown): string =>
  (isRecord(result) ? textBlocks(result["content"]).join("\n") : "") || reasonOf(result)

/** Tells what would go out for what was thrown. */
export const tellOfFailure = (shadowing: Shadowing, failure: unknown): void => {
  if (passesThrough(failure)) return
  const { comparison, known, options, trial } = shadowing
  if (comparison === undefined) return log(options, wouldBe(failure, options, known))
  attempt(() =>
    comparison.add(
      sightFailure(failure, { ...shadowing, trial: () => trial({ run: () => Effect.fail(new Thrown(failure)) }) })
    )
  )
}

interface Would {
  readonly would: string
  readonly type: string
  /** Holds what is said today, without secrets. */
  readonly today?: string | undefined
}

const wouldBe = (failure: unknown, options: Options, known: Known): Would => {
  const error = toToolError(failure, options, known)
  const today = attempt(() => known.redactor.text(messageOf(failure)))
  return error === undefined
    ? { would: "be masked", type: "internal_error", today }
    : { would: "be classified", type: error._tag, today }
}

/** Describes what was seen, where there is nothing that was thrown. */
interface Words {
  readonly kind: "returned" | "refused"
  readonly error: string
  readonly words: string
  readonly trial: () => Promise<unknown>
}

/** Tells what would have been done. Never throws. */
export const tell = (shadowing: Shadowing, what: Would, seen: Words): void => {
  const { comparison, options } = shadowing
  if (comparison === undefined) return log(options, what)
  attempt(() => comparison.add(sightWords(seen.words, { ...shadowing, ...seen })))
}

const log = (options: Options, what: Would): void => {
  const { today, ...rest } = what
  const told = today === undefined ? rest : { ...rest, today }
  const line = Effect.logInfo("shadow mode", { tool: options.name ?? "tool", ...told })
  Effect.runSyncExit(Effect.provide(line, Log.layer({ redactor: options.redactor })))
}

import * as Border from "@errata/core/internal/border"
import { shorten } from "@errata/core/internal/shorten"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { settle } from "../../call/internal/answer.ts"
import { reportOf, writeReport } from "../../call/internal/batch.ts"
import { bind } from "../../call/internal/bind.ts"
import { withDebugging } from "../../call/internal/debugging.ts"
import { effectOf } from "../../call/internal/effectOf.ts"
import { markFolding } from "../../call/internal/foldsItself.ts"
import type { Job } from "../../call/internal/model.ts"
import { requestFrom } from "../../call/internal/request.ts"
import { assertGiven, type Runtime } from "../../call/internal/runtime.ts"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import type * as Fold from "../../fold/Fold.ts"
import { saysItFailed } from "../../fold/internal/lifted.ts"
import { passesThrough } from "../../fold/internal/passThrough.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { attempted } from "./attempted.ts"
import { Code } from "./code.ts"
import { keyedOfExisting } from "./keyedWork.ts"
import type { Known } from "./known.ts"
import type { Options } from "./options.ts"
import { type Origin, originHere } from "./own.ts"
import { hear } from "./returned.ts"
import { toResult } from "./success.ts"
import { described, Thrown, toToolError } from "./thrown.ts"
import type { Work } from "./work.ts"
import { writeReturned } from "./writeReturned.ts"

/** Existing code on what the SDK called it with. */
export type Existing = (args: ReadonlyArray<unknown>) => ReturnType<Work["run"]>

interface Given extends Options {
  readonly runtime?: Runtime<never> | undefined
}

export const wrap = (
  options: Given,
  existing: Existing,
  { isResult }: { readonly isResult?: boolean } = {}
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> => {
  const answer = bindWork(assertGiven(options), originHere(), {})
  return markFolding((...args) =>
    answer({ args: argumentsIn(args), run: () => existing(args), isResult, isHandler: true }, args.at(-1))
  )
}

/** Makes a function that does one call of existing code, in the context that either SDK gives. */
export const bindWork = (
  options: Given,
  origin: Origin,
  connection?: object
): (work: Work, context: unknown) => Promise<CallToolResult> => {
  const run = bind((format) => existingJob(options, origin, format), {
    ...withDebugging(ofExisting(options)),
    runtime: options.runtime,
    raises: true
  })
  return async (work, context) => settle(await run(work, requestFrom(context, connection)))
}

/**
 * Existing code has its own idea of time, and of progress; what its author did not ask for would change what it does. Its output
 * schema is its own too: a client would throw away an error that does not fit it.
 */
export const ofExisting = <O extends Options>(options: O): O => ({
  ...options,
  structuredErrors: false,
  heartbeat: options.heartbeat ?? Number.POSITIVE_INFINITY,
  timeout: options.timeout ?? Number.POSITIVE_INFINITY,
  progressTimeout: options.progressTimeout ?? options.timeout ?? Number.POSITIVE_INFINITY
})

/** Makes a job of existing code: its input is the work itself. */
const existingJob = (given: Options, origin: Origin, { limits, redactor }: Fold.Format): Job<Work> => {
  const options: Options = given.idempotency === undefined ? given : { ...given, safety: given.safety ?? "keyed" }
  const knownOf = ({ args, listed }: Work): Known => ({ args, listed, origin, limits, redactor })
  return {
    name: options.name ?? "tool",
    safety: options.safety ?? "undeclared",
    safetyOf: (work) => options.safety ?? work.safety?.() ?? "undeclared",
    effects: undefined,
    retry: undefined,
    timeout: undefined,
    argumentsIn: (work: Work) => work.args,
    keyed: options.idempotency === undefined || options.safety === "read"
      ? undefined
      : keyedOfExisting(options.name ?? "tool", options.idempotency),
    decode: (work) => work.refusal === undefined ? Result.succeed({ input: work }) : Result.fail(work.refusal),
    run: (work) => {
      const begun = work.run()
      const known = knownOf(work)
      return begun instanceof Code
        ? ofCode(begun, work, options, known)
        : ofProgram(begun, work, options, known)
    },
    preview: (work) => shorten(JSON.stringify(redactor.json(work.args, limits)) ?? "", limits.logArguments),
    write: (value, call) => {
      if (!(value instanceof Failed)) {
        const report = reportOf(value, call)
        return report === undefined
          ? { result: toResult(value, call.attached ?? []), outcome: "success" }
          : writeReport(report, call)
      }
      const { content, error, work } = value
      const similarMatches = work.similar?.() ?? []
      const told = similarMatches.length === 0 ? error : ToolError.withGuidance(error, { similarMatches })
      return writeReturned(told, content, call, { cleaning: knownOf(work), fits: work.fits })
    }
  }
}

/** Describes a failure that a handler returned, with the result that tells of it. */
class Failed {
  readonly work: Work
  readonly error: ToolError.Any
  readonly content: unknown
  constructor(work: Work, error: ToolError.Any, content: unknown) {
    this.work = work
    this.error = error
    this.content = content
  }
}

const ofProgram = (
  program: Effect.Effect<unknown, Thrown | ToolError.Any>,
  work: Work,
  options: Options,
  known: Known
): Effect.Effect<unknown, ToolError.Any> => {
  const ended = Effect.catch(
    effectOf(program, options.name),
    (error) => failed(error instanceof Thrown ? error.failure : error, options, known)
  )
  return Effect.provideService(
    Effect.flatMap(ended, (value) => heard(work, value, options, known)),
    Border.Describe,
    (failure, classified) => described(failure, classified, options, known)
  )
}

/** Runs code that an SDK calls. Its success passes through few hands: most calls succeed. */
const ofCode = (
  code: Code,
  work: Work,
  options: Options,
  known: Known
): Effect.Effect<unknown, ToolError.Any> => {
  const { onFailure, onReturned, read } = code.around
  const learned = <A, E>(told: () => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    onFailure === undefined ? told() : Effect.flatMap(Effect.promise(onFailure), told)
  return attempted(code, {
    returned: (returned) => {
      onReturned?.(returned)
      const held = read === undefined ? { value: returned } : read(returned)
      if ("error" in held) return failed(held.error, options, known)
      const told = () => heard(work, held.value, options, known)
      return onFailure !== undefined && saysItFailed(returned) ? learned(told) : told()
    },
    threw: (failure, isFirst) => learned(() => failed(failure, options, { ...known, isFirst })),
    describe: (failure, classified) => described(failure, classified, options, known)
  })
}

const heard = (
  work: Work,
  value: unknown,
  options: Options,
  known: Known
): Effect.Effect<unknown, ToolError.Any> => {
  const safety = options.safety ?? work.safety?.() ?? "undeclared"
  const said = hear(value, options, known, { isResult: work.isResult === true, safety })
  switch (said._tag) {
    case "Value":
      return Effect.succeed(value)
    case "Thrown":
      return failed(said.failure, options, known)
    case "Failed":
      return Effect.succeed(new Failed(work, said.error, said.content))
  }
}

const failed = (failure: unknown, options: Options, known: Known): Effect.Effect<never, ToolError.Any> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const classified = passesThrough(failure) ? undefined : toToolError(failure, options, { ...known, now })
    return classified === undefined ? Effect.die(failure) : Effect.fail(classified)
  })

/** Returns the arguments for the log. What comes alone may be the context, which is left out. */
export const argumentsIn = (args: ReadonlyArray<unknown>): unknown => {
  const [first] = args
  return args.length === 1 && isRecord(first) && ("signal" in first || "mcpReq" in first) ? {} : first ?? {}
}

/** Returns what is known of a failure outside a call: in shadow mode, and in tests of `classify` and `expose`. */
export const knownOutside = (options: Options, origin: Origin, args: unknown = {}): Known => ({
  args,
  origin,
  limits: Limits.make(options.limits ?? {}),
  redactor: options.redactor ?? Redaction.standard
})

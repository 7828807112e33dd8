import * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import { withDebugging } from "../../../call/internal/debugging.ts"
import { requestFrom } from "../../../call/internal/request.ts"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import { saysItFailed } from "../../../fold/internal/lifted.ts"
import { attempted } from "../attempted.ts"
import { bindWork, knownOutside, type Work } from "../job.ts"
import type { Known } from "../known.ts"
import type * as Existing from "../options.ts"
import type { Origin } from "../own.ts"
import { watch } from "../shadow.ts"
import { argumentsOf, fits, safetyOf } from "./listing.ts"
import type { Options } from "./options.ts"

/** How servers are adopted; one serves many servers, so that each tool is bound once. */
export interface Adoption {
  readonly isShadow: boolean
  readonly redactor: Redaction.Redactor
  readonly limits: Options["limits"]
  readonly metaPrefix: string | undefined
  /** The options of what has a name; a tool's annotations say whether a call may be repeated. */
  readonly optionsOf: (name: string, tool?: unknown) => Existing.Options
  /** What is known of a failure, with what the client sent. */
  readonly knownOf: (args: unknown) => Known
  /** Does one call, and folds what comes out. */
  readonly answer: (name: string, tool: unknown, work: Work, context: unknown) => Promise<CallToolResult>
  /**
   * Runs what exists, and folds its failure only: whatever else it returns goes on as it is. `onFailure` is waited for before
   * a failure is told.
   */
  readonly fold: (
    call: AdoptedCall,
    original: (extra: unknown) => unknown,
    onFailure?: () => Promise<unknown>
  ) => Promise<unknown>
  /** Writes the line of a call in shadow mode, unless the call has one. */
  readonly tellOnce: (extra: unknown, tell: () => void) => void
}

/** One call of a tool. */
export interface AdoptedCall {
  readonly name: string
  readonly args: unknown
  /** What is registered under the name. */
  readonly tool: unknown
  /** The names near the called one, once the call ended, if there is no such tool. */
  readonly similar?: (() => ReadonlyArray<string>) | undefined
  /** What is known of the tool when the call ended. Default: what was registered. */
  readonly listed?: (() => unknown) | undefined
  readonly extra: unknown
}

/** What tells one call from all others; some layers of SDK 2.x copy the context. */
export const signalOf = (extra: unknown): object => requestFrom(extra).signal ?? {}

/** A low-level server is called by names that its clients choose. */
const mostBound = 1000
const longestName = 200

export const make = ({ mode, tools, ...given }: Options, origin: Origin): Adoption => {
  const shared = withDebugging(given)
  const told = new WeakSet<object>()
  const optionsOf: Adoption["optionsOf"] = (name, tool) => {
    const own = tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined
    const safety = own?.safety ?? shared.safety ?? safetyOf(tool)
    return { ...shared, ...own, name: name.slice(0, longestName), ...safety === undefined ? {} : { safety } }
  }
  const adoption: Omit<Adoption, "fold"> = {
    isShadow: mode === "shadow",
    tellOnce: (extra, tell) => {
      const signal = signalOf(extra)
      if (!told.has(signal)) tell()
      told.add(signal)
    },
    redactor: shared.redactor ?? Redaction.standard,
    limits: shared.limits,
    metaPrefix: shared.metaPrefix,
    optionsOf,
    knownOf: (args) => knownOutside(shared, origin, args),
    answer: answerer(optionsOf, origin)
  }
  return { ...adoption, fold: folder(adoption, origin) }
}

/** Binds each tool once, however often it is called. */
const answerer = (optionsOf: Adoption["optionsOf"], origin: Origin): Adoption["answer"] => {
  const bound = new Map<string, ReturnType<typeof bindWork>>()
  return (name, tool, work, context) => {
    const options = optionsOf(name, tool)
    const key = `${options.safety ?? ""} ${options.name}`
    let doWork = bound.get(key)
    if (doWork === undefined) {
      if (bound.size >= mostBound) bound.clear()
      bound.set(key, doWork = bindWork(options, origin))
    }
    return doWork(work, context)
  }
}

const folder =
  ({ answer, isShadow, optionsOf, tellOnce }: Omit<Adoption, "fold">, origin: Origin): Adoption["fold"] =>
  async (call, original, onFailure) => {
    const { args = {}, extra, name, tool } = call
    let returned: unknown
    const learn = Effect.promise(async () => onFailure?.())
    const options = optionsOf(name, tool)
    const run = () =>
      attempted(async (extra) => returned = await original(extra), extra, isShadow ? undefined : options).pipe(
        Effect.tap((value) => onFailure !== undefined && saysItFailed(value) ? learn : Effect.void),
        Effect.tapError(() => learn)
      )
    if (isShadow) {
      // the watcher writes the line of the call
      return watch(run(), options, knownOutside(options, origin, args), () => tellOnce(extra, () => {}))
    }
    const known = call.listed ?? (() => tool)
    const result = await answer(name, tool, {
      args,
      run,
      listed: argumentsOf(tool),
      similar: call.similar,
      safety: () => safetyOf(known()),
      fits: (structured) => fits(known(), structured)
    }, extra)
    return result.isError === true ? result : returned
  }

import type { Safety } from "@errata/core/Advice"
import * as Redaction from "@errata/core/Redaction"
import { withDebugging } from "../../../call/internal/debugging.ts"
import { guardOf } from "../../../call/internal/loopOption.ts"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { Code } from "../code.ts"
import { bindWork, knownOutside } from "../job.ts"
import { keyedOfExisting } from "../keyedWork.ts"
import type { Known } from "../known.ts"
import type * as Existing from "../options.ts"
import type { Origin } from "../own.ts"
import { quiet } from "../quiet.ts"
import { type Shadowing, watch } from "../shadow.ts"
import type { Work } from "../work.ts"
import { argumentsOf, fits, safetyOf } from "./listing.ts"
import type { Options } from "./options.ts"

/** Describes how servers are adopted; one serves many servers, so that each tool is bound once. */
export interface Adoption {
  readonly isShadow: boolean
  /** Takes what shadow mode sees. */
  readonly comparison: Options["comparison"]
  readonly redactor: Redaction.Redactor
  readonly limits: Options["limits"]
  readonly metaPrefix: string | undefined
  /** The options of what has a name; a tool's annotations say whether a call may be repeated. */
  readonly optionsOf: (name: string, tool?: unknown) => Existing.Options
  /** Returns what is known of a failure, with what the client sent. */
  readonly knownOf: (args: unknown) => Known
  /** Binds what has a name, once. */
  readonly boundOf: (name: string, tool: unknown) => Bound
  /** Does one call, and folds what comes out. */
  readonly answer: (name: string, tool: unknown, work: Work, context: unknown) => Promise<CallToolResult>
  /**
   * Runs what exists, and folds its failure only: whatever else it returns goes on as it is. `onFailure` is waited for before
   * a failure is told. `finish` says what becomes of a trial's reply in shadow mode.
   */
  readonly fold: (
    call: AdoptedCall,
    original: (extra: unknown) => unknown,
    onFailure?: () => Promise<unknown>,
    finish?: (result: unknown) => unknown
  ) => Promise<unknown>
  /** Returns what shadow mode knows of a call. */
  readonly shadowing: (call: AdoptedCall, trial?: Trial) => Shadowing
  /** Tells of a call in shadow mode, unless it was told of already. */
  readonly tellOnce: (extra: unknown, tell: () => void) => void
}

/** Describes a tool that is bound to its options. */
interface Bound {
  readonly name: string
  readonly options: Existing.Options
  readonly doWork: ReturnType<typeof bindWork>
}

/** Tries with a server that enforces what a call would have been answered. */
export type Trial = (enforced: Adoption, work: Pick<Work, "run">) => Promise<unknown>

/** One call of a tool. */
export interface AdoptedCall {
  readonly name: string
  readonly args: unknown
  /** Holds what is registered under the name. */
  readonly tool: unknown
  /** The names near the called one, once the call ended, if there is no such tool. */
  readonly similar?: (() => ReadonlyArray<string>) | undefined
  /** Returns what is known of the tool when the call ended. Default: what was registered. */
  readonly listed?: (() => unknown) | undefined
  readonly extra: unknown
}

/** Returns what tells one call from all others; some layers of SDK 2.x copy the context. */
export const signalOf = (extra: unknown): object => {
  if (!isRecord(extra)) return {}
  const { signal } = isRecord(extra["mcpReq"]) ? extra["mcpReq"] : extra
  return signal instanceof AbortSignal ? signal : {}
}

/** A low-level server is called by names that its clients choose. */
const mostBound = 1000
const longestName = 200

export const make = (whole: Options, origin: Origin, connection?: object): Adoption => {
  const { comparison, mode, tools, ...given } = whole
  assertStored(whole)
  const shared = { ...withDebugging(given), loops: guardOf(given.loops, false) ?? false }
  const told = new WeakSet<object>()
  const ownOf = (name: string) => tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined
  const safetyFor = (name: string, tool: unknown) => ownOf(name)?.safety ?? shared.safety ?? safetyOf(tool)
  const optionsOf: Adoption["optionsOf"] = (name, tool) => {
    const safety = safetyFor(name, tool)
    return { ...shared, ...ownOf(name), name: name.slice(0, longestName), ...safety === undefined ? {} : { safety } }
  }
  const boundOf = binder({ optionsOf, safetyFor }, origin, connection)
  let enforced: Adoption | undefined
  const adoption: Omit<Adoption, "fold" | "shadowing"> = {
    isShadow: mode === "shadow",
    comparison,
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
    boundOf,
    answer: (name, tool, work, context) => boundOf(name, tool).doWork(work, context)
  }
  const shadowing = shadower(adoption, () => enforced ??= make(quiet({ ...whole, mode: "enforce" as const }), origin))
  return { ...adoption, shadowing, fold: folder({ ...adoption, shadowing }) }
}

/** Throws what would be found at the first call. */
const assertStored = ({ idempotency, tools = {} }: Options): void => {
  for (const [name, keyed] of [["The server", { idempotency }] as const, ...Object.entries(tools)]) {
    if (keyed.idempotency !== undefined) keyedOfExisting(name, keyed.idempotency)
  }
}

/** Says how what has a name is bound. */
interface Binding {
  readonly optionsOf: Adoption["optionsOf"]
  readonly safetyFor: (name: string, tool: unknown) => Safety | undefined
}

/**
 * Binds each tool once, however often it is called: what is registered is found by itself, however much there is of it, and by
 * its name where a server is made for every request.
 */
const binder = (
  { optionsOf, safetyFor }: Binding,
  origin: Origin,
  connection: object | undefined
): Adoption["boundOf"] => {
  const ofTools = new WeakMap<object, Bound>()
  const ofNames = new Map<string, Bound>()
  const named = (name: string, tool: unknown): Bound => {
    const options = optionsOf(name, tool)
    const key = `${options.safety ?? ""} ${options.name}`
    let bound = ofNames.get(key)
    if (bound === undefined) {
      if (ofNames.size >= mostBound) ofNames.clear()
      ofNames.set(key, bound = { name, options, doWork: bindWork(options, origin, connection) })
    }
    return bound
  }
  return (name, tool) => {
    if (!isRecord(tool)) return named(name, tool)
    const known = ofTools.get(tool)
    if (known?.name === name && known.options.safety === safetyFor(name, tool)) return known
    const bound = named(name, tool)
    ofTools.set(tool, bound)
    return bound
  }
}

/** Answers a trial by an adoption that enforces what this one only watches. */
const shadower = (
  { comparison, knownOf, optionsOf }: Pick<Adoption, "comparison" | "knownOf" | "optionsOf">,
  enforced: () => Adoption
): Adoption["shadowing"] =>
(call, trial) => {
  const { args = {}, name, tool } = call
  return {
    options: optionsOf(name, tool),
    known: { ...knownOf(args), listed: () => argumentsOf(tool) },
    comparison,
    trial: async (work) =>
      trial === undefined ? enforced().answer(name, tool, workOf(call, work), {}) : trial(enforced(), work)
  }
}

const folder =
  ({ boundOf, isShadow, shadowing, tellOnce }: Omit<Adoption, "fold">): Adoption["fold"] =>
  async (call, original, onFailure, finish = (result) =>
    result) =>
  {
    const { extra, name, tool } = call
    if (isShadow) {
      const trial: Trial = async (enforced, work) => {
        await onFailure?.()
        return finish(await enforced.answer(name, tool, workOf(call, work), {}))
      }
      // the watcher tells of the call
      return watch(() => original(extra), shadowing(call, trial), () => tellOnce(extra, () => {}))
    }
    const { doWork, options } = boundOf(name, tool)
    let returned: unknown
    const onReturned = (value: unknown) => {
      returned = value
    }
    const run = () => new Code(original, extra, options, { onReturned, onFailure })
    const result = await doWork(workOf(call, { run, isHandler: true }), extra)
    return result.isError === true || returned === undefined && options.idempotency !== undefined
      ? result // also where the handler did not run, since the key's call had ended
      : returned
  }

const workOf = (call: AdoptedCall, { isHandler, run }: Pick<Work, "isHandler" | "run">): Work => {
  const { args = {}, similar, tool } = call
  const known = call.listed ?? (() => tool)
  return {
    args,
    isHandler,
    run,
    listed: () => argumentsOf(tool),
    similar,
    safety: () => safetyOf(known()),
    fits: (structured) => fits(known(), structured)
  }
}

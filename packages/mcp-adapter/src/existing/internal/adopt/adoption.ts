import type { Safety } from "@errata/core/Advice"
import * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import { withDebugging } from "../../../call/internal/debugging.ts"
import { requestFrom } from "../../../call/internal/request.ts"
import type { CallToolResult } from "../../../fold/CallToolResult.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import { bindWork, type Work } from "../job.ts"
import type * as Existing from "../options.ts"
import { shadow } from "../shadow.ts"
import { Thrown } from "../thrown.ts"
import type { Options } from "./options.ts"

/** How servers are adopted; one serves many servers, so that each tool is bound once. */
export interface Adoption {
  readonly isShadow: boolean
  readonly redactor: Redaction.Redactor
  readonly limits: Options["limits"]
  readonly metaPrefix: string | undefined
  /** The options of what has a name; a tool's annotations say whether a call may be repeated. */
  readonly optionsOf: (name: string, tool?: unknown) => Existing.Options
  /** Does one call, and folds what comes out. */
  readonly answer: (name: string, tool: unknown, work: Work, context: unknown) => Promise<CallToolResult>
  /** Runs what exists, and folds its failure only: whatever else it returns goes on as it is. */
  readonly fold: (call: Call, original: () => unknown) => Promise<unknown>
  /** Writes the line of a call in shadow mode, unless the call has one. */
  readonly tellOnce: (extra: unknown, tell: () => void) => void
}

/** One call of a tool. */
export interface Call {
  readonly name: string
  readonly args: unknown
  /** What is registered under the name. */
  readonly tool: unknown
  readonly extra: unknown
}

/** What tells one call from all others; some layers of SDK 2.x copy the context. */
export const signalOf = (extra: unknown): object => requestFrom(extra).signal ?? {}

/** A low-level server is called by names that its clients choose. */
const mostBound = 1000
const longestName = 200

export const make = ({ mode, tools, ...given }: Options): Adoption => {
  const shared = withDebugging(given)
  const optionsOf = (name: string, tool?: unknown): Existing.Options => {
    const own = tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined
    const safety = own?.safety ?? shared.safety ?? safetyOf(tool)
    return { ...shared, ...own, name: name.slice(0, longestName), ...safety === undefined ? {} : { safety } }
  }
  const isShadow = mode === "shadow"
  const told = new WeakSet<object>()
  const bound = new Map<string, ReturnType<typeof bindWork>>()
  const answer: Adoption["answer"] = (name, tool, work, context) => {
    const options = optionsOf(name, tool)
    const key = `${options.safety ?? ""} ${options.name}`
    let doWork = bound.get(key)
    if (doWork === undefined) {
      if (bound.size >= mostBound) bound.clear()
      bound.set(key, doWork = bindWork(options))
    }
    return doWork(work, context)
  }
  return {
    isShadow,
    tellOnce: (extra, tell) => {
      const signal = signalOf(extra)
      if (!told.has(signal)) tell()
      told.add(signal)
    },
    redactor: shared.redactor ?? Redaction.standard,
    limits: shared.limits,
    metaPrefix: shared.metaPrefix,
    optionsOf,
    answer,
    fold: async ({ args, extra, name, tool }, original) => {
      let returned: unknown
      const run = () =>
        Effect.tryPromise({
          try: async () => returned = await original(),
          catch: (failure) => new Thrown(failure)
        })
      if (isShadow) return shadow(optionsOf(name, tool), run, () => told.add(signalOf(extra)))()
      const result = await answer(name, tool, { args: args ?? {}, run }, extra)
      return result.isError === true ? result : returned
    }
  }
}

const safetyOf = (tool: unknown): Safety | undefined => {
  const annotations = isRecord(tool) && isRecord(tool["annotations"]) ? tool["annotations"] : {}
  if (annotations["readOnlyHint"] === true) return "read"
  return annotations["idempotentHint"] === true ? "idempotent" : undefined
}

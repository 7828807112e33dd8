import { firstTold } from "@errata/core/LoopGuard"
import type * as Context from "effect/Context"
import type { CallEnd, CallStart, Observer } from "../../../call/internal/observer.ts"
import { bounded, makeSeries, type Series } from "./series.ts"
import { table } from "./table.ts"

/** See `Telemetry.Options`. */
export interface Options {
  /** Asks for spans, which go to the tracer of the runtime; without one none are opened. Default: `true`. */
  readonly opensSpans?: boolean | undefined
  /** The number of tools that are told apart; what comes after is `_OTHER`. Default: 1,000. */
  readonly mostTools?: number | undefined
  /** The number of types of errors, and of classes, that are told apart. Default: 200. */
  readonly mostTypes?: number | undefined
  /** The number of fingerprints that are told apart. Default: 200. */
  readonly mostFingerprints?: number | undefined
}

type All = { readonly [name in keyof typeof table]: Series }

/** Counts calls in the registry of a runtime. */
export const makeTelemetry = (context: Context.Context<never>, options: Options): Observer => {
  const series = Object.fromEntries(
    Object.entries(table).map(([name, described]) => [name, makeSeries(described, context)])
  ) as All
  const bounds = {
    tool: bounded(options.mostTools ?? 1_000),
    type: bounded(options.mostTypes ?? 200),
    error: bounded(options.mostTypes ?? 200),
    fingerprint: bounded(options.mostFingerprints ?? 200),
    version: bounded(20)
  }
  const running = new Map<string, number>()
  const move = (tool: string, by: 1 | -1): void => {
    const now = (running.get(tool) ?? 0) + by
    running.set(tool, now)
    series.inFlight.update([tool], now)
  }
  return {
    opensSpans: options.opensSpans ?? true,
    onStart: (start: CallStart) => {
      const tool = bounds.tool(start.tool)
      move(tool, 1)
      return (end) => {
        move(tool, -1)
        count(series, bounds, tool, end)
      }
    }
  }
}

interface Bounds {
  readonly type: (value: string) => string
  readonly error: (value: string) => string
  readonly fingerprint: (value: string) => string
  readonly version: (value: string) => string
}

const count = (series: All, bounds: Bounds, tool: string, end: CallEnd): void => {
  const outcome = bounds.type(end.outcome)
  const category = end.category ?? "none"
  series.calls.update([tool, outcome, category], 1)
  series.duration.update([
    "tools/call",
    "execute_tool",
    tool,
    end.transport,
    end.protocolVersion === undefined ? undefined : bounds.version(end.protocolVersion),
    ...end.isError ? ["tool_error", outcome, category] : []
  ], end.durationMillis / 1_000)
  for (const { type } of end.retries) series.retries.update([tool, bounds.type(type)], 1)
  if (end.stopped !== undefined) series.stopped.update([tool, end.stopped], 1)
  const left = end.retryBudget()
  if (left !== undefined) series.budget.update([tool], left)
  if ((end.identicalFailures ?? 0) >= firstTold) {
    series.identical.update([tool, outcome, end.isAnsweredByGuard ? "answered" : "ran"], 1)
  }
  if (end.isDegraded) series.degraded.update([tool], 1)
  if (end.isDefect) {
    series.defects.update([tool, bounds.error(end.error() ?? ""), bounds.fingerprint(end.fingerprint() ?? "")], 1)
  }
  if (end.isKeyed) series.keyed.update([tool, keyedResult(end)], 1)
  if (end.batch !== undefined) countItems(series, tool, end.batch)
}

const countItems = (
  { items }: All,
  tool: string,
  { failed, not_attempted, succeeded }: NonNullable<CallEnd["batch"]>
): void => {
  if (succeeded > 0) items.update([tool, "succeeded"], succeeded)
  if (failed > 0) items.update([tool, "failed"], failed)
  if (not_attempted > 0) items.update([tool, "not_attempted"], not_attempted)
}

/** Says what came of a key: whether the work was done by this call, or its outcome told again. */
const keyedResult = ({ isVerified, outcome, replayOf }: CallEnd): string => {
  if (outcome === "idempotency_conflict") return "conflict"
  if (outcome === "in_progress" || outcome === "outcome_unknown") return outcome
  return replayOf !== undefined ? "replayed" : isVerified ? "verified" : "ran"
}

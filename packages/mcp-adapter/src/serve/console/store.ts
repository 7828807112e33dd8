import type { CallEnd, Retried } from "../../call/internal/observer.ts"
import { bounded, other } from "../internal/telemetry/series.ts"
import { addDuration, type Durations, makeDurations } from "./histogram.ts"

/** Describes a call as the page tells it. */
export interface Told extends Pick<CallEnd, "tool" | "referenceId" | "traceId" | "startedAt" | "outcome" | "category"> {
  readonly isError: boolean
  readonly isDefect: boolean
  readonly durationMillis: number
  readonly attempts: number
  readonly retries: ReadonlyArray<Retried>
  readonly stopped: string | undefined
  readonly replayOf: string | undefined
  readonly batch: CallEnd["batch"]
  readonly isDegraded: boolean
  readonly error: string | undefined
  readonly fingerprint: string | undefined
  readonly arguments: string
  readonly cause: string | undefined
}

/** Counts the calls of one minute. */
export interface Minute {
  /** The minute, counted from 1970. */
  readonly at: number
  calls: number
  retries: number
  readonly errors: Map<string, number>
}

/** Counts the calls of a tool since the start. */
export interface OfTool {
  readonly tool: string
  calls: number
  errors: number
  retries: number
  readonly durations: Durations
}

/** Counts the failures of a type since the start. */
export interface OfType {
  readonly type: string
  readonly category: string | undefined
  count: number
  lastReference: string
}

/** Says how much is remembered. */
export interface Bounds {
  readonly mostCalls: number
  readonly minutes: number
}

/** Remembers what the page shows, in a room that does not grow. */
export interface Store {
  readonly add: (end: CallEnd) => void
  readonly started: (by: 1 | -1) => void
  readonly inFlight: () => number
  /** The calls, the latest first. */
  readonly calls: () => ReadonlyArray<Told>
  readonly find: (referenceId: string) => Told | undefined
  readonly minutes: (now: number) => ReadonlyArray<Minute>
  readonly tools: () => ReadonlyArray<OfTool>
  readonly types: () => ReadonlyArray<OfType>
}

const minute = 60_000

/** Failures are kept apart: a flood of successes must not push out what an operator looks for. */
export const makeStore = ({ mostCalls, minutes: mostMinutes }: Bounds): Store => {
  const half = Math.max(1, Math.floor(mostCalls / 2))
  const failures = makeRing(half)
  const others = makeRing(half)
  const minutes = new Map<number, Minute>()
  const tools = new Map<string, OfTool>()
  const types = new Map<string, OfType>()
  const toolOf = bounded(500)
  const typeOf = bounded(50)
  let running = 0
  return {
    started: (by) => {
      running += by
    },
    inFlight: () => running,
    add: (end) => {
      const told = toldOf(end)
      if (told.isError || told.retries.length > 0) failures.add(told)
      else others.add(told)
      countMinute(minutes, mostMinutes, told, typeOf(told.outcome))
      countTool(tools, toolOf(told.tool), told)
      if (told.isError) countType(types, typeOf(told.outcome), told)
    },
    calls: () =>
      [...failures.all(), ...others.all()].toSorted((a, b) =>
        b.startedAt + b.durationMillis - a.startedAt - a.durationMillis
      ),
    find: (id) => [...failures.all(), ...others.all()].find(({ referenceId }) => referenceId === id),
    minutes: (now) => {
      const last = Math.floor(now / minute)
      return Array.from({ length: mostMinutes }, (_, i) => {
        const at = last - mostMinutes + 1 + i
        return minutes.get(at) ?? { at, calls: 0, retries: 0, errors: new Map<string, number>() }
      })
    },
    tools: () => [...tools.values()],
    types: () => [...types.values()].toSorted((a, b) => b.count - a.count)
  }
}

const makeRing = (most: number) => {
  const held: Array<Told> = []
  let next = 0
  return {
    add: (told: Told): void => {
      held[next] = told
      next = (next + 1) % most
    },
    all: (): ReadonlyArray<Told> => held
  }
}

const toldOf = (end: CallEnd): Told => ({
  tool: end.tool,
  referenceId: end.referenceId,
  traceId: end.traceId,
  startedAt: end.startedAt,
  outcome: end.outcome,
  category: end.category,
  isError: end.isError,
  isDefect: end.isDefect,
  durationMillis: Math.round(end.durationMillis),
  attempts: end.attempts,
  retries: end.retries.slice(0, 20),
  stopped: end.stopped,
  replayOf: end.replayOf,
  batch: end.batch,
  isDegraded: end.isDegraded,
  error: end.error(),
  fingerprint: end.fingerprint(),
  arguments: cut(end.arguments(), 1_000),
  cause: end.isError || end.retries.length > 0 ? cut(end.cause(), 4_000) : undefined
})

const cut = <T extends string | undefined>(text: T, most: number): T =>
  (text !== undefined && text.length > most ? `${text.slice(0, most)}…` : text) as T

const countMinute = (minutes: Map<number, Minute>, most: number, told: Told, type: string): void => {
  const at = Math.floor((told.startedAt + told.durationMillis) / minute)
  const one = minutes.get(at) ?? { at, calls: 0, retries: 0, errors: new Map<string, number>() }
  minutes.set(at, one)
  one.calls++
  one.retries += told.retries.length
  if (told.isError) one.errors.set(type, (one.errors.get(type) ?? 0) + 1)
  for (const old of minutes.keys()) if (old <= at - most) minutes.delete(old)
}

const countTool = (tools: Map<string, OfTool>, tool: string, told: Told): void => {
  const one = tools.get(tool) ?? { tool, calls: 0, errors: 0, retries: 0, durations: makeDurations() }
  tools.set(tool, one)
  one.calls++
  one.retries += told.retries.length
  if (told.isError) one.errors++
  addDuration(one.durations, told.durationMillis)
}

const countType = (types: Map<string, OfType>, type: string, told: Told): void => {
  const one = types.get(type) ??
    { type, category: type === other ? undefined : told.category, count: 0, lastReference: "" }
  types.set(type, one)
  one.count++
  one.lastReference = told.referenceId
}

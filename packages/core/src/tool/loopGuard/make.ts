import * as Duration from "effect/Duration"
import {
  type Beginning,
  type Call,
  defaults,
  type Failure,
  firstTold,
  type LoopGuard,
  type Options,
  type Success,
  TypeId
} from "./model.ts"

/** Holds what is remembered of one failing call. */
interface Entry {
  readonly failure: string
  readonly tool: string
  readonly count: number
  readonly endedAt: number
  /** The time until which the caller was told to wait. */
  readonly waitUntil: number | undefined
}

/** Holds the answer of a call that goes on failing. */
interface Kept {
  readonly key: string
  readonly ranAt: number
  readonly answer: unknown
}

/** Holds what is remembered of one caller. */
interface Caller {
  /** Its failing calls. What was noted last stands last. */
  readonly calls: Map<string, Entry>
  /** The end of the last of them. */
  endedAt: number
}

interface Memory {
  readonly limits: Limits
  /** Holds the callers. Who failed last stands last. */
  readonly callers: Map<string, Caller>
  /** Names who stands last. */
  last: string | undefined
  readonly kept: Map<string, Kept>
}

/**
 * Makes a guard. Keep one for all tools of a server, since a call of one of them ends the counts of the others.
 *
 * **Details**
 *
 * Throws a `RangeError` for a number below 1 or that is not finite, and for `answersFor` above 60 s.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): LoopGuard => {
  const memory: Memory = { limits: limitsOf(options), callers: new Map(), last: undefined, kept: new Map() }
  const { callers, kept, limits } = memory
  return {
    [TypeId]: TypeId,
    answers: limits.answers,
    isEmpty: () => callers.size === 0,
    failed: (call, failure) => failed(memory, call, failure),
    succeeded: (success) => succeeded(memory, success),
    begin: (call) => begin(memory, call),
    size: () => ({
      callers: callers.size,
      calls: [...callers.values()].reduce((sum, { calls }) => sum + calls.size, 0),
      answered: kept.size
    })
  }
}

const failed = (memory: Memory, call: Call, failure: Failure): number => {
  const { limits } = memory
  const { now, retryAfter } = failure
  forgetOld(memory, now)
  const { calls } = callerOf(memory, call.caller, now)
  const key = keyOf(call)
  const before = calls.get(key)
  const same = before?.failure === failure.failure && !isOld(before.endedAt, now, limits) ? before : undefined
  const counts = same === undefined || isRepeat(same, failure)
  const count = same === undefined ? 1 : counts ? same.count + 1 : same.count
  if (before !== undefined) calls.delete(key)
  calls.set(key, {
    failure: failure.failure,
    tool: call.tool,
    count,
    endedAt: now,
    waitUntil: retryAfter === undefined ? undefined : now + retryAfter
  })
  keepWithin(limits.calls, calls, (oldest) => calls.delete(oldest))
  keepWithin(limits.callers, memory.callers, (oldest) => forget(memory, oldest))
  if (failure.isAnswered !== true) keepAnswer(memory, call.caller, key, count, failure)
  return counts ? count : 1
}

/** Returns what is remembered of who fails now, and stands last from now on. */
const callerOf = (memory: Memory, name: string, now: number): Caller => {
  const { callers } = memory
  const caller = callers.get(name) ?? { calls: new Map<string, Entry>(), endedAt: now }
  caller.endedAt = now
  if (memory.last === name) return caller
  memory.last = name
  put(callers, name, caller)
  return caller
}

const keepAnswer = (
  { kept, limits }: Memory,
  caller: string,
  key: string,
  count: number,
  { answer, now }: Failure
): void => {
  if (kept.size > 0) kept.delete(caller)
  if (!limits.answers || answer === undefined || count < firstTold) return
  put(kept, caller, { key, ranAt: now, answer })
  keepWithin(limits.answered, kept, (oldest) => kept.delete(oldest))
}

const succeeded = (memory: Memory, { arguments: argumentsOf, caller, changes, now, tool }: Success): void => {
  forgetOld(memory, now)
  const known = memory.callers.get(caller)
  if (known === undefined) return
  memory.kept.delete(caller)
  if (changes) return forget(memory, caller)
  const { calls } = known
  if (!hasTool(calls, tool)) return
  const args = argumentsOf()
  if (args !== undefined) calls.delete(keyOf({ tool, arguments: args }))
  for (const { endedAt } of calls.values()) known.endedAt = endedAt
  if (calls.size === 0) forget(memory, caller)
}

const hasTool = (calls: ReadonlyMap<string, Entry>, tool: string): boolean => {
  for (const entry of calls.values()) if (entry.tool === tool) return true
  return false
}

const begin = (
  { kept, limits }: Memory,
  { arguments: argumentsOf, caller, now, tool }: Beginning
): { readonly answer: unknown } | undefined => {
  const known = kept.get(caller)
  if (known === undefined) return undefined
  const args = argumentsOf()
  const isSame = args !== undefined && keyOf({ tool, arguments: args }) === known.key
  if (isSame && now - known.ranAt < limits.answersFor) return known
  kept.delete(caller)
  return undefined
}

const keyOf = ({ arguments: args, tool }: Pick<Call, "arguments" | "tool">): string => `${args} ${tool}`

/** Tests whether a call began after the one before had ended, and sooner than its caller was told to wait. */
const isRepeat = ({ endedAt, waitUntil }: Entry, { startedAt }: Failure): boolean =>
  startedAt >= endedAt && (waitUntil === undefined || startedAt < waitUntil)

const isOld = (endedAt: number, now: number, { window }: Limits): boolean => now - endedAt >= window

const put = <A>(map: Map<string, A>, key: string, value: A): void => {
  map.delete(key)
  map.set(key, value)
}

const keepWithin = <A>(limit: number, map: Map<string, A>, remove: (oldest: string) => void): void => {
  if (map.size <= limit) return
  for (const oldest of map.keys()) {
    if (map.size <= limit) return
    remove(oldest)
  }
}

const forget = (memory: Memory, caller: string): void => {
  memory.callers.delete(caller)
  memory.kept.delete(caller)
  if (memory.last === caller) memory.last = undefined
}

/** Forgets the callers whose last failure is old: they stand first. */
const forgetOld = (memory: Memory, now: number): void => {
  for (const [caller, { endedAt }] of memory.callers) {
    if (!isOld(endedAt, now, memory.limits)) return
    forget(memory, caller)
  }
}

interface Limits {
  readonly answers: boolean
  readonly answersFor: number
  readonly callers: number
  readonly calls: number
  readonly answered: number
  readonly window: number
}

const limitsOf = (options: Options): Limits => {
  const {
    answered = defaults.answered,
    answers = defaults.answers,
    answersFor = defaults.answersFor,
    callers = defaults.callers,
    calls = defaults.calls,
    window = defaults.window
  } = options
  for (const [name, value] of Object.entries({ answered, callers, calls })) {
    if (!(value >= 1 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`LoopGuard: ${name} must be 1 or more`)
  }
  const longest = Duration.toMillis(defaults.answersFor)
  const answering = Duration.toMillis(answersFor)
  if (!(answering <= longest)) throw new RangeError("LoopGuard: answersFor must be at most 60 seconds")
  return { answers, answersFor: answering, callers, calls, answered, window: Duration.toMillis(window) }
}

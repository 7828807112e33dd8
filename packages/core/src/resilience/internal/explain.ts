import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"

/**
 * Describes in advance what a policy or a schedule does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Explanation {
  /** The wait before each retry: the first entry is the one before attempt 2. */
  readonly delays: ReadonlyArray<{
    /** The shortest wait. */
    readonly min: Duration.Duration
    /** The longest wait. */
    readonly max: Duration.Duration
  }>
  /** The greatest number of attempts; `undefined` if the schedule did not end within `limit` steps. */
  readonly maxAttempts: number | undefined
  /** All waits together. */
  readonly total: {
    /** The shortest wait. */
    readonly min: Duration.Duration
    /** The longest wait. */
    readonly max: Duration.Duration
  }
  /** The same in a sentence or two. */
  readonly text: string
}

/** The largest number below 1: what a random number never exceeds. */
const almostOne = 1 - 2 ** -53

/** Limits how often an interval is halved: enough for a millionth of a delay. */
const halvings = 30

/** Steps a schedule with a virtual clock and the bounds of randomness; nothing sleeps. */
export const explainSchedule = (
  schedule: Schedule.Schedule<unknown, ToolError.Any>,
  options?: { readonly error?: ToolError.Any | undefined; readonly limit?: number | undefined }
): Effect.Effect<Explanation> =>
  Effect.gen(function*() {
    const { error = new Errors.Unavailable({ service: "It" }), limit = 20 } = options ?? {}
    const walk: Walk = (randoms, lastAt) => delays(schedule, error, randoms, lastAt)
    // one more than is looked at shows whether there is an end
    const low = yield* walk(zeros(limit + 1))
    const high = yield* walk(zeros(limit + 1).map(() => almostOne))
    return high.length >= low.length
      ? describe(low, high, sum(high.slice(0, limit)), limit)
      : describe(low, ...yield* longest(walk, low), limit)
  })

/**
 * Describes the delays of as many steps as there are random numbers, or fewer if the schedule ends sooner. The last step is taken
 * when the delays before it have passed, or at the time given.
 */
type Walk = (randoms: ReadonlyArray<number>, lastAt?: number) => Effect.Effect<ReadonlyArray<number>>

/** Steps a schedule with a clock that stands still but for the delays themselves. */
const delays = Effect.fnUntraced(function*(
  schedule: Schedule.Schedule<unknown, ToolError.Any>,
  error: ToolError.Any,
  randoms: ReadonlyArray<number>,
  lastAt: number | undefined
): Effect.fn.Return<ReadonlyArray<number>> {
  let random = 0
  const dice = {
    nextIntUnsafe: () => random < 0.5 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER,
    nextDoubleUnsafe: () => random
  }
  const step = yield* Schedule.toStep(schedule)
  const found: Array<number> = []
  let now = 0
  for (random of randoms) {
    if (found.length === randoms.length - 1) now = lastAt ?? now
    const stepped = Effect.map(step(now, error), ([, duration]) => Duration.toMillis(duration))
    const delay = yield* Effect.provideService(Pull.catchDone(stepped, () => Effect.undefined), Random.Random, dice)
    if (delay === undefined) break
    found.push(delay)
    now += delay
  }
  return found
})

/**
 * The longest delay of each step, and of all together, where a bound in time makes long delays end a schedule sooner. The
 * longest of one step comes after the shortest ones; the longest time comes with as much time passed before each step as it
 * still goes on after.
 */
const longest = Effect.fnUntraced(function*(
  walk: Walk,
  low: ReadonlyArray<number>
): Effect.fn.Return<readonly [high: ReadonlyArray<number>, total: number]> {
  const high: Array<number> = []
  let passed = 0
  for (const step of low.keys()) {
    const attempt = (random: number, at?: number) =>
      Effect.map(walk([...zeros(step), random], at), (found) => found[step])
    high.push((yield* highest([0, almostOne], attempt))?.result ?? 0)
    const latest = yield* highest([sum(low.slice(0, step)), passed], (at) => attempt(0, at))
    const last = latest && (yield* highest([0, almostOne], (random) => attempt(random, latest.argument)))
    passed = Math.max(passed, latest === undefined ? 0 : latest.argument + (last?.result ?? 0))
  }
  return [high, passed]
})

/** The highest number of a range for which there is a result, where there is none above it. */
const highest = Effect.fnUntraced(function*(
  [low, high]: readonly [number, number],
  attempt: (argument: number) => Effect.Effect<number | undefined>
): Effect.fn.Return<{ readonly argument: number; readonly result: number } | undefined> {
  const all = yield* attempt(high)
  if (all !== undefined) return { argument: high, result: all }
  const first = yield* attempt(low)
  if (first === undefined) return undefined
  let best = { argument: low, result: first }
  for (let i = 0, above = high; i < halvings; i++) {
    const argument = (best.argument + above) / 2
    const result = yield* attempt(argument)
    if (result === undefined) above = argument
    else best = { argument, result }
  }
  return best
})

const zeros = (length: number): ReadonlyArray<number> => Array.from({ length }, () => 0)

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((sum, number) => sum + number, 0)

const describe = (
  low: ReadonlyArray<number>,
  high: ReadonlyArray<number>,
  longest: number,
  limit: number
): Explanation => {
  const found = Math.max(low.length, high.length)
  const bounds = Array.from({ length: Math.min(found, limit) }, (_, i) => {
    const pair = [low[i] ?? high[i] ?? 0, high[i] ?? low[i] ?? 0]
    return { min: Math.min(...pair), max: Math.max(...pair) }
  })
  const min = sum(bounds.map((bound) => bound.min))
  const max = Math.max(min, longest)
  const maxAttempts = found > limit ? undefined : bounds.length + 1
  return {
    delays: bounds.map((bound) => ({ min: Duration.millis(bound.min), max: Duration.millis(bound.max) })),
    maxAttempts,
    total: { min: Duration.millis(min), max: Duration.millis(max) },
    text: sentence(bounds, maxAttempts, max)
  }
}

const sentence = (
  bounds: ReadonlyArray<{ readonly min: number; readonly max: number }>,
  maxAttempts: number | undefined,
  total: number
): string => {
  if (maxAttempts === 1) return "One attempt, no retries."
  const waits = bounds.map(({ max, min }) => min === max ? show(max) : `${show(min, max)} to ${show(max)}`)
  return maxAttempts === undefined
    ? `Without end: wait ${waits.join(", then ")}, and so on.`
    : `At most ${maxAttempts} attempts: wait ${waits.join(", then ")}. In all at most ${show(total)} of waiting.`
}

/** Writes a duration in words; `like` says in whose unit. */
export const show = (millis: number, like: number = millis): string => {
  const [unit, name] = like < 1000 ? [1, "ms"] : like < 120_000 ? [1000, "s"] : [60_000, "min"]
  const rounded = Math.round((millis / unit) * 100) / 100
  return like === millis ? `${rounded} ${name}` : String(rounded)
}

/** The functions for promises against the engines they run on: the same programs, the same dice, the same time. */
import { expect, it } from "@effect/vitest"
import * as Policy from "@errata/core/Policy"
import * as Promises from "@errata/core/promise"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, vi } from "vitest"
import { fakeTime } from "../../support/fakeTime.ts"
import { schedule } from "../resilience/support/schedules.ts"
import { runs, seeded, type Source, source } from "../support/arbitraries.ts"
import { type Act, acts, played } from "./support/played.ts"

interface Scene {
  readonly policy: RetryPolicy.RetryPolicy
  readonly acts: ReadonlyArray<Act>
  readonly seed: number
  readonly abortAt: number
  readonly timeout: number
}

const scene = (from: Source): Scene => ({
  policy: RetryPolicy.make(schedule(from), {
    maxRetries: from.int(7),
    ...from.chance(30) ? { within: from.int(6_000) } : {}
  }),
  acts: acts(from),
  seed: from.int(1_000_000),
  abortAt: from.pick([0, 1, 250, 1_000, 5_000]),
  timeout: from.pick([100, 900, 4_000, 45_000])
})

/** How a promise ended, and when. */
interface Ended {
  readonly end: readonly [how: "gave" | "threw", what: unknown]
  readonly took: number
  readonly at: ReadonlyArray<number>
}

/** Lets time pass until the promise has settled. The dice are thrown anew from the scene's seed. */
const observe = async (seed: number, at: ReadonlyArray<number>, run: () => Promise<unknown>): Promise<Ended> => {
  const dice = source(seed)
  const realTime = fakeTime()
  vi.setSystemTime(1_000_000) // parts of a millisecond are cut alike
  const thrown = vi.spyOn(Math, "random").mockImplementation(() => dice.int(1_000_000) / 1_000_000)
  const began = Date.now()
  let ended: Pick<Ended, "end" | "took"> | undefined
  run().then(
    (value) => ended = { end: ["gave", value], took: Date.now() - began },
    (failure: unknown) => ended = { end: ["threw", failure], took: Date.now() - began }
  )
  await vi.runAllTimersAsync()
  thrown.mockRestore()
  realTime()
  return { ...ended!, at: at.map((time) => time - began) }
}

/** The engine as a promise: a bug wins over an error, and an interruption is the reason of the signal. */
const engine = async (effect: Effect.Effect<string, ToolError.Any>, signal?: AbortSignal): Promise<string> => {
  const exit = await Effect.runPromiseExit(effect, signal === undefined ? {} : { signal })
  if (Exit.isSuccess(exit)) return exit.value
  const { reasons } = exit.cause
  const bug = reasons.find(Cause.isDieReason)
  const error = reasons.find(Cause.isFailReason)
  throw bug !== undefined ? bug.defect : error !== undefined ? error.error : signal?.reason
}

/** Everything but who an error is: forDependency makes its own. */
const plainly = ({ end: [how, what], ...rest }: Ended): unknown => ({
  ...rest,
  end: [how, what instanceof Error ? `${what.name}: ${what.message}` : what]
})

describe("retry against RetryPolicy.retry", () => {
  it.effect.prop(
    "makes the same attempts at the same times, with the same end",
    [seeded(scene)],
    ([scene]) =>
      Effect.promise(async () => {
        const theirs = played(scene.acts)
        const expected = await observe(
          scene.seed,
          theirs.at,
          () => engine(RetryPolicy.retry(theirs.effect, scene.policy))
        )
        const ours = played(scene.acts)
        const got = await observe(scene.seed, ours.at, () => Promises.retry(ours.work, scene.policy))
        expect(got).toEqual(expected)
        expect(got.end[1]).toBe(expected.end[1])
      }),
    runs(200)
  )

  it.effect.prop("is aborted alike", [seeded(scene)], ([scene]) =>
    Effect.promise(async () => {
      const abortable = (run: (signal: AbortSignal) => Promise<string>) => () => {
        const controller = new AbortController()
        setTimeout(() => controller.abort("enough"), scene.abortAt)
        return run(controller.signal)
      }
      const theirs = played(scene.acts)
      const expected = await observe(
        scene.seed,
        theirs.at,
        abortable((signal) => engine(RetryPolicy.retry(theirs.effect, scene.policy), signal))
      )
      const ours = played(scene.acts)
      const got = await observe(
        scene.seed,
        ours.at,
        abortable((signal) => Promises.retry(ours.work, scene.policy, { signal }))
      )
      expect(got).toEqual(expected)
    }), runs(100))

  it.effect.prop(
    "what explain says is what is printed, whoever prints it",
    [seeded(scene)],
    ([{ policy }]) =>
      Effect.sync(() => {
        const explained = Effect.runSync(RetryPolicy.explain(policy))
        expect(String(policy)).toBe(explained.text)
        expect(JSON.parse(JSON.stringify(policy))).toMatchObject({
          text: explained.text,
          max_attempts: explained.maxAttempts
        })
      }),
    runs(50)
  )
})

describe("forDependency against Policy.forDependency", () => {
  it.effect.prop("makes the same attempts at the same times, with the same end", [seeded(scene)], (
    [{ acts, policy, seed, timeout }]
  ) =>
    Effect.promise(async () => {
      const options = { service: "It", timeout, retry: policy }
      const theirs = played(acts)
      const whole = Effect.runSync(Policy.forDependency(options))
      const expected = await observe(seed, theirs.at, () => engine(whole(theirs.effect)))
      const ours = played(acts)
      const dependency = Promises.forDependency(options)
      expect(String(dependency)).toBe(String(whole))
      const got = await observe(seed, ours.at, () => dependency(ours.work))
      expect(plainly(got)).toEqual(plainly(expected))
    }), runs(100))
})

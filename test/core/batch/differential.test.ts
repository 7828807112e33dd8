import { describe, expect, it } from "@effect/vitest"
import type * as Advice from "@errata/core/Advice"
import * as Batch from "@errata/core/Batch"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { quiet } from "./support/logged.ts"
import { naive, type Step } from "./support/naive.ts"
import { error } from "./support/outcomes.ts"

interface Trial {
  readonly steps: ReadonlyArray<Step>
  readonly way: number
  readonly source: number
  readonly safety: Advice.Safety
  readonly concurrency: number
  readonly stopAfter: number | undefined
}

const step = (from: Source): Step => ({
  key: from.pick(["a", "b", "c", "d", "e"]),
  does: from.chance(50) ? { value: from.int(100) } : from.chance(10) ? "dies" : { error: error(from) }
})

const trial = (from: Source): Trial => {
  const stopAfter = from.chance(30) ? 1 + from.int(5) : undefined
  return {
    steps: Array.from({ length: from.int(25) }, () => step(from)),
    way: from.int(5),
    source: from.int(3),
    safety: from.pick(["read", "idempotent", "keyed", "once"]),
    concurrency: stopAfter === undefined ? from.pick([1, 2, 3, 8, 30]) : 1, // those in flight may fail too
    stopAfter
  }
}

const run = ({ does }: Step, way: number): Batch.Returned<number, ToolError.Any, never> => {
  const effect = does === "dies"
    ? Effect.die("unforeseen")
    : "value" in does
    ? Effect.succeed(does.value)
    : Effect.fail(does.error)
  switch (way) {
    case 0:
      return effect
    case 1:
      return Effect.suspend(() => effect)
    case 2:
      return Effect.andThen(Effect.yieldNow, effect)
    case 3:
      return Effect.andThen(Effect.promise(() => Promise.resolve()), effect)
    default:
      return Effect.runPromise(Effect.result(effect) as Effect.Effect<Result.Result<number, ToolError.Any>>)
  }
}

const itemsOf = (steps: ReadonlyArray<Step>, source: number): Batch.Items<Step> =>
  source === 0 ? steps : source === 1 ? Stream.fromIterable(steps) : (async function*() {
    yield* steps
  })()

const seconds = (hint: Duration.Duration | undefined) =>
  hint === undefined ? undefined : Math.ceil(Duration.toSeconds(hint))

describe("forEach comes to the same as one item after the other", () => {
  it.effect.prop(
    "in every count, list, threshold and view",
    [seeded(trial)],
    ([{ concurrency, safety, source, steps, stopAfter, way }]) =>
      Effect.gen(function*() {
        const isCounted = stopAfter === undefined || source === 0 // the rest of what has no size is not known
        const batch = yield* Batch.forEach(itemsOf(steps, source), (step) => run(step, way), {
          concurrency,
          safety,
          stopAfter,
          key: ({ key }) => key
        }).pipe(Effect.provide(quiet))
        const expected = naive(steps, {
          safety,
          stopAfter,
          describe: (error) => ({
            type: ToolError.type(error).name,
            family: ToolError.family(error),
            after: seconds(ToolError.retryAfter(error))
          })
        })
        expect(batch.results.map(({ index, key, value }) => [index, key, value])).toEqual(expected.results)
        const report = Batch.report(batch)
        expect(report.errors.map(({ category, index, key, type }) => [index, key, type, category])).toEqual(
          expected.errors
        )
        expect(report.error_summary.by_type).toEqual(expected.byType)
        expect(report.error_summary.by_category).toEqual(expected.byCategory)
        expect(report.error_summary.retry_after_seconds).toBe(expected.retryAfter)
        expect(Batch.report(batch, { view: "failures_only" })).toEqual({ ...report, results: [] })
        expect(Batch.report(batch, { view: "summary" })).toEqual({ ...report, results: [], errors: [] })
        if (!isCounted) return
        expect(batch.skipped.map(({ index, key }) => [index, key])).toEqual(expected.skipped)
        expect(report.error_summary.retry_keys).toEqual(expected.retryKeys)
        expect(report.status).toBe(expected.status)
        expect(report.summary.total).toBe(steps.length)
        for (const rate of [0, 0.25, 0.5, 0.75, 1]) {
          const exit = yield* Effect.exit(Batch.failBelow(batch, rate))
          expect(exit._tag === "Success").toBe(expected.succeeds(rate))
        }
      }),
    runs(300)
  )
})

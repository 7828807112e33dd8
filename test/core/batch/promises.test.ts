import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Result from "effect/Result"
import { logged } from "./support/logged.ts"

const missing = new Errors.NotFound({ resource: "x" })
const names = ["a", "bad", "c", "worse", "e"]

/** What code with promises returns. */
const convert = async (name: string) => {
  await Promise.resolve()
  if (name === "worse") throw new Error("unforeseen")
  return name === "bad" ? Result.fail(missing) : Result.succeed(name.toUpperCase())
}

describe("items of promises", () => {
  it.effect.each([1, 2, 10])(
    "settle as the Result says; what rejects is a defect (concurrency %s)",
    (concurrency) =>
      Effect.gen(function*() {
        const { layer, lines } = logged()
        const batch = yield* Batch.forEach(names, convert, { concurrency }).pipe(Effect.provide(layer))
        expect(batch.results.map(({ index, key, value }) => [index, key, value])).toEqual([
          [0, "a", "A"],
          [2, "c", "C"],
          [4, "e", "E"]
        ])
        expect(batch.failures.map(({ error, key }) => [key, error._tag])).toEqual([["bad", "NotFound"], [
          "worse",
          "InternalError"
        ]])
        expect(lines.map(({ annotations, cause }) => [annotations["item"], cause.includes("unforeseen")])).toEqual([[
          "worse",
          true
        ]])
      })
  )

  it.effect.each([1, 3])(
    "may stand beside effects, each with its own annotations (concurrency %s)",
    (concurrency) =>
      Effect.gen(function*() {
        const items = Array.from({ length: 60 }, (_, i) => i)
        const work = (i: number): Batch.Returned<string, Errors.NotFound, never> => {
          if (i % 10 === 9) return Promise.resolve(Result.fail(missing))
          if (i % 10 === 8) return Effect.fail(missing)
          if (i % 10 === 7) throw new Error("sync")
          if (i % 3 === 0) return Promise.resolve(Result.succeed(String(i)))
          const own = Effect.withFiber((fiber) =>
            Effect.succeed(String(fiber.getRef(References.CurrentLogAnnotations)["item"]))
          )
          return i % 3 === 1 ? own : Effect.andThen(Effect.yieldNow, own)
        }
        const { layer, lines } = logged()
        const batch = yield* Batch.forEach(items, work, { concurrency }).pipe(Effect.provide(layer))
        expect(batch.results.map(({ index, value }) => [index, value])).toEqual(
          items.filter((i) => i % 10 < 7).map((i) => [i, String(i)])
        )
        expect(batch.failures.map(({ index }) => index)).toEqual(items.filter((i) => i % 10 >= 7))
        expect(new Set(lines.map(({ annotations }) => annotations["item"]))).toEqual(
          new Set(items.filter((i) => i % 10 === 7).map(String))
        )
      })
  )

  it.live("may be tried again", () =>
    Effect.gen(function*() {
      const attempts: Array<number> = []
      const flaky = async (_: string, { attempt }: Batch.ItemCall) => {
        attempts.push(attempt)
        return attempt < 2
          ? Result.fail(new Errors.RateLimited({ service: "x", retry_after_seconds: 0 }))
          : Result.succeed(attempt)
      }
      const batch = yield* Batch.forEach(["a"], flaky, { retry: RetryPolicy.quick })
      expect([attempts, batch.results[0]?.value]).toEqual([[1, 2], 2])
    }))

  it.effect("may be thenables of any kind", () =>
    Effect.gen(function*() {
      const thenable = Object.fromEntries([["then", (resolve: (value: Result.Result<number>) => void) =>
        resolve(Result.succeed(1))]])
      const batch = yield* Batch.forEach(Array.from({ length: 20_000 }), () =>
        thenable as never, { concurrency: 2 })
      expect(batch.succeeded).toBe(20_000)
    }))

  it.effect("come from anywhere", () =>
    Effect.gen(function*() {
      const items = async function*() {
        yield* names
      }
      const batch = yield* Batch.forEach(items(), convert, { concurrency: 3 }).pipe(Effect.provide(logged().layer))
      expect([batch.succeeded, batch.failed]).toEqual([3, 2])
    }))
})

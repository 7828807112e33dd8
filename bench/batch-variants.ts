/** The ways to run a batch that are compared: 10 % of the items fail, 16 run at once, what comes out is counted. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import pLimit from "p-limit"
import pMap from "p-map"

const concurrency = 16

export interface Counts {
  readonly succeeded: number
  readonly failed: number
}

/** Is called in the middle of a batch. */
export const middle = { item: -1, look: (): void => {} }

/** Code with promises, as it is: it throws what it fails with. */
const work = async (i: number): Promise<number> => {
  await null
  if (i === middle.item) middle.look()
  if (i % 10 === 0) throw new Error(`Item ${i} failed`)
  return i
}

/** Returns the same, with errors as values. */
const workToResult = async (i: number): Promise<Result.Result<number, Errors.ProcessingError>> => {
  await null
  if (i === middle.item) middle.look()
  return i % 10 === 0 ? Result.fail(new Errors.ProcessingError({ operation: "Item" })) : Result.succeed(i)
}

const classified = () => new Errors.ProcessingError({ operation: "Item" })

const numbers = (size: number): Array<number> => Array.from({ length: size }, (_, i) => i)

/** Holds numbers that nothing keeps. */
const generated = function*(size: number) {
  for (let i = 0; i < size; i++) yield i
}

const counted = (settled: ReadonlyArray<{ readonly status: string }>): Counts => {
  let succeeded = 0
  for (const { status } of settled) if (status === "fulfilled") succeeded++
  return { succeeded, failed: settled.length - succeeded }
}

type Settled = { readonly status: "fulfilled"; readonly value: number } | {
  readonly status: "rejected"
  readonly reason: unknown
}

const settled = (i: number): Promise<Settled> =>
  work(i).then((value) => ({ status: "fulfilled", value }), (reason: unknown) => ({ status: "rejected", reason }))

/** Workers that share a counter, each with a try/catch; with a `turn`, everything else has its own every 10 ms. */
const byHand = (turn?: () => Promise<void> | undefined) => async (size: number): Promise<Counts> => {
  let [next, succeeded, failed] = [0, 0, 0]
  const worker = async () => {
    while (next < size) {
      const i = next++
      try {
        await work(i)
        succeeded++
      } catch {
        failed++
      }
      if (turn !== undefined && i % 32 === 0) await turn()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return { succeeded, failed }
}

const everyTenMillis = (): () => Promise<void> | undefined => {
  let last = performance.now()
  return () => {
    if (performance.now() - last < 10) return undefined
    return new Promise((resolve) =>
      setImmediate(() => {
        last = performance.now()
        resolve()
      })
    )
  }
}

const byHandKept = async (size: number): Promise<Counts> => {
  const out = new Array<Settled>(size)
  let next = 0
  const worker = async () => {
    while (next < size) {
      const i = next++
      try {
        out[i] = { status: "fulfilled", value: await work(i) }
      } catch (reason) {
        out[i] = { status: "rejected", reason }
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return counted(out)
}

type Item = (i: number) => Batch.Returned<number, Errors.ProcessingError, never>

const errata = (item: Item) => async (size: number): Promise<Counts> => {
  const { failed, succeeded } = await Effect.runPromise(
    Batch.forEach(generated(size), item, { concurrency, discard: true })
  )
  return { succeeded, failed }
}

/** By the name that tables show. */
export const variants = {
  "pool by hand": byHand(),
  "pool by hand again": byHand(),
  "pool by hand, with turns": (size) => byHand(everyTenMillis())(size),
  "pool by hand, kept": byHandKept,
  "Promise.allSettled": async (size) => counted(await Promise.allSettled(numbers(size).map(work))),
  "p-map": async (size) => counted(await pMap(numbers(size), settled, { concurrency })),
  "p-limit": async (size) => {
    const limit = pLimit(concurrency)
    return counted(await Promise.allSettled(numbers(size).map((i) => limit(work, i))))
  },
  "Effect.forEach": async (size) => {
    const run = (i: number) => Effect.result(Effect.tryPromise({ try: () => work(i), catch: classified }))
    const results = await Effect.runPromise(Effect.forEach(numbers(size), run, { concurrency }))
    const succeeded = results.filter(Result.isSuccess).length
    return { succeeded, failed: results.length - succeeded }
  },
  "Errata, effects": errata((i) => Effect.tryPromise({ try: () => work(i), catch: classified })),
  "Errata, the same promises": errata((i) => work(i).then(Result.succeed, () => Result.fail(classified()))),
  "Errata, promises of results": errata(workToResult),
  "Errata, at once": errata((i) => i % 10 === 0 ? Effect.fail(classified()) : Effect.succeed(i))
} satisfies { readonly [name: string]: (size: number) => Promise<Counts> }

export type Name = keyof typeof variants

/** Runs one of them, and makes sure that it did what it should. */
export const run = async (name: Name, size: number): Promise<void> => {
  const { failed, succeeded } = await variants[name](size)
  if (failed !== Math.ceil(size / 10) || succeeded !== size - failed) {
    throw new Error(`${name}: ${succeeded} and ${failed} of ${size}`)
  }
}

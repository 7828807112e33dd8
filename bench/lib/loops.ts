/** Runs an operation many times: each call awaited, or all of them in one fiber. */
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import type { Sample, Variant } from "./stats.ts"

/** Returns what every operation answers. */
export const answer = 42

export const awaited = (name: string, once: () => Promise<number>): Variant => ({
  name,
  run: async (times) => {
    let last: number | undefined
    for (let i = 0; i < times; i++) last = await once()
    assert.equal(last, answer)
  }
})

export const inFiber = (name: string, once: Effect.Effect<number, unknown>): Variant => ({
  name,
  run: async (times) => {
    const loop = Effect.gen(function*() {
      let last: number | undefined
      for (let i = 0; i < times; i++) last = yield* once
      return last
    })
    assert.equal(await Effect.runPromise(loop), answer)
  }
})

const rounds = (samples: ReadonlyArray<Sample>, name: string): ReadonlyArray<number> =>
  samples.find((sample) => sample.name === name)!.rounds

/** Returns what a variant takes beyond the bare operation, round by round. */
export const added = (samples: ReadonlyArray<Sample>, name: string, bare: string): Sample => {
  const base = rounds(samples, bare)
  return { name: `added by ${name}`, rounds: rounds(samples, name).map((value, round) => value - base[round]!) }
}

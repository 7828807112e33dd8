import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { choose, mutantsOf } from "./mutate/mutants.ts"
import { mutate } from "./mutate/mutate.ts"

const root = join(import.meta.dirname, "fixtures/mutate")

it("tells mutants that die from one that survives, and leaves the tree as it was", async () => {
  const source = join(root, "src/atMost.ts")
  const before = readFileSync(source, "utf8")
  const lines: Array<string> = []
  const { survivors, tried } = await mutate({
    root,
    path: "src",
    seed: 1,
    max: 10,
    tests: 5,
    minutes: 5,
    report: (line) => lines.push(line)
  })
  expect(lines.sort()).toEqual([
    "killed    src/atMost.ts:2  n > limit -> false",
    "killed    src/atMost.ts:2  n > limit -> true",
    "survived  src/atMost.ts:2  > -> >="
  ])
  expect(tried).toBe(3)
  expect(survivors.map(({ text }) => text)).toEqual([">="])
  expect(readFileSync(source, "utf8")).toBe(before)
  expect(existsSync(join(root, ".errata")) ? readdirSync(join(root, ".errata")) : []).toEqual([])
}, 120_000)

it("makes mutants of operators, conditions, boundaries, statements and defaults", () => {
  const code =
    "export const f = (a = 1): number => { log(a); if (a < 2 && b) return Math.max(a ?? 3, 1); return { c: a }.c }"
  expect(mutantsOf("f.ts", code).map(({ description }) => description)).toEqual([
    "1 -> undefined as never",
    "log(a); -> removed",
    "a < 2 && b -> true",
    "a < 2 && b -> false",
    "a < 2 && b -> a < 2",
    "a < 2 && b -> b",
    "< -> <=",
    "2 -> 3",
    "Math.max -> Math.min",
    "a ?? 3 -> a",
    "a ?? 3 -> 3",
    "3 -> 4",
    "a -> undefined as never"
  ])
})

it("chooses the same mutants for the same seed", () => {
  const all = mutantsOf("f.ts", "export const f = (a: number) => a < 1 ? a > 2 : a === 3")
  expect(choose(all, 7, 3)).toEqual(choose(all, 7, 3))
  expect(choose(all, 7, 3)).not.toEqual(choose(all, 8, 3))
})

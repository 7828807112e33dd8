/** Runs the tests against mutants of the sources, one at a time, and reports those that no test noticed. */
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, relative } from "node:path"
import { makeCopy } from "./copy.ts"
import { apply, choose, type Mutant, mutantsOf } from "./mutants.ts"
import { findRelated } from "./related.ts"
import { passing, runTests } from "./run.ts"

export interface Options {
  readonly root: string
  /** A folder or file below the root; default all of `src`. */
  readonly path: string
  /** Chooses the mutants: the same seed, the same choice. */
  readonly seed: number
  /** Says how many mutants at most. */
  readonly max: number
  /**
   * How many test files at most, the nearest by imports, stand against a mutant; three times as many against one that survives.
   */
  readonly tests: number
  /** When no further mutant is started. */
  readonly minutes: number
  readonly report: (line: string) => void
}

export interface Outcome {
  readonly tried: number
  readonly possible: number
  readonly survivors: ReadonlyArray<Mutant>
}

const sourcesOf = (root: string, path: string): ReadonlyArray<string> => {
  const whole = join(root, path)
  if (path !== "" && statSync(whole).isFile()) return [whole]
  return globSync(join(whole, "**/*.ts"), { exclude: (name) => name === "node_modules" || name === "dist" })
    .filter((file) => relative(root, file).includes("src/") && !file.endsWith(".test.ts")).sort()
}

export const mutate = async (options: Options): Promise<Outcome> => {
  using copy = makeCopy(options.root)
  const end = performance.now() + options.minutes * 60_000
  const possible = sourcesOf(copy.root, options.path).flatMap((file) => mutantsOf(file, readFileSync(file, "utf8")))
  const related = findRelated(copy.root)
  const vitest = vitestOf(copy.root)
  const survivors: Array<Mutant> = []
  const baselines = new Map<string, Baseline>()
  let tried = 0
  for (const mutant of choose(possible, options.seed, options.max)) {
    if (performance.now() > end) break
    const all = related(mutant.file).map((it) => relative(copy.root, it))
    const nearest = [...all.slice(0, options.tests), relative(copy.root, mutant.file)]
    const baseline = baselines.get(mutant.file) ?? runBaseline(copy.root, vitest, nearest)
    baselines.set(mutant.file, baseline)
    const first = await tryMutant(mutant, () => runTests(copy.root, vitest, baseline.files, 30 + 4 * baseline.seconds))
    const further = all.slice(options.tests, 4 * options.tests)
    const isKilled = first === "survived" &&
      await isKilledBy(mutant, further, (files) => passing(copy.root, vitest, files))
    const verdict = isKilled ? "killed" : first
    tried++
    const where = `${relative(copy.root, mutant.file)}:${mutant.line}`
    if (verdict === "survived") survivors.push(mutant)
    options.report(`${verdict.padEnd(9)} ${where}  ${mutant.description}`)
  }
  return { tried, possible: possible.length, survivors }
}

/** Returns the Vitest that the copy's tests import, for two would not know each other. */
const vitestOf = (root: string): string =>
  join(dirname(createRequire(join(root, "vitest.config.ts")).resolve("vitest/package.json")), "vitest.mjs")

/** The test files that pass on the sound source, and how long they take. One that fails would find every mutant. */
interface Baseline {
  readonly files: ReadonlyArray<string>
  readonly seconds: number
}

const runBaseline = (root: string, vitest: string, nearest: ReadonlyArray<string>): Baseline => {
  const start = performance.now()
  const files = passing(root, vitest, nearest)
  if (files.length === 0) throw new Error(`No test passes without a mutant: ${nearest.join(", ")}`)
  return { files, seconds: (performance.now() - start) / 1000 }
}

/** Tests whether some of the tests fail with the mutant that pass without it. */
const isKilledBy = async (
  mutant: Mutant,
  tests: ReadonlyArray<string>,
  passing: (files: ReadonlyArray<string>) => ReadonlyArray<string>
): Promise<boolean> => {
  if (tests.length === 0) return false
  const survived = await tryMutant(mutant, async () => passing(tests))
  const failed = tests.filter((test) => !survived.includes(test))
  return failed.length > 0 && passing(failed).length > 0
}

const tryMutant = async <A>(mutant: Mutant, run: () => Promise<A>): Promise<A> => {
  const sound = readFileSync(mutant.file, "utf8")
  writeFileSync(mutant.file, apply(sound, mutant))
  try {
    return await run()
  } finally {
    writeFileSync(mutant.file, sound)
  }
}

/** Runs the tests against mutants of the sources, one at a time, and reports those that no test noticed. */
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { makeCopy } from "./copy.ts"
import { apply, choose, type Mutant, mutantsOf } from "./mutants.ts"
import { findRelated } from "./related.ts"
import { runTests, type Verdict } from "./run.ts"

export interface Options {
  readonly root: string
  /** A folder or file below the root; default all of `src`. */
  readonly path: string
  /** Chooses the mutants: the same seed, the same choice. */
  readonly seed: number
  /** How many mutants at most. */
  readonly max: number
  /** How many test files at most, the nearest by imports, stand against a mutant. */
  readonly tests: number
  /** When no further mutant is started. */
  readonly minutes: number
  /** The entry of Vitest that runs the tests. */
  readonly vitest: string
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
  const survivors: Array<Mutant> = []
  const sound = new Map<string, number>()
  let tried = 0
  const against = (file: string): ReadonlyArray<string> =>
    [...related(file).slice(0, options.tests), file].map((name) => relative(copy.root, name))
  for (const mutant of choose(possible, options.seed, options.max)) {
    if (performance.now() > end) break
    const files = against(mutant.file)
    const seconds = sound.get(mutant.file) ?? await timeSound(copy.root, options.vitest, files)
    sound.set(mutant.file, seconds)
    const verdict = await tryMutant(mutant, () => runTests(copy.root, options.vitest, files, 20 + 4 * seconds))
    tried++
    const where = `${relative(copy.root, mutant.file)}:${mutant.line}`
    if (verdict === "survived") survivors.push(mutant)
    options.report(`${verdict.padEnd(9)} ${where}  ${mutant.description}`)
  }
  return { tried, possible: possible.length, survivors }
}

/** How long the tests take on the sound source. They must pass, or every mutant would seem to be found. */
const timeSound = async (root: string, vitest: string, files: ReadonlyArray<string>): Promise<number> => {
  const start = performance.now()
  const verdict = await runTests(root, vitest, files, 600)
  if (verdict !== "survived") throw new Error(`The tests do not pass without a mutant: ${files.join(", ")}`)
  return (performance.now() - start) / 1000
}

const tryMutant = async (mutant: Mutant, run: () => Promise<Verdict>): Promise<Verdict> => {
  const sound = readFileSync(mutant.file, "utf8")
  writeFileSync(mutant.file, apply(sound, mutant))
  try {
    return await run()
  } finally {
    writeFileSync(mutant.file, sound)
  }
}

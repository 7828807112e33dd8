/** Checks how heavy the libraries are: what a browser or an edge worker bundles, and what the published bundles load at the start. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

/** The most that each may weigh, minified and compressed, in kB. Raise a number only with its reason in the commit. */
const limits = {
  "core: retry, describe": 55,
  "core: classify, retry, describe": 79,
  "core and adapter: classify, retry, fold": 83,
  "adopt, whole": 148,
  "wrap, whole": 141,
  "try, whole": 152,
  "adopt, as Node starts it": 75,
  "wrap, as Node starts it": 75,
  "try, as Node starts it": 79,
  "what Node compiles at the first failure": 85,
  promise: 116
}

const weigh = (code: string): number => gzipSync(code, { level: 9 }).length / 1000

/** Bundled by a user, from a fixture of the benchmarks. */
const bundled = async (root: string, fixture: string): Promise<number> => {
  const build = await rolldown({
    input: join(root, "bench/fixtures/bundles", fixture),
    platform: "browser",
    resolve: { conditionNames: ["errata-dist", "browser", "import", "default"] },
    logLevel: "silent"
  })
  const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false })
  await build.close()
  return weigh(output[0].code)
}

/** A published bundle, and the files that it imports before it does anything. */
const loaded = async (file: string, seen = new Set<string>()): Promise<number> => {
  if (seen.has(file)) return 0
  seen.add(file)
  const code = await readFile(file, "utf8")
  const imported = [...code.matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g)].map(([, path]) => join(file, "..", path!))
  let sum = weigh(code)
  for (const next of imported) sum += await loaded(next, seen)
  return sum
}

/** Needs both libraries built. */
export const checkSizes = async (root: string): Promise<void> => {
  const published = (library: string, name: string) =>
    loaded(join(root, "packages", library, "dist/bundled", `${name}.js`))
  const sizes: { readonly [name in keyof typeof limits]: number } = {
    "core: retry, describe": await bundled(root, "core.ts"),
    "core: classify, retry, describe": await bundled(root, "classifier.ts"),
    "core and adapter: classify, retry, fold": await bundled(root, "fold.ts"),
    "adopt, whole": await published("mcp-adapter", "adopt"),
    "wrap, whole": await published("mcp-adapter", "wrap"),
    "try, whole": await published("mcp-adapter", "try"),
    "adopt, as Node starts it": await published("mcp-adapter", "node/adopt"),
    "wrap, as Node starts it": await published("mcp-adapter", "node/wrap"),
    "try, as Node starts it": await published("mcp-adapter", "node/try"),
    "what Node compiles at the first failure": await published("mcp-adapter", "node/later"),
    promise: await published("core", "promise")
  }
  const lines = Object.entries(limits).map(([name, limit]) => {
    const size = sizes[name as keyof typeof limits]
    return `${name}: ${size.toFixed(1)} kB of ${limit}${size > limit ? ": too heavy" : ""}`
  })
  console.log(lines.join("\n"))
  assert.ok(lines.every((line) => !line.endsWith("too heavy")), "something is heavier than it may be")
}

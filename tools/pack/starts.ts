/**
 * Checks what servers load when they start, beside what they would load without us: each file costs, and what a start needs not must
 * not come back unseen. The list stands in `tools/fixtures/pack/starts.json`.
 */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { cp, readFile } from "node:fs/promises"
import { join } from "node:path"

interface Start {
  readonly server: string
  /** The same server without us. */
  readonly base: string
  /** What is imported before the server. */
  readonly first?: string
}

const starts: Readonly<Record<string, Start>> = {
  register: { server: "errata.mjs", base: "effect.mjs" },
  adopt: { server: "adopt.mjs", base: "sdk.mjs" },
  wrap: { server: "wrap.mjs", base: "sdk.mjs" },
  try: { server: "sdk.mjs", base: "sdk.mjs", first: "@errata/mcp-adapter/try" }
}

/** Chunks of bundles have no names of their own. */
const numbered = /\/engine\d+\.js$/

const loadedBy = (project: string, ...args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ["loaded.mjs", ...args], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, ERRATA_TRY_REPORT: join(project, "report.txt") }
  })
  assert.equal(status, 0, stderr)
  const urls = JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as ReadonlyArray<string>
  return urls.filter((url) => url.includes("/node_modules/")).map((url) =>
    url.replace(/^.*\/node_modules\//, "").replace(numbered, "/engine.js")
  )
}

/** In a project that has an SDK, zod, effect and both libraries. */
export const checkStarts = async (root: string, project: string): Promise<void> => {
  await cp(join(root, "bench/fixtures/servers"), project, { recursive: true })
  await cp(join(root, "tools/fixtures/pack/loaded.mjs"), join(project, "loaded.mjs"))
  const found = Object.entries(starts).map(([name, { base, first, server }]) => {
    const without = new Set(loadedBy(project, base))
    const added = loadedBy(project, server, ...first === undefined ? [] : [first]).filter((file) => !without.has(file))
    return [name, [...added].sort()] as const
  })
  const file = join(root, "tools/fixtures/pack/starts.json")
  const told = JSON.stringify(Object.fromEntries(found), null, 2)
  const expected: unknown = JSON.parse(await readFile(file, "utf8"))
  assert.deepEqual(Object.fromEntries(found), expected, `a start loads other files than ${file} says:\n${told}`)
  for (const [name, files] of found) console.log(`${name} loads ${files.length} files`)
}

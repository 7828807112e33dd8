/**
 * Checks what will be published: packs both libraries, lints the tarballs, and walks with them as a newcomer would, in empty
 * projects with npm: the README word for word, the first programs of the guides, the starter, an old server adopted.
 *
 *     node tools/pack-check.ts
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { walkThroughRuntimes } from "./pack/runtimes.ts"
import { checkSizes } from "./pack/sizes.ts"
import { checkStarts } from "./pack/starts.ts"
import { lintTarballs, makeTarballs } from "./pack/tarballs.ts"
import {
  newest,
  oldest,
  type Walk,
  walkThroughAdoption,
  walkThroughBare,
  walkThroughDocuments,
  walkThroughReadme,
  walkThroughStarter
} from "./pack/walks.ts"

const root = join(import.meta.dirname, "..")
const folder = await mkdtemp(join(tmpdir(), "errata-pack-"))

const timed = async (name: string, run: () => Promise<unknown>): Promise<void> => {
  const start = performance.now()
  await run()
  console.log(`--- ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

try {
  const tarballs: Array<string> = []
  await timed("tarballs", async () => tarballs.push(...await makeTarballs(root, folder)))
  await timed("lint", async () => lintTarballs(root, tarballs))
  await timed("sizes", () => checkSizes(root))
  const compilers = [join(root, "node_modules/typescript"), join(root, "test/types/node_modules/typescript-5")]
  const walk: Walk = { root, folder, tarballs, compilers }
  await timed("nothing but an SDK", () => walkThroughBare(walk))
  await timed("README", () => walkThroughReadme(walk))
  await timed("newest peers", async () => walkThroughDocuments(walk, await newest(root)))
  await timed("starts", () => checkStarts(root, join(folder, "newest")))
  await timed("oldest peers", () => walkThroughDocuments(walk, oldest))
  await timed("starter, oldest peers", () => walkThroughStarter(walk, oldest))
  await timed("starter", async () => walkThroughStarter(walk, await newest(root)))
  await timed("other runtimes", () => walkThroughRuntimes(root, join(folder, "starter")))
  await timed("adoption of SDK 1.10", () => walkThroughAdoption(walk))
} finally {
  await rm(folder, { recursive: true, force: true })
}

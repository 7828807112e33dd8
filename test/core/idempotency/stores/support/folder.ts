import { randomUUID } from "node:crypto"
import { mkdirSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"

/** Makes a folder for the tests of a file, which comes and goes with them: where they are only listed, nothing is left behind. */
export const temporaryFolder = (): { readonly path: string } => {
  const path = join(tmpdir(), `errata-store-${randomUUID()}`)
  beforeAll(() => {
    mkdirSync(path)
  })
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return { path }
}

/** Lists the databases in a folder. */
export const listed = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => name.endsWith(".sqlite"))

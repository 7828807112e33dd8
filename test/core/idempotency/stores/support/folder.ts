import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

/** Makes a folder for the tests of a file, which goes with them. */
export const temporaryFolder = (): { readonly path: string } => {
  const path = mkdtempSync(join(tmpdir(), "errata-store-"))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return { path }
}

/** Lists the databases in a folder. */
export const listed = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => name.endsWith(".sqlite"))

import { execFile } from "node:child_process"
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, describe, expect, it } from "vitest"

/** What the document says was measured is what the records say, and nothing that somebody typed. */

const root = join(import.meta.dirname, "../..")
const folders: Array<string> = []

const run = promisify(execFile)

/** A copy of what the check reads. */
const copy = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "errata-performance-"))
  folders.push(folder)
  await cp(join(root, "bench"), join(folder, "bench"), {
    recursive: true,
    filter: (source) => !source.includes("node_modules")
  })
  await symlink(join(root, "bench/node_modules"), join(folder, "bench/node_modules"))
  await copyFile(join(root, "package.json"), join(folder, "package.json"))
  await cp(join(root, "docs/performance.md"), join(folder, "docs/performance.md"))
  return folder
}

const check = async (folder: string): Promise<string> =>
  run(process.execPath, [join(folder, "bench/document.ts"), "--check"]).then(
    () => "agrees",
    (error: { readonly stderr: string }) => error.stderr
  )

describe("docs/performance.md", () => {
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  it("says what the records say", async () => {
    expect(await check(await copy())).toBe("agrees")
  })

  it("has a row for every goal, measured or not", async () => {
    const text = await readFile(join(root, "docs/performance.md"), "utf8")
    const numbers = Array.from({ length: 16 }, (_, i) => `P${i + 1}`).filter((number) => number !== "P13")
    for (const number of [...numbers, "P1b"]) expect(text).toContain(`\n| ${number} | `)
  })

  it("says of a goal without a record that it was not measured", async () => {
    const folder = await copy()
    await rm(join(folder, "bench/results"), { recursive: true })
    await mkdir(join(folder, "bench/results"))
    await run(process.execPath, [join(folder, "bench/document.ts")])
    const text = await readFile(join(folder, "docs/performance.md"), "utf8")
    expect(text).toContain("| P14 | Bundle, min+gzip |  |  |  | 36 kB |  | not measured |")
    expect(text).not.toMatch(/\| (?:met|missed|void) \|/)
    expect(await check(folder)).toBe("agrees")
  })

  it("would not if a figure was typed", async () => {
    const folder = await copy()
    const file = join(folder, "docs/performance.md")
    const text = await readFile(file, "utf8")
    await writeFile(file, text.replace("<!-- records: end -->", "| P1 | 1.00 |\n<!-- records: end -->"))
    expect(await check(folder)).toContain("is not what the records say")
  })
})

/** docs/coverage.md names tests that exist, and no test file that matters is missing from it unnoticed. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const page = readFileSync(new URL("../../docs/coverage.md", import.meta.url), "utf8")
const named = [...page.matchAll(/`([\w./-]+\.(?:test|tst)\.ts)`/g)].map((match) => match[1]!)
const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

describe("docs/coverage.md", () => {
  it("names tests", () => {
    expect(named.length).toBeGreaterThan(40)
  })

  it.each([...new Set(named.filter((name) => name !== "docs/coverage.test.ts"))])(
    "names a test that exists: %s",
    (name) => {
      expect(existsSync(pathOf(name))).toBe(true)
    }
  )

  it("has something for every row", () => {
    const rows = page.split("\n").filter((line) =>
      line.startsWith("| ") && !line.includes("---") && !line.endsWith("tests |")
    )
    expect(rows.filter((row) => !row.includes(".ts`") && !row.includes("*later*") && !row.includes("every file above")))
      .toEqual([])
  })
})

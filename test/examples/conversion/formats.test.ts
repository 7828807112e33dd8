import { assert, describe, it } from "@effect/vitest"
import * as formats from "@errata/examples/documents/conversion/formats"
import { samplePaths } from "./fixtures/samples.ts"

describe("formats", () => {
  it.each([
    ["report.md", "markdown"],
    ["a/b/report.MARKDOWN", "markdown"],
    ["page.htm", "html"],
    ["page.html", "html"],
    ["data.v2.csv", "csv"],
    ["catalogue.JSON", "json"],
    ["note.txt", "text"],
    ["census.pdf", "pdf"],
    ["letters/Übersicht über Ärger – März.docx", "docx"],
    ["c:\\letters\\note.txt", "text"]
  ])("%s is %s", (path, format) => {
    assert.strictEqual(formats.formatOf(path), format)
  })

  it.each([
    "",
    "README",
    ".md",
    "folder.md/file",
    "folder.md/",
    "archive.zip",
    "note.",
    "note.txt ",
    "__proto__",
    "a.constructor"
  ])(
    "%j has no format",
    (path) => {
      assert.strictEqual(formats.formatOf(path), undefined)
    }
  )

  it("knows every sample", () => {
    assert.deepStrictEqual(samplePaths.filter((path) => formats.formatOf(path) === undefined), [])
  })

  it("copies every target format that can be a source", () => {
    for (const format of formats.targetFormats) assert.isTrue(formats.isSupported(format, format))
  })

  it("refuses what would be a guess", () => {
    const refused = formats.sourceFormats.flatMap((from) =>
      formats.targetFormats.filter((to) => !formats.isSupported(from, to)).map((to) => `${from} -> ${to}`)
    )
    assert.deepStrictEqual(refused, ["html -> json", "text -> json", "docx -> json"])
  })

  it("names the file of each target", () => {
    for (const format of formats.targetFormats) {
      assert.strictEqual(formats.formatOf(`x${formats.extensionOf(format)}`), format)
    }
  })
})

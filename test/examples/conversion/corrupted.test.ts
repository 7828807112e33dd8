import { assert, describe, it } from "@effect/vitest"
import {
  SourceCorrupted,
  SourceTooLarge,
  SourceUnsupported
} from "@errata/examples/documents/conversion/ConversionError"
import * as formats from "@errata/examples/documents/conversion/formats"
import * as limits from "@errata/examples/documents/conversion/limits"
import { archive, wordDocument } from "./fixtures/archive.ts"
import { convert } from "./fixtures/outputs.ts"
import { bytes, sample, samplePaths } from "./fixtures/samples.ts"

const rejection = async (
  source: Uint8Array,
  from: formats.SourceFormat,
  to: formats.TargetFormat
): Promise<SourceCorrupted | SourceTooLarge | SourceUnsupported> => {
  const error: unknown = await convert(source, from, to).then(
    (output) => assert.fail(`converted to ${output.slice(0, 200)}`),
    (error: unknown) => error
  )
  if (error instanceof SourceCorrupted || error instanceof SourceTooLarge || error instanceof SourceUnsupported) {
    return error
  }
  throw error
}

const reasonOf = async (
  source: Uint8Array | string,
  from: formats.SourceFormat,
  to: formats.TargetFormat = "text"
): Promise<string> => (await rejection(typeof source === "string" ? bytes(source) : source, from, to)).message

const broken: { readonly [path: string]: string } = {
  "broken/blank.json": "The file is empty, but a JSON value is expected.",
  "broken/cut-off-census.pdf": "The PDF has no end mark, so it was cut off.",
  "broken/dropped-comma.json": "The JSON is malformed at line 4, column 3: a comma is expected.",
  "broken/old-encoding.txt":
    "The text is not valid UTF-8; it seems to be in an encoding such as Shift_JIS, GB18030 or Big5: save it as UTF-8.",
  "broken/ragged-orders.csv": "The record that ends on line 3 has more or fewer fields than the header.",
  "broken/renamed-letter.docx": "The file is not a readable ZIP archive, so it is not a DOCX."
}

describe("corrupted sources", () => {
  it("has an expectation for every broken sample", () => {
    assert.deepStrictEqual(Object.keys(broken), samplePaths.filter((path) => path.startsWith("broken/")))
  })

  for (const [path, reason] of Object.entries(broken)) {
    const from = formats.formatOf(path)!
    for (const to of formats.supportedTargets(from)) {
      it(`${path} -> ${to}`, async () => {
        const error = await rejection(sample(path), from, to)
        assert.strictEqual(error._tag, "SourceCorrupted")
        assert.strictEqual(error.format, from)
        assert.strictEqual(error.message, reason)
      })
    }
  }

  describe("text formats", () => {
    it.each(["markdown", "html", "csv", "json", "text"] as const)("%s: invalid UTF-8 is not repaired", async (from) => {
      const source = new Uint8Array([...bytes("a,b\n1,"), 0xc3, 0x28, 0x0a])
      for (const to of formats.supportedTargets(from)) {
        assert.strictEqual(await reasonOf(source, from, to), "The text is not valid UTF-8.")
      }
    })

    it("tells a binary file by its NUL characters", async () => {
      assert.strictEqual(
        await reasonOf("PK\0\0", "text"),
        "The file contains NUL characters, so it is not a text file."
      )
    })

    it("takes an empty file for an empty text", async () => {
      assert.strictEqual(await convert(new Uint8Array(), "text", "text"), "")
      assert.strictEqual(await convert(new Uint8Array(), "markdown", "markdown"), "")
      assert.include(await convert(new Uint8Array(), "markdown", "html"), "<body>\n\n</body>")
    })
  })

  describe("JSON", () => {
    it.each([
      ["{\"a\": }", "line 1, column 7: a value is expected"],
      ["{\"a\": 1,}", "line 1, column 9: a property name is expected"],
      ["[1, 2", "line 1, column 6: a closing bracket is expected"],
      ["{\n\n  \"a\": \"x\n}", "line 3, column 10: a string is not closed"],
      ["[1] [2]", "line 1, column 5: the document is expected to end"],
      ["// errata\n1", "line 1, column 1: comments are not allowed"],
      ["{a: 1}", "line 1, column 2: this is not JSON"],
      ["NaN", "line 1, column 1: this is not JSON"]
    ])("%j", async (text, complaint) => {
      assert.strictEqual(await reasonOf(text, "json"), `The JSON is malformed at ${complaint}.`)
    })

    it("reads any valid value", async () => {
      for (const text of ["null", "0", "\"x\"", "[]", "{}", "[{}]", "[null]", "[[1]]"]) {
        for (const to of formats.supportedTargets("json")) await convert(bytes(text), "json", to)
      }
    })

    it("keeps the digits of numbers", async () => {
      const source = bytes("[{\"id\": 12345678901234567890, \"amount\": 1.50, \"tiny\": -1e-400}]")
      assert.include(await convert(source, "json", "markdown"), "| 12345678901234567890 | 1.50 | -1e-400 |")
      assert.include(await convert(source, "json", "text"), "\"id\": 12345678901234567890,\n    \"amount\": 1.50,")
    })

    it("survives nesting that no reader would", async () => {
      const depth = 200_000
      assert.strictEqual(
        await reasonOf("[".repeat(depth) + "]".repeat(depth), "json"),
        "The document is nested too deeply."
      )
      await rejection(bytes("[".repeat(depth)), "json", "text")
    })

    it("does not trip over __proto__", async () => {
      const table = await convert(bytes("[{\"__proto__\": 1, \"a\": 2}]"), "json", "markdown")
      assert.strictEqual(table, "| \\_\\_proto\\_\\_ | a |\n| --- | --- |\n| 1 | 2 |\n")
    })
  })

  describe("CSV", () => {
    it.each([
      ["", "The file is empty, but a header line is expected."],
      ["\n\n", "The file is empty, but a header line is expected."],
      ["a,b\n1\n", "The record that ends on line 2 has more or fewer fields than the header."],
      ["a,b\n1,2\n\"3,4\n5,6\n", "A quoted field is never closed; the file ends on line 4."]
    ])("%j", async (text, reason) => {
      assert.strictEqual(await reasonOf(text, "csv"), reason)
    })

    it("wants unique names only where they become keys", async () => {
      assert.strictEqual(await reasonOf("a,a\n1,2\n", "csv", "json"), "Two columns have the same name.")
      assert.strictEqual(await convert(bytes("a,a\n1,2\n"), "csv", "text"), "a  a\n1  2\n")
    })

    it("does not trip over __proto__", async () => {
      assert.strictEqual(
        await convert(bytes("__proto__,a\n1,2\n"), "csv", "json"),
        "[\n  {\n    \"__proto__\": \"1\",\n    \"a\": \"2\"\n  }\n]\n"
      )
    })

    it("converts five megabytes", async () => {
      const rows = 60_000
      const lines = Array.from(
        { length: rows },
        (_, row) => `E-${row},2026-03-02,"Quill, Agatha","The ""Wicked"" Almanac, state ${row}",45.50,"two\nlines"`
      )
      const source = bytes(`id,date,customer,title,amount,note\n${lines.join("\n")}\n`)
      assert.isAbove(source.length, 5_000_000)
      const orders = JSON.parse(await convert(source, "csv", "json")) as ReadonlyArray<{ readonly title: string }>
      assert.lengthOf(orders, rows)
      assert.strictEqual(orders.at(-1)?.title, `The "Wicked" Almanac, state ${rows - 1}`)
      for (const to of ["html", "markdown", "text"] as const) {
        assert.include(await convert(source, "csv", to), `Almanac, state ${rows - 1}`)
      }
    }, 60_000)
  })

  describe("PDF", () => {
    const census = sample("reports/misprint-census.pdf")

    it.each([
      ["", "The file is empty."],
      ["not a PDF\n%%EOF", "The file is not a PDF."],
      ["%PDF-1.7\n", "The PDF has no end mark, so it was cut off."],
      ["%PDF-1.7\n%%EOF", "The structure of the PDF cannot be read."]
    ])("%j", async (text, reason) => {
      assert.strictEqual(await reasonOf(text, "pdf"), reason)
    })

    it("is refused wherever it was cut off", async () => {
      for (let length = census.length - 8; length > 0; length -= 97) {
        assert.strictEqual((await rejection(census.subarray(0, length), "pdf", "text"))._tag, "SourceCorrupted")
      }
    })

    it("has a limit for pages", async () => {
      const pages = limits.maxPdfPages + 1
      const numbers = Array.from({ length: pages }, (_, page) => page + 3)
      const file = `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Count ${pages} /MediaBox [0 0 9 9] /Kids [${
        numbers.map((n) => `${n} 0 R`).join(" ")
      }] >> endobj
${numbers.map((n) => `${n} 0 obj << /Type /Page /Parent 2 0 R >> endobj`).join("\n")}
trailer << /Size ${pages + 3} /Root 1 0 R >>
%%EOF`
      const error = await rejection(bytes(file), "pdf", "text")
      assert.strictEqual(error._tag, "SourceTooLarge")
      assert.strictEqual(error.message, "At most 5000 pages are converted.")
    })
  })

  describe("DOCX", () => {
    const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`

    it("reads a minimal document", async () => {
      assert.strictEqual(await convert(wordDocument(paragraph("Bolt")), "docx", "text"), "Bolt\n")
    })

    it.each([
      ["no file", new Uint8Array(), "The file is empty."],
      ["an empty archive", archive([]), "The archive holds no readable Word document."],
      [
        "another archive",
        archive([{ name: "book.xml", content: "<a/>" }]),
        "The archive holds no readable Word document."
      ],
      ["broken XML", wordDocument("<w:p><w:r>"), "The archive holds no readable Word document."]
    ])("%s", async (_, source, reason) => {
      assert.strictEqual(await reasonOf(source, "docx"), reason)
    })

    it("is refused wherever it was cut off", async () => {
      const apology = sample("letters/apology-to-subscribers.docx")
      for (let length = apology.length - 30; length > 0; length -= 499) {
        assert.strictEqual((await rejection(apology.subarray(0, length), "docx", "text"))._tag, "SourceCorrupted")
      }
    })

    it("is not inflated beyond a limit", async () => {
      const bomb = archive([{ name: "word/document.xml", content: new Uint8Array(limits.maxDocxBytes + 1) }])
      assert.isBelow(bomb.length, 1_000_000)
      assert.strictEqual((await rejection(bomb, "docx", "text"))._tag, "SourceTooLarge")
    })

    it("is not inflated beyond what it claims", async () => {
      const liar = archive([{ name: "word/document.xml", content: new Uint8Array(64 * 1024 * 1024), claimedSize: 100 }])
      const before = process.memoryUsage().arrayBuffers
      assert.strictEqual((await rejection(liar, "docx", "text"))._tag, "SourceCorrupted")
      assert.isBelow(process.memoryUsage().arrayBuffers - before, 16 * 1024 * 1024)
    })

    it("survives nesting that no writer would", async () => {
      const depth = 50_000
      const nested = "<w:sdt><w:sdtContent>".repeat(depth) + "</w:sdtContent></w:sdt>".repeat(depth)
      const error = await rejection(wordDocument(nested), "docx", "text")
      assert.strictEqual(error._tag, "SourceCorrupted")
    })
  })
})

describe("HTML that is handed on", () => {
  it("shows raw HTML of Markdown instead of obeying it", async () => {
    const html = await convert(
      bytes("# <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n\nin <b onclick=alert(1)>line</b>\n"),
      "markdown",
      "html"
    )
    assert.notMatch(html, /<(script|img|b)\b/)
    assert.include(html, "&lt;script&gt;alert(1)&lt;/script&gt;")
  })

  const unsafe = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#10;script:alert(1)",
    "data:text/html,x",
    "vbscript:x"
  ]

  it.each([...unsafe, "&#x6a;avascript:alert(1)", "javascript&colon;alert(1)", "java&Tab;script:alert(1)"])(
    "drops %s from Markdown",
    async (url) => {
      const html = await convert(bytes(`[a link](${url}) ![a picture](${url}) <${url}>`), "markdown", "html")
      assert.notMatch(html, /(href|src)=/)
      assert.include(html, "a link")
      assert.include(html, "a picture")
    }
  )

  it.each(unsafe)("drops %s from DOCX", async (url) => {
    const link = "<w:p><w:hyperlink r:id=\"link\"><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p>"
    const html = await convert(wordDocument(link, url), "docx", "html")
    assert.notMatch(html, /href="[^"]/)
    assert.include(html, "a link")
  })

  it("does not let a DOCX smuggle an entity into an attribute", async () => {
    const link = "<w:p><w:hyperlink r:id=\"link\"><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p>"
    const html = await convert(wordDocument(link, "javascript&amp;colon;alert(1)"), "docx", "html")
    assert.include(html, "href=\"javascript&amp;colon;alert(1)\"")
  })

  it.each(["https://errata.example/?a=b:c", "mailto:bolt@example.org", "report.md", "#top", "/a:b", "../x"])(
    "keeps %s",
    async (url) => {
      assert.include(await convert(bytes(`[a link](${url})`), "markdown", "html"), `href="${url}"`)
    }
  )

  it("escapes what comes from CSV, JSON and text", async () => {
    const script = "<script>alert(1)</script>"
    assert.notInclude(await convert(bytes(`a\n${script}\n`), "csv", "html"), script)
    assert.notInclude(await convert(bytes(JSON.stringify([{ [script]: script }])), "json", "html"), script)
    assert.notInclude(await convert(bytes(JSON.stringify([[script]])), "json", "html"), script)
    assert.notInclude(await convert(bytes(script), "text", "html"), script)
    assert.notInclude(await convert(bytes(`# ${script}`), "markdown", "html"), script)
  })
})

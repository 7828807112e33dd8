import { assert, describe, it } from "@effect/vitest"
import * as formats from "@errata/examples/documents/conversion/formats"
import { convert } from "./fixtures/outputs.ts"
import { sample } from "./fixtures/samples.ts"

interface Case {
  readonly path: string
  readonly to: formats.TargetFormat
  readonly has?: ReadonlyArray<string>
  readonly lacks?: ReadonlyArray<string>
  readonly json?: (value: never) => void
}

const report = "reports/annual-report.md"
const page = "reports/wicked-bible.html"
const census = "reports/misprint-census.pdf"
const apology = "letters/apology-to-subscribers.docx"
const letter = "letters/to-the-compositor.txt"
const umlauts = "letters/Übersicht über Ärger – März.md"

const cases: ReadonlyArray<Case> = [
  {
    path: report,
    to: "html",
    has: [
      "<title>Annual Report of the Errata Office</title>",
      "<h2>What went wrong</h2>",
      "<strong>four quarters</strong>",
      "<td align=\"right\">412</td>",
      "<blockquote>",
      "<li><input checked=\"\" disabled=\"\" type=\"checkbox\"> Buy a larger magnifying glass</li>",
      "<pre><code class=\"language-text\">first reader   -&gt; finds the error",
      "<a href=\"misprint-census.pdf\">census of misprints</a>"
    ]
  },
  {
    path: report,
    to: "text",
    has: [
      "Annual Report of the Errata Office\n\nFor the year",
      "First     412               409         3",
      " 1. The word public lost a letter",
      "second reader  -> finds the error in the correction"
    ],
    lacks: ["**", "| ", "```", "<", "##"]
  },
  {
    path: report,
    to: "json",
    json: (outline: { sections: Array<{ level: number; heading: string; markdown: string }> }) => {
      assert.deepStrictEqual(
        outline.sections.map(({ heading, level }) => [level, heading]),
        [
          [1, "Annual Report of the Errata Office"],
          [2, "Summary"],
          [2, "What went wrong"],
          [3, "A rule that worked"],
          [2, "What comes next"]
        ]
      )
      assert.include(outline.sections[1]?.markdown, "| Fourth  |             467 |")
    }
  },
  { path: report, to: "markdown", has: ["# Annual Report of the Errata Office\n\n*For the year"] },
  { path: umlauts, to: "html", has: ["<td>„Straße“ ohne ß</td>", "☕"] },
  { path: page, to: "html", has: ["<!DOCTYPE html>\n<html lang=\"en\">", "<script>"] },
  {
    path: page,
    to: "text",
    has: ["The Wicked Bible\n\nIn 1631", " * a fine of £300", "Vinegar Bible     1717"],
    lacks: ["console.log", "font-family", "<", "&amp;", "other small words"]
  },
  {
    path: page,
    to: "markdown",
    has: [
      "# The Wicked Bible\n",
      "_one word of three letters_",
      "-   the licence to print",
      "| Vinegar Bible | 1717 |",
      "`not`",
      "[Our report](annual-report.md)"
    ],
    lacks: ["console.log", "font-family", "<p>", "other small words"]
  },
  {
    path: "data/orders.csv",
    to: "html",
    has: [
      "<th>customer</th>",
      "<td>Proof &amp; Sons</td>",
      "&quot;as if it were correct&quot;",
      "on Monday.<br>Second line"
    ]
  },
  {
    path: "data/orders.csv",
    to: "text",
    has: [
      "id      date        customer       title                             amount  note\n",
      "E-1004  2026-03-09  Müller Nachf.  Ärger im Setzkasten               23.90   Umlauts, please, and no \"ae\"\n",
      "on Monday. Second line"
    ]
  },
  {
    path: "data/orders.csv",
    to: "json",
    json: (orders: Array<Record<string, string>>) => {
      assert.lengthOf(orders, 5)
      assert.deepStrictEqual(orders[2], {
        id: "E-1003",
        date: "2026-03-05",
        customer: "Bodkin, Ivo",
        title: "A Dictionary of Slips",
        amount: "80.25",
        note: "First line: deliver on Monday.\nSecond line: if Monday is misprinted, deliver on Tuesday."
      })
    }
  },
  {
    path: "data/orders.csv",
    to: "markdown",
    has: ["| --- | --- | --- | --- | --- | --- |\n", "on Monday.<br>Second line", "The one with the \\| in the title"]
  },
  { path: "data/catalogue.json", to: "html", has: ["<pre><code>{\n  &quot;catalogue&quot;"] },
  { path: "data/catalogue.json", to: "text", has: ["{\n  \"catalogue\": \"Rare and regrettable misprints\",\n"] },
  { path: "data/catalogue.json", to: "markdown", has: ["```json\n{\n  \"catalogue\"", "\n}\n```\n"] },
  {
    path: "data/catalogue.json",
    to: "json",
    json: (catalogue: { shelves: Array<unknown> }) => assert.lengthOf(catalogue.shelves, 2)
  },
  { path: "data/orders.json", to: "html", has: ["<th>amount</th>", "<td>Ärger im Setzkasten</td><td>23.9</td>"] },
  { path: "data/orders.json", to: "markdown", has: ["| id | date | customer | title | amount |\n| --- |"] },
  {
    path: letter,
    to: "html",
    has: ["<p>Dear Sir,</p>", "My name is Bolt.<br>\nI have", "E. Bolt &lt;bolt@example.org&gt;"]
  },
  { path: letter, to: "text", has: ["E. Bolt <bolt@example.org>\n"] },
  { path: letter, to: "markdown", has: ["Dear Sir,\n\nyou have", "My name is Bolt.  \nI have", "2 \\* 3 is 6"] },
  {
    path: census,
    to: "html",
    has: [
      "<title>A Census of Misprints</title>",
      "<h2>Page 2</h2>",
      "“trial” became “trail”, and a<br>\ncourt reporter went hiking."
    ]
  },
  { path: census, to: "text", has: ["A Census of Misprints\n", "their authors.\n\fConclusions\n", "or 2072.\n"] },
  { path: census, to: "markdown", has: ["## Page 1\n\nA Census of Misprints", "3\\. Corrections should be shorter"] },
  {
    path: census,
    to: "json",
    json: (pdf: { title: string; page_count: number; pages: Array<{ page: number; text: string }> }) => {
      assert.strictEqual(pdf.title, "A Census of Misprints")
      assert.strictEqual(pdf.page_count, 2)
      assert.deepStrictEqual(pdf.pages.map(({ page }) => page), [1, 2])
      assert.isTrue(pdf.pages[1]?.text.startsWith("Conclusions\n1. No book is without fault"))
    }
  },
  {
    path: apology,
    to: "html",
    has: [
      "<h1>An Apology to Our Subscribers</h1>",
      "<strong>death</strong>",
      "<ul><li>The copy was read aloud over the telephone.</li>",
      "<ol><li>Ask twice.</li>",
      "<td><p>a correction on page one</p></td>",
      "<a href=\"https://errata.example/complaints\">our counter</a>"
    ],
    lacks: ["<img", "base64"]
  },
  {
    path: apology,
    to: "text",
    has: ["We meant his debt,", " * Nobody wished to ask twice.", "Mrs. Bolt   a cake                     1"],
    lacks: ["<", "**"]
  },
  {
    path: apology,
    to: "markdown",
    has: [
      "## What we owe\n",
      "_debt_",
      "1.  Ask twice.\n2.  Then read it back.",
      "| Mr. Bolt | a correction on page one |"
    ]
  }
]

describe("convert", () => {
  for (const { path, to, ...expected } of cases) {
    it(`${path} -> ${to}`, async () => {
      const output = await convert(sample(path), formats.formatOf(path)!, to)
      for (const part of expected.has ?? []) assert.include(output, part)
      for (const part of expected.lacks ?? []) assert.notInclude(output, part)
      expected.json?.(JSON.parse(output) as never)
    })
  }

  it("is tested for every pair that is supported", () => {
    const tested = new Set(cases.map(({ path, to }) => `${formats.formatOf(path)} -> ${to}`))
    const supported = formats.sourceFormats.flatMap((from) =>
      formats.supportedTargets(from).map((to) => `${from} -> ${to}`)
    )
    assert.deepStrictEqual(supported.filter((pair) => !tested.has(pair)), [])
  })

  it("copies a format to itself to the letter, but for a byte order mark", async () => {
    const copies = [report, umlauts, page, letter, "data/catalogue.json"]
    for (const path of copies) {
      const format = formats.formatOf(path)!
      const output = await convert(sample(path), format, format as formats.TargetFormat)
      assert.deepStrictEqual(new TextEncoder().encode(output), sample(path))
    }
    const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode("Bolt")])
    assert.strictEqual(await convert(marked, "text", "text"), "Bolt")
  })

  it("leaves the bytes it was given alone", async () => {
    const source = sample(census)
    await convert(source, "pdf", "text")
    assert.deepStrictEqual(source, sample(census))
  })

  it("takes an unsupported pair for a mistake of its caller", async () => {
    const error = await convert(sample(apology), "docx", "json").catch((error: unknown) => error)
    assert.instanceOf(error, TypeError)
  })
})

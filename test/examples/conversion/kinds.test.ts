/**
 * Documents as they are in the world: other encodings, other delimiters, forms, scans, formulas, and tables that are large.
 */
import {
  SourceCorrupted,
  SourceTooLarge,
  SourceUnsupported
} from "@errata/examples/documents/conversion/ConversionError"
import * as Conversion from "@errata/examples/documents/conversion/convert"
import type { SourceFormat, TargetFormat } from "@errata/examples/documents/conversion/formats"
import * as limits from "@errata/examples/documents/conversion/limits"
import { PDFDocument } from "pdf-lib"
import { assert, describe, expect, it } from "vitest"
import { packed, page, pdf, show } from "../documents/fixtures/pdf.ts"
import { wordDocument } from "./fixtures/archive.ts"
import { bytes, sample } from "./fixtures/samples.ts"

const convert = async (source: Uint8Array | string, from: SourceFormat, to: TargetFormat = "text") =>
  await Conversion.convert(typeof source === "string" ? bytes(source) : source, from, to)

/** Says why a document is refused, and what to do about it. */
const refusal = async (source: Uint8Array | string, from: SourceFormat, to: TargetFormat = "text") => {
  const error: unknown = await convert(source, from, to).catch((error: unknown) => error)
  if (error instanceof SourceCorrupted) return { tag: error._tag, reason: error.reason }
  if (error instanceof SourceUnsupported) return { tag: error._tag, reason: error.reason, advice: error.advice }
  if (error instanceof SourceTooLarge) return { tag: error._tag, reason: error.message, advice: error.advice }
  throw error
}

const utf16 = (text: string, order: "le" | "be"): Uint8Array => {
  const encoded = Buffer.from(`\ufeff${text}`, "utf16le")
  return order === "le" ? encoded : encoded.swap16()
}

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"))

describe("encodings", () => {
  it.each(["le", "be"] as const)("UTF-16 with its mark is read (%s)", async (order) => {
    for (const from of ["csv", "html", "markdown", "text"] as const) {
      const { notes, output } = await convert(utf16("Grüße,Köln\n1,2\n", order), from)
      assert.include(output, "Grüße")
      assert.deepStrictEqual(notes, ["The text was read as UTF-16, as its byte order mark says."])
    }
  })

  it("UTF-16 without a mark is told, where its bytes could be ASCII and where they could not", async () => {
    const reason = "The text seems to be UTF-16 without a byte order mark: save it as UTF-8."
    for (const text of ["To the compositor of the morning edition", "Grüße aus Köln an alle"]) {
      for (const encoded of [Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16()]) {
        assert.deepStrictEqual(await refusal(encoded, "text"), { tag: "SourceCorrupted", reason })
      }
    }
  })

  it.each([
    ["Für Ärger über Umlaute: bitte läuten.\n", "Für Ärger"],
    ["name,town\nJosé,Córdoba\n", "José"],
    ["Il a reçu un \x93café\x94 \x96 très français.", "“café” – très"]
  ])("Windows-1252 is read with a note: %j", async (text, part) => {
    const { notes, output } = await convert(latin1(text), "csv", "text").catch(() => convert(latin1(text), "text"))
    assert.include(output, part)
    assert.include(notes, "The text is not UTF-8; it was read as Windows-1252, which it seems to be.")
  })

  it("damaged UTF-8 is not taken for Windows-1252", async () => {
    const damaged = new Uint8Array([...bytes("Grüße aus Köln "), 0xff, ...bytes("na"), 0xef, ...bytes("ve")])
    assert.deepStrictEqual(await refusal(damaged, "text"), {
      tag: "SourceCorrupted",
      reason: "The text is not valid UTF-8."
    })
  })

  it.each([
    ["Shift_JIS", "82b182cc90b38ceb955c82cc90b38ceb955c82c582b78142"],
    ["GB18030", "bfb1cef3b1edcac7bfb1cef3a1a3"],
    ["Big5", "b36fac4fa440a5bbb0c9bb7eaabaaed1a141bdd0aed5b9ef"],
    ["EUC-KR", "c1a4bfc0c7a5b4c220c1a4bfc0c7a5"]
  ])("%s without a word is told, not guessed", async (_, hex) => {
    const { reason } = await refusal(Buffer.from(hex, "hex"), "text")
    assert.match(reason, /seems to be in an encoding such as Shift_JIS, GB18030 or Big5: save it as UTF-8/)
  })

  it("an encoding that a page declares is read, and the copy declares what it is", async () => {
    const html = latin1("<html><head><meta charset=\"iso-8859-2\"></head><body><p>P\xf8\xedli\xb9</p></body></html>")
    const { notes, output } = await convert(html, "html", "text")
    assert.strictEqual(output, "Příliš\n")
    assert.deepStrictEqual(notes, ["The text was read as iso-8859-2, as the document says."])
    const copy = (await convert(html, "html", "html")).output
    assert.include(copy, "<meta charset=\"utf-8\">")
    assert.include(copy, "Příliš")
  })

  it.each([
    "<?xml version=\"1.0\" encoding=\"windows-1251\"?><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>",
    "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\"><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>"
  ])("an encoding may be declared as %j", async (html) => {
    assert.strictEqual((await convert(latin1(html), "html", "text")).output.trim(), "Привет")
  })
})

describe("CSV", () => {
  it("keeps the records where line ends differ", async () => {
    const { output } = await convert("name\r\nAda\nGrace\r\n\rHedy\r", "csv", "json")
    assert.deepStrictEqual(JSON.parse(output), [{ name: "Ada" }, { name: "Grace" }, { name: "Hedy" }])
  })

  it.each([
    ["semicolons", "id;amount\n1;2,50\n2;3,00\n"],
    ["tabs", "id\tamount\n1\t2,50\n2\t3,00\n"],
    ["bars", "id|amount\n1|2,50\n2|3,00\n"],
    ["semicolons", "sep=;\nid;amount\n1;2,50\n2;3,00\n"]
  ])("recognises %s: %j", async (name, text) => {
    const { notes, output } = await convert(text, "csv", "json")
    assert.deepStrictEqual(JSON.parse(output), [{ id: "1", amount: "2,50" }, { id: "2", amount: "3,00" }])
    assert.deepStrictEqual(notes, [`The fields were read as parted by ${name}.`])
  })

  it.each(["a,b;c\n1,2;3\n", "\"a;b\",c\n1,2\n", "a\n1;2\n", "a;b\n1\n"])("keeps to commas: %j", async (text) => {
    assert.deepStrictEqual((await convert(text, "csv", "text")).notes, [])
  })

  it("takes a quote inside a field for what it is", async () => {
    const { output } = await convert("size,name\n3.5\" x,disk\n\"a \"\"b\"\"\",c\n", "csv", "json")
    assert.deepStrictEqual(JSON.parse(output), [{ size: "3.5\" x", name: "disk" }, { size: "a \"b\"", name: "c" }])
  })

  it("calls columns without a name as the files server does", async () => {
    const { output } = await convert("id,,amount,\n1,2,3,4\n", "csv", "json")
    assert.deepStrictEqual(JSON.parse(output), [{ id: "1", column_2: "2", amount: "3", column_4: "4" }])
    assert.include((await convert("id,\n1,2\n", "csv", "markdown")).output, "| id | column\\_2 |")
  })

  it("says that a header is alone", async () => {
    for (const to of ["json", "markdown", "html", "text"] as const) {
      assert.deepStrictEqual((await convert("id,amount\n", "csv", to)).notes, ["The file has a header and no records."])
    }
  })
})

describe("JSON", () => {
  it("reads one value on each line", async () => {
    const { notes, output } = await convert("{\"a\":1}\n\n{\"a\":2}\r\n[3]", "json", "json")
    assert.deepStrictEqual(JSON.parse(output), [{ a: 1 }, { a: 2 }, [3]])
    assert.deepStrictEqual(notes, ["The file was read as JSON Lines: one value on each line, here as one array."])
  })

  it("says where one value on each line is malformed", async () => {
    assert.deepStrictEqual(await refusal("{\"a\":1}\n{\"a\":2}\n{\"a\" 3}\n", "json"), {
      tag: "SourceCorrupted",
      reason: "The file seems to be JSON Lines, and is malformed at line 3, column 6: a colon is expected."
    })
  })

  it.each([
    ["{\"a\": \"x\ty\"}", "line 1, column 9: a control character stands in a string"],
    ["{\"a\": \"xx\\q\"}", "line 1, column 10: the escape sequence is malformed"],
    ["{\"a\": \"xx\\u12g4\"}", "line 1, column 10: the escape sequence is malformed"],
    ["{\"a\":\n \"xx\ny\"}", "line 2, column 5: a string is not closed"],
    ["[\"abc", "line 1, column 6: a string is not closed"]
  ])("places what is wrong inside of a string where it is: %j", async (text, complaint) => {
    assert.strictEqual((await refusal(text, "json")).reason, `The JSON is malformed at ${complaint}.`)
  })

  it.each(["{\"a\":1,\"b\":{\"c\":1,\n\"c\":2}}", "[{\"x\":0},{\"c\":\":\",\n\"c\":2}]"])(
    "names a key that stands twice: %j",
    async (text) => {
      const { notes } = await convert(text, "json", "text")
      assert.deepStrictEqual(notes, ["The key \"c\" stands twice in one object (line 2); the last value counts."])
    }
  )

  it.each(["{\"a\":\"b:c\\\":\",\"d\":[{\"a\":1},{\"a\":2}]}", "[1,\":\",{}]", "{\"\":{\"\":1}}", "7"])(
    "says nothing of keys that stand once: %j",
    async (text) => assert.deepStrictEqual((await convert(text, "json", "text")).notes, [])
  )

  it("makes no table with a column for each record", async () => {
    const records = Array.from({ length: 1_001 }, (_, i) => ({ [`k${i}`]: i }))
    assert.match((await convert(JSON.stringify(records), "json", "markdown")).output, /^```json/)
    assert.match((await convert(JSON.stringify(records.slice(1)), "json", "markdown")).output, /^\| k1 \|/)
  })
})

describe("front matter", () => {
  const text = "---\ntitle: \"The Wicked Bible\"\ntags: [a, b]\n---\n# Heading\n\nBody\n"

  it("is data and no heading", async () => {
    const html = (await convert(text, "markdown", "html")).output
    assert.include(
      html,
      "<pre><code class=\"language-yaml\">title: &quot;The Wicked Bible&quot;\ntags: [a, b]</code></pre>"
    )
    assert.notInclude(html, "<h2>")
    assert.include(
      (await convert(text, "markdown", "text")).output,
      "title: \"The Wicked Bible\"\ntags: [a, b]\n\nHeading"
    )
    assert.deepStrictEqual(JSON.parse((await convert(text, "markdown", "json")).output), {
      front_matter: "title: \"The Wicked Bible\"\ntags: [a, b]",
      sections: [{ level: 1, heading: "Heading", markdown: "Body" }]
    })
    assert.strictEqual((await convert(text, "markdown", "markdown")).output, text)
  })

  it("gives a page its title where no heading does", async () => {
    const { output } = await convert("---\ntitle: 'Slips'\n---\nBody\n", "markdown", "html")
    assert.include(output, "<title>Slips</title>")
  })

  it.each(["---\n\nNo key here\n\n---\n", "# Heading\n\n---\na: b\n---\n", "---\na: b\n"])(
    "is not seen in %j",
    async (text) => {
      assert.notInclude((await convert(text, "markdown", "html")).output, "language-yaml")
    }
  )
})

describe("tables as Markdown", () => {
  const table = (rows: number): string =>
    `<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>${
      Array.from({ length: rows }, (_, i) => `<tr><td>${i}</td><td><b>x</b> | y<br>z</td></tr>`).join("\n")
    }</tbody></table>`

  it("take time that grows with their size, and no faster", async () => {
    const cost = async (rows: number): Promise<number> => {
      const html = table(rows)
      const before = process.cpuUsage()
      assert.lengthOf((await convert(html, "html", "markdown")).output.trim().split("\n"), rows + 2)
      return process.cpuUsage(before).user
    }
    await cost(200)
    // the square would be 64 times as much
    expect(await cost(4_000)).toBeLessThan(24 * await cost(500))
  })

  it("keep their cells", async () => {
    const { output } = await convert(
      "<p>before</p><table><caption>Cap</caption><tr><th>a</th><th colspan=\"2\">b | c</th></tr>" +
        "<tr><td><code>x|y</code></td><td></td><td><table><tr><td>in</td></tr></table></td></tr></table><p>after</p>",
      "html",
      "markdown"
    )
    assert.strictEqual(
      output,
      "before\n\nCap\n\n| a | b \\| c |  |\n| --- | --- | --- |\n" +
        "| `x\\|y` |  | \\|  \\|<br>\\| --- \\|<br>\\| in \\| |\n\nafter\n"
    )
  })

  it("without a header have an empty one", async () => {
    const { output } = await convert("<table><tr><td>1</td><td>2</td></tr></table>", "html", "markdown")
    assert.strictEqual(output, "|  |  |\n| --- | --- |\n| 1 | 2 |\n")
  })
})

describe("HTML", () => {
  it("that is nested too deeply is refused at once where it becomes Markdown", async () => {
    const reason = "The document is nested too deeply."
    const deep = "<div>".repeat(100_000)
    assert.deepStrictEqual(await refusal(deep, "html", "markdown"), { tag: "SourceCorrupted", reason })
    assert.strictEqual((await convert(`${"<div>".repeat(limits.maxHtmlDepth - 2)}x`, "html", "markdown")).output, "x\n")
  })

  it("whose elements are not closed is not nested", async () => {
    const { output } = await convert("<ul>" + "<li>x<p>y<br>".repeat(3_000), "html", "markdown")
    assert.lengthOf(output.match(/y/g)!, 3_000)
  })
})

describe("DOCX", () => {
  const m = "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\""
  const run = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`
  const paragraph = (formula: string): string =>
    `<w:p ${m}><w:r><w:t xml:space="preserve">The law: </w:t></w:r><m:oMath>${formula}</m:oMath>` +
    "<w:r><w:t xml:space=\"preserve\"> and no other.</w:t></w:r></w:p>"

  it.each([
    [run("E=m") + `<m:sSup><m:e>${run("c")}</m:e><m:sup>${run("2")}</m:sup></m:sSup>`, "E=mc^2"],
    [`<m:f><m:num>${run("a+b")}</m:num><m:den>${run("2")}</m:den></m:f>`, "(a+b)/2"],
    [`<m:rad><m:radPr/><m:deg/><m:e>${run("x")}</m:e></m:rad>`, "√(x)"],
    [
      `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${run("i=0")}</m:sub><m:sup>${run("n")}</m:sup><m:e>${
        run("i")
      }</m:e></m:nary>`,
      "∑_(i=0)^n i"
    ],
    [`<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>${run("x &lt; y")}</m:e></m:d>`, "[x < y]"],
    [
      `<m:m><m:mr><m:e>${run("1")}</m:e><m:e>${run("0")}</m:e></m:mr><m:mr><m:e>${run("0")}</m:e></m:mr></m:m>`,
      "[1, 0; 0]"
    ],
    [`<m:box><m:e>${run("kept")}</m:e></m:box>`, "kept"]
  ])("keeps a formula as text: %#", async (formula, text) => {
    const { notes, output } = await convert(wordDocument(paragraph(formula)), "docx", "text")
    assert.strictEqual(output, `The law: ${text} and no other.\n`)
    assert.deepStrictEqual(notes, ["1 formula became plain text."])
  })

  it("keeps a formula that stands alone", async () => {
    const alone = `<w:p ${m}><m:oMathPara><m:oMath>${run("a=b")}</m:oMath></m:oMathPara></w:p>`
    const { notes, output } = await convert(wordDocument(alone + alone), "docx", "text")
    assert.strictEqual(output, "a=b\n\na=b\n")
    assert.deepStrictEqual(notes, ["2 formulas became plain text."])
  })

  const box = (content: string): Uint8Array =>
    Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(504), Buffer.from(content, "utf16le")])

  it("with a password is not supported, and says what to do", async () => {
    assert.deepStrictEqual(await refusal(box("EncryptedPackage"), "docx"), {
      tag: "SourceUnsupported",
      reason: "The document is protected by a password.",
      advice: "Save it without a password and convert that"
    })
  })

  it("of an older Word is not supported, and says what to do", async () => {
    assert.deepStrictEqual(await refusal(box("WordDocument"), "docx"), {
      tag: "SourceUnsupported",
      reason: "The document is in the old binary format of Word.",
      advice: "Save it as .docx and convert that"
    })
  })

  it("says that pictures are left out", async () => {
    const { notes } = await convert(sample("letters/apology-to-subscribers.docx"), "docx", "text")
    assert.deepStrictEqual(notes, ["1 picture was left out."])
  })
})

describe("PDF", () => {
  const cidFont = (ordering: string, encoding: string): string =>
    `<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /${encoding} /DescendantFonts [<< /Type /Font /Subtype ` +
    `/CIDFontType0 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> ` +
    "/FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 " +
    "/Descent 0 /CapHeight 1 /StemV 1 >> >>] >>"

  it.each([
    ["Japan1", "UniJIS-UCS2-H", "<6b638aa48868>", "正誤表"],
    ["GB1", "UniGB-UCS2-H", "<52d88bef>", "勘误"],
    ["Japan1", "90ms-RKSJ-H", "<90b38ceb955c>", "正誤表"],
    ["CNS1", "ETen-B5-H", "<a4a4a4e5>", "中文"],
    ["Korea1", "KSCms-UHC-H", "<c1a4bfc0c7a5>", "정오표"]
  ])("keeps the text of CID fonts (%s, %s)", async (ordering, encoding, codes, text) => {
    const { output } = await convert(pdf(page(show(codes), { font: cidFont(ordering, encoding) })), "pdf", "text")
    assert.strictEqual(
      output.trim().normalize("NFKC"),
      text
    )
  })

  const picture = {
    dictionary: "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
    stream: "x"
  }
  const scan = pdf(
    page({ dictionary: "", stream: "/P Do" }, { page: "/Resources << /XObject << /P 6 0 R >> >>" }, picture)
  )

  it("of pictures only says so, and what to do", async () => {
    assert.deepStrictEqual(await refusal(scan, "pdf", "markdown"), {
      tag: "SourceUnsupported",
      reason: "The PDF holds pictures only, as scans do, and no text.",
      advice: "Run text recognition (OCR) on it and convert what comes out"
    })
  })

  it("of empty pages says so", async () => {
    assert.strictEqual(
      (await refusal(pdf(page({ dictionary: "", stream: "" })), "pdf")).reason,
      "The PDF holds no text."
    )
  })

  it("names the pages without text", async () => {
    const document = await PDFDocument.create()
    document.addPage().drawText("Bolt")
    for (let i = 0; i < 12; i++) document.addPage()
    const { notes } = await convert(await document.save(), "pdf", "json")
    assert.deepStrictEqual(notes, ["Pages 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more of 13 hold no text."])
  })

  it("keeps what was filled into a form, and the words of annotations", async () => {
    const document = await PDFDocument.create()
    const form = document.getForm()
    const first = document.addPage()
    first.drawText("A form")
    const name = form.createTextField("person.name")
    name.setText("Ada")
    name.addToPage(first)
    form.createTextField("person.title").addToPage(first)
    const box = form.createCheckBox("agrees")
    box.addToPage(first)
    box.check()
    const choice = form.createDropdown("town")
    choice.addOptions(["Köln", "Ulm"])
    choice.select("Köln")
    choice.addToPage(first)
    first.node.addAnnot(document.context.register(document.context.obj({
      Type: "Annot",
      Subtype: "Text",
      Rect: [0, 0, 9, 9],
      Contents: "Misprint here"
    })))
    const source = await document.save()
    const { pages } = JSON.parse((await convert(source, "pdf", "json")).output)
    assert.deepStrictEqual(pages[0].form_fields, [
      { name: "person.name", value: "Ada" },
      { name: "agrees", value: "Yes" },
      { name: "town", value: "Köln" }
    ])
    const text = (await convert(source, "pdf", "text")).output
    assert.include(text, "Form fields:\nperson.name: Ada\nagrees: Yes\ntown: Köln")
  })

  it.each([["NULs", "\0".repeat(2_048)], ["blank lines", "\r\n \n".repeat(900)]])(
    "may be filled up with %s",
    async (_, padding) => {
      const padded = Buffer.concat([sample("reports/misprint-census.pdf"), Buffer.from(padding)])
      assert.include((await convert(padded, "pdf", "text")).output, "Conclusions")
    }
  )

  it("with a password is not supported, and says what to do", async () => {
    const hex = "00".repeat(32)
    const encrypted = pdf(
      [...page(show("(x)")), `<< /Filter /Standard /V 1 /R 2 /O <${hex}> /U <${hex}> /P -4 >>`],
      "/Root 1 0 R /Encrypt 6 0 R /ID [<00> <00>]"
    )
    assert.deepStrictEqual(await refusal(encrypted, "pdf"), {
      tag: "SourceUnsupported",
      reason: "The PDF is protected by a password.",
      advice: "Save it without a password and convert that"
    })
  })

  it("is not inflated beyond a limit, in one part or in all", async () => {
    const large = packed(new Uint8Array(limits.maxPdfStreamBytes + 1))
    const smaller = packed(new Uint8Array(limits.maxPdfStreamBytes - 1))
    for (const source of [pdf(page(large)), pdf([...page(show("(x)")), smaller, smaller, smaller, smaller, smaller])]) {
      assert.isBelow(source.length, 1_000_000)
      const error = await refusal(source, "pdf")
      assert.deepInclude(error, { tag: "SourceTooLarge", advice: "Split the PDF into parts and convert each" })
      assert.match(error.reason, /^At most \d+ bytes .*once it is unpacked are converted\.$/)
    }
  })

  it("may hold large pictures", async () => {
    const large = packed(
      new Uint8Array(limits.maxPdfStreamBytes + 1),
      "/Type /XObject /Subtype /Image /Width 1 /Height 1"
    )
    assert.strictEqual((await convert(pdf([...page(show("(Bolt)")), large]), "pdf", "text")).output, "Bolt\n")
  })
})

it("a conversion has so many notes and no more", async () => {
  const { notes } = await convert(utf16("sep=;\na;b\n", "le"), "csv", "text")
  assert.lengthOf(notes, 3)
  assert.isAtMost(notes.length, limits.maxNotes)
})

/**
 * Makes the samples that are no text: the PDF, the Word document, and the broken files.
 *
 * Run it with `node packages/examples/samples/make.ts`. Its output is committed, so nobody has to; it is the same at
 * every run but for the times that a DOCX stores.
 */
import {
  AlignmentType,
  Document,
  ExternalHyperlink,
  HeadingLevel,
  ImageRun,
  LevelFormat,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType
} from "docx"
import { readFile, writeFile } from "node:fs/promises"
import { PDFDocument, type PDFFont, type PDFPage, StandardFonts } from "pdf-lib"

const pathOf = (name: string): URL => new URL(`./documents/${name}`, import.meta.url)

// --- reports/misprint-census.pdf ---

const margin = 72
const lineHeight = 16

const write = (
  page: PDFPage,
  fonts: { readonly title: PDFFont; readonly body: PDFFont },
  lines: ReadonlyArray<string>
) =>
  lines.forEach((line, index) =>
    page.drawText(line, {
      x: margin,
      y: page.getHeight() - margin - index * lineHeight,
      size: index === 0 ? 18 : 11,
      font: index === 0 ? fonts.title : fonts.body
    })
  )

const makeCensus = async (): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create()
  const fonts = {
    title: await pdf.embedFont(StandardFonts.TimesRomanBold),
    body: await pdf.embedFont(StandardFonts.TimesRoman)
  }
  const epoch = new Date("2026-01-01T00:00:00Z")
  pdf.setTitle("A Census of Misprints")
  pdf.setAuthor("The Errata Office")
  pdf.setCreationDate(epoch)
  pdf.setModificationDate(epoch)
  write(pdf.addPage(), fonts, [
    "A Census of Misprints",
    "",
    "We counted every misprint in one thousand books. Then we counted again",
    "and found that we had misprinted the first count.",
    "",
    "Letters changed places in 512 cases: \u201ctrial\u201d became \u201ctrail\u201d, and a",
    "court reporter went hiking.",
    "Letters were lost in 301 cases, and found in 14.",
    "The remaining 187 cases are disputed by their authors."
  ])
  write(pdf.addPage(), fonts, [
    "Conclusions",
    "",
    "1. No book is without fault; some hide it better.",
    "2. The error nobody can find is on the title page.",
    "3. Corrections should be shorter than what they correct.",
    "",
    "The next census is due in 2027, or 2072."
  ])
  return await pdf.save()
}

// --- letters/apology-to-subscribers.docx ---

// A picture of one black pixel: the full stop that was missing.
const fullStop = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
  "base64"
)

const row = (cells: ReadonlyArray<string>, isHeader = false): TableRow =>
  new TableRow({
    // Mammoth takes the mere mention for a yes.
    ...(isHeader && { tableHeader: true }),
    children: cells.map((text) =>
      new TableCell({ children: [new Paragraph({ children: [new TextRun({ text, bold: isHeader })] })] })
    )
  })

const bullet = (text: string): Paragraph => new Paragraph({ text, bullet: { level: 0 } })

const makeApology = async (): Promise<Uint8Array> => {
  const document = new Document({
    title: "An Apology to Our Subscribers",
    creator: "The Errata Office",
    numbering: {
      config: [{
        reference: "steps",
        levels: [{ level: 0, format: LevelFormat.DECIMAL, text: "%1.", alignment: AlignmentType.START }]
      }]
    },
    sections: [{
      children: [
        new Paragraph({ text: "An Apology to Our Subscribers", heading: HeadingLevel.HEADING_1 }),
        new Paragraph({
          children: [
            new TextRun("Last month we announced the "),
            new TextRun({ text: "death", bold: true }),
            new TextRun(" of Mr. Bolt. We meant his "),
            new TextRun({ text: "debt", italics: true }),
            new TextRun(", which is also doing well.")
          ]
        }),
        new Paragraph({ text: "What happened", heading: HeadingLevel.HEADING_2 }),
        bullet("The copy was read aloud over the telephone."),
        bullet("The telephone was next to the presses."),
        bullet("Nobody wished to ask twice."),
        new Paragraph({ text: "What we owe", heading: HeadingLevel.HEADING_2 }),
        new Table({
          width: { size: 100, type: WidthType.PERCENTAGE },
          rows: [
            row(["To whom", "What", "Copies"], true),
            row(["Mr. Bolt", "a correction on page one", "40,000"]),
            row(["Mrs. Bolt", "a cake", "1"])
          ]
        }),
        new Paragraph({ text: "What we do now", heading: HeadingLevel.HEADING_2 }),
        new Paragraph({ text: "Ask twice.", numbering: { reference: "steps", level: 0 } }),
        new Paragraph({ text: "Then read it back.", numbering: { reference: "steps", level: 0 } }),
        new Paragraph({
          children: [
            new TextRun("Complaints are welcome at "),
            new ExternalHyperlink({
              link: "https://errata.example/complaints",
              children: [new TextRun("our counter")]
            }),
            new TextRun("."),
            new ImageRun({
              type: "png",
              data: fullStop,
              transformation: { width: 8, height: 8 },
              altText: { name: "stop", title: "stop", description: "the missing full stop" }
            })
          ]
        })
      ]
    }]
  })
  return await Packer.toBuffer(document)
}

// --- broken/ ---

const census = await makeCensus()
await writeFile(pathOf("reports/misprint-census.pdf"), census)
await writeFile(pathOf("letters/apology-to-subscribers.docx"), await makeApology())

await writeFile(pathOf("broken/cut-off-census.pdf"), census.subarray(0, Math.floor(census.length * 0.6)))
await writeFile(pathOf("broken/renamed-letter.docx"), await readFile(pathOf("letters/to-the-compositor.txt")))
await writeFile(
  pathOf("broken/dropped-comma.json"),
  "{\n  \"title\": \"The Missing Comma\",\n  \"pages\": 240\n  \"errata\": [1, 2, 3]\n}\n"
)
await writeFile(pathOf("broken/blank.json"), "")
await writeFile(
  pathOf("broken/ragged-orders.csv"),
  "id,date,amount\nE-3001,2026-05-01,12.00\nE-3002,2026-05-02,7,50\nE-3003,2026-05-03,9.00\n"
)
// "This is the erratum of an erratum.", in Shift_JIS
await writeFile(
  pathOf("broken/old-encoding.txt"),
  Buffer.from("82b182cc90b38ceb955c82cc90b38ceb955c82c582b781420a", "hex")
)

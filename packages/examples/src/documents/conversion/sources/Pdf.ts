/**
 * Converts the text of a PDF, page by page, in the order in which the PDF draws it.
 *
 * **Details**
 *
 * - HTML and Markdown have a heading for each page; in text a form feed parts the pages, as printers have it.
 * - JSON is `{ title?, page_count, pages: [{ page, text, form_fields?, annotations? }] }`.
 * - The values of a form and the words of annotations follow the text of their page.
 * - Pictures are left out. A PDF without any text is refused with what to do, pages without text are named in a note.
 * - A PDF without its end mark was cut off. PDF.js would repair some of those and lose pages without a word.
 */
import { fileURLToPath } from "node:url"
import { getDocumentProxy } from "unpdf"
import { SourceCorrupted, SourceTooLarge, SourceUnsupported } from "../ConversionError.ts"
import type { Converters, Note } from "../convert.ts"
import * as limits from "../limits.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"
import * as PdfBounds from "./PdfBounds.ts"
import * as PdfMarks from "./PdfMarks.ts"
import * as PlainText from "./PlainText.ts"

interface Page extends PdfMarks.Marks {
  readonly text: string
}

interface Pdf {
  readonly title: string | undefined
  readonly pages: ReadonlyArray<Page>
}

type Document = Awaited<ReturnType<typeof getDocumentProxy>>

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "pdf", reason })

/** Returns the data of PDF.js. It wants paths: unpdf's own defaults are URLs, which it reads nothing from. */
const data = (folder: string): string => fileURLToPath(new URL(folder, import.meta.resolve("pdfjs-dist/package.json")))

/** Texts in Chinese, Japanese and Korean need tables of characters, and texts without fonts those of the standard fonts. */
const tables = { cMapUrl: data("./cmaps/"), cMapPacked: true, standardFontDataUrl: data("./standard_fonts/") }

const open = async (source: Uint8Array): Promise<Document> => {
  PdfBounds.checkMarks(source)
  PdfBounds.checkInflated(source)
  try {
    // PDF.js detaches what it is given, and prints warnings unless told not to.
    return await getDocumentProxy(new Uint8Array(source), { ...tables, verbosity: 0 })
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") {
      const advice = "Save it without a password and convert that"
      throw new SourceUnsupported({ format: "pdf", reason: "The PDF is protected by a password.", advice })
    }
    throw corrupted("The structure of the PDF cannot be read.")
  }
}

const readPage = async (document: Document, number: number): Promise<Page> => {
  try {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    const text = items.map((item) => "str" in item ? item.hasEOL ? `${item.str}\n` : item.str : "").join("").trim()
    const marks = PdfMarks.read(await page.getAnnotations())
    page.cleanup()
    return { text, ...marks }
  } catch {
    throw corrupted(`Page ${number} of the PDF cannot be read.`)
  }
}

const readTitle = async (document: Document): Promise<string | undefined> => {
  try {
    const { info } = await document.getMetadata()
    const title = "Title" in info ? info.Title : undefined
    return typeof title === "string" && title.trim() !== "" ? title : undefined
  } catch {
    return undefined
  }
}

const read = async (source: Uint8Array, note: Note): Promise<Pdf> => {
  const document = await open(source)
  try {
    if (document.numPages > limits.maxPdfPages) {
      const advice = "Split the PDF into parts and convert each"
      throw new SourceTooLarge({ format: "pdf", limit: limits.maxPdfPages, unit: "pages", advice })
    }
    const pages: Array<Page> = []
    for (let number = 1; number <= document.numPages; number++) pages.push(await readPage(document, number))
    noteEmptyPages(pages, PdfBounds.hasPictures(source), note)
    return { title: await readTitle(document), pages }
  } finally {
    await document.loadingTask.destroy()
  }
}

const isEmpty = (page: Page): boolean =>
  page.text === "" && page.form_fields === undefined && page.annotations === undefined

/** Limits how many pages are named in a note. */
const namedPages = 10

const noteEmptyPages = (pages: ReadonlyArray<Page>, hasPictures: boolean, note: Note): void => {
  const empty = pages.flatMap((page, index) => isEmpty(page) ? [index + 1] : [])
  if (empty.length === pages.length) {
    throw new SourceUnsupported({
      format: "pdf",
      reason: hasPictures ? "The PDF holds pictures only, as scans do, and no text." : "The PDF holds no text.",
      advice: hasPictures
        ? "Run text recognition (OCR) on it and convert what comes out"
        : "Choose another document: there is nothing to convert"
    })
  }
  if (empty.length === 0) return
  const named = empty.slice(0, namedPages).join(", ")
  const more = empty.length > namedPages ? ` and ${empty.length - namedPages} more` : ""
  note(
    `${empty.length === 1 ? "Page" : "Pages"} ${named}${more} of ${pages.length} hold no text${
      hasPictures ? ", maybe pictures only" : ""
    }.`
  )
}

const pageToText = (page: Page): string =>
  [page.text, ...PdfMarks.toText(page)].filter((text) => text !== "").join("\n\n")

const toHtml = ({ pages }: Pdf): string =>
  pages
    .map((page, index) => `<section>\n<h2>Page ${index + 1}</h2>\n${PlainText.toHtml(pageToText(page))}\n</section>`)
    .join("\n")

const toJson = ({ pages, title }: Pdf): string =>
  JSON.stringify(
    { title, page_count: pages.length, pages: pages.map((page, index) => ({ page: index + 1, ...page })) },
    undefined,
    2
  )

/** The conversions from PDF. */
export const converters: Converters<"pdf"> = {
  html: async (source, note) => {
    const pdf = await read(source, note)
    return HtmlText.page(toHtml(pdf), pdf.title)
  },
  text: async (source, note) => `${(await read(source, note)).pages.map(pageToText).join("\n\f")}\n`,
  json: async (source, note) => `${toJson(await read(source, note))}\n`,
  markdown: async (source, note) => Html.toMarkdown(toHtml(await read(source, note)))
}

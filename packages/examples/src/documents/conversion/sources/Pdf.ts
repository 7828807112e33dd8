/**
 * Converts the text of a PDF, page by page, in the order in which the PDF draws it.
 *
 * **Details**
 *
 * - HTML and Markdown have a heading for each page; in text a form feed parts the pages, as printers have it.
 * - JSON is `{ title?, page_count, pages: [{ page, text }] }`.
 * - Pictures are left out: the pages of a scan are empty.
 * - A PDF without its end mark was cut off. PDF.js would repair some of those and lose pages without a word.
 */
import { getDocumentProxy } from "unpdf"
import { SourceCorrupted, SourceTooLarge } from "../ConversionError.ts"
import type { Converters } from "../convert.ts"
import * as limits from "../limits.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"
import * as PlainText from "./PlainText.ts"

interface Pdf {
  readonly title: string | undefined
  readonly pages: ReadonlyArray<string>
}

type Document = Awaited<ReturnType<typeof getDocumentProxy>>

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "pdf", reason })

// How far from its ends readers look for the marks of a PDF.
const markDistance = 1024

const checkMarks = (source: Uint8Array): void => {
  if (source.length === 0) throw corrupted("The file is empty.")
  const latin1 = new TextDecoder("latin1")
  if (!latin1.decode(source.subarray(0, markDistance)).includes("%PDF-")) throw corrupted("The file is not a PDF.")
  if (!latin1.decode(source.subarray(-markDistance)).includes("%%EOF")) {
    throw corrupted("The PDF has no end mark, so it was cut off.")
  }
}

const open = async (source: Uint8Array): Promise<Document> => {
  checkMarks(source)
  try {
    // PDF.js detaches what it is given, and prints warnings unless told not to.
    return await getDocumentProxy(new Uint8Array(source), { verbosity: 0 })
  } catch (error) {
    const isProtected = error instanceof Error && error.name === "PasswordException"
    throw corrupted(isProtected ? "The PDF is protected by a password." : "The structure of the PDF cannot be read.")
  }
}

const readPage = async (document: Document, number: number): Promise<string> => {
  try {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    page.cleanup()
    return items.map((item) => "str" in item ? item.hasEOL ? `${item.str}\n` : item.str : "").join("").trim()
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

const read = async (source: Uint8Array): Promise<Pdf> => {
  const document = await open(source)
  try {
    if (document.numPages > limits.maxPdfPages) {
      throw new SourceTooLarge({
        format: "pdf",
        reason: `The PDF has ${document.numPages} pages; at most ${limits.maxPdfPages} are converted.`
      })
    }
    const pages: Array<string> = []
    for (let number = 1; number <= document.numPages; number++) pages.push(await readPage(document, number))
    return { title: await readTitle(document), pages }
  } finally {
    await document.loadingTask.destroy()
  }
}

const toHtml = ({ pages }: Pdf): string =>
  pages
    .map((text, index) => `<section>\n<h2>Page ${index + 1}</h2>\n${PlainText.toHtml(text)}\n</section>`)
    .join("\n")

const toJson = ({ pages, title }: Pdf): string =>
  JSON.stringify(
    { title, page_count: pages.length, pages: pages.map((text, index) => ({ page: index + 1, text })) },
    undefined,
    2
  )

/** The conversions from PDF. */
export const converters: Converters<"pdf"> = {
  html: async (source) => {
    const pdf = await read(source)
    return HtmlText.page(toHtml(pdf), pdf.title)
  },
  text: async (source) => `${(await read(source)).pages.join("\n\f")}\n`,
  json: async (source) => `${toJson(await read(source))}\n`,
  markdown: async (source) => Html.toMarkdown(toHtml(await read(source)))
}

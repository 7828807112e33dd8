/**
 * Makes a document that takes long to convert, so that a timeout can be seen at work.
 *
 * It is a correct PDF, small on disk and poor in memory: every page shows the same text, and the text was set by a
 * compositor who places each letter by hand, as some programs really do. Reading a page takes some milliseconds, and
 * there are thousands of them.
 *
 * **Details**
 *
 * The bytes depend on nothing but the number of pages, and the time grows with it: about 8 ms of CPU for a page on two
 * cores of a cloud machine, where 1,000 pages took 8 seconds and 4,000 (0.5 MB) took 37 seconds and 340 MB of memory.
 */
import * as limits from "./limits.ts"

const sentence = "An erratum is a confession with a page number, and this is one of them."
const linesPerPage = 70

const content = (): string => {
  const letters = Array.from(
    { length: linesPerPage },
    (_, line) =>
      Array.from(sentence, (letter, column) => `1 0 0 1 ${40 + column * 7} ${790 - line * 11} Tm (${letter}) Tj`)
  )
  return `BT /F1 10 Tf\n${letters.flat().join("\n")}\nET`
}

// The first objects of the file; the pages follow.
const catalogId = 1
const pagesId = 2
const fontId = 3
const contentId = 4
const firstPageId = 5

const objects = (pages: number): ReadonlyArray<string> => {
  const stream = content()
  const kids = Array.from({ length: pages }, (_, page) => `${firstPageId + page} 0 R`)
  const page = `<< /Type /Page /Parent ${pagesId} 0 R /Contents ${contentId} 0 R >>`
  return [
    `<< /Type /Catalog /Pages ${pagesId} 0 R >>`,
    `<< /Type /Pages /Count ${pages} /Kids [${kids.join(" ")}] /MediaBox [0 0 595 842] ` +
    `/Resources << /Font << /F1 ${fontId} 0 R >> >> >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    ...kids.map(() => page)
  ]
}

/**
 * Makes the slow document. `pages` (default 3,000) is how slow, up to `limits.maxPdfPages`.
 */
export const slowDocument = (pages = 3_000): Uint8Array => {
  if (!Number.isInteger(pages) || pages < 1 || pages > limits.maxPdfPages) {
    throw new RangeError(`pages must be between 1 and ${limits.maxPdfPages}`)
  }
  let file = "%PDF-1.4\n"
  let references = "0000000000 65535 f \n"
  const all = objects(pages)
  all.forEach((object, index) => {
    references += `${String(file.length).padStart(10, "0")} 00000 n \n`
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
  })
  const trailer = `trailer\n<< /Size ${all.length + 1} /Root ${catalogId} 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return new TextEncoder().encode(`${file}xref\n0 ${all.length + 1}\n${references}${trailer}`)
}

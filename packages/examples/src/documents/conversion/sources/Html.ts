/**
 * Converts HTML, and is the way from every format that is first made HTML to plain text and Markdown.
 *
 * **Gotchas**
 *
 * HTML is copied to HTML as it is, scripts included: who shows it to others sanitizes it.
 */
import * as gfm from "@joplin/turndown-plugin-gfm"
import { compile } from "html-to-text"
import { Parser } from "htmlparser2"
import TurndownService from "turndown"
import { SourceCorrupted } from "../ConversionError.ts"
import type { Converters, Note } from "../convert.ts"
import * as limits from "../limits.ts"
import * as Encoding from "./Encoding.ts"
import { tables } from "./HtmlTable.ts"

const headings = ["h1", "h2", "h3", "h4", "h5", "h6"]

/** Converts HTML to plain text: one line for a paragraph, tables in columns, no scripts, no embedded images. */
export const toText = compile({
  wordwrap: false,
  limits: { maxInputLength: Number.MAX_SAFE_INTEGER },
  selectors: [
    ...headings.map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    { selector: "img", format: "skip" },
    { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } }
  ]
})

const turndown = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" })
  .use([gfm.highlightedCodeBlock, gfm.strikethrough, gfm.taskListItems, tables])
  .remove(["script", "style", "title"])

/** Converts HTML to GitHub flavoured Markdown, without scripts and styles. */
export const toMarkdown = (html: string): string => `${turndown.turndown(html).trim()}\n`

const charset =
  /(<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?|^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["'])([\w.:-]{1,40})/i

/** Says how far into a page a browser looks for what encoding it is in. */
const declarationDistance = 1024

const declaredEncoding = (source: Uint8Array): string | undefined =>
  charset.exec(new TextDecoder("latin1").decode(source.subarray(0, declarationDistance)))?.[2]

const read = (source: Uint8Array, note: Note): string => Encoding.decode(source, "html", note, declaredEncoding(source))

/** Elements whose end may be left out: a page of such lists is not deep, whatever the tags say. */
const closesByItself: ReadonlySet<string> = new Set(
  "html head body p li dt dd tr td th thead tbody tfoot colgroup caption option optgroup rp rt".split(" ")
)

/** Refuses a page whose elements lie too deep in each other: the time to walk through it is the square of its depth. */
const checkDepth = (html: string): string => {
  let depth = 0
  const parser = new Parser({
    onopentag: (name) => {
      if (!closesByItself.has(name)) depth++
      if (depth > limits.maxHtmlDepth) {
        throw new SourceCorrupted({ format: "html", reason: "The document is nested too deeply." })
      }
    },
    onclosetag: (name) => {
      if (!closesByItself.has(name)) depth--
    }
  })
  parser.end(html)
  return html
}

/** Declares UTF-8 in a copy, whatever the page was. */
const declareUtf8 = (html: string): string =>
  html.slice(0, declarationDistance).replace(charset, "$1utf-8") + html.slice(declarationDistance)

/** The conversions from HTML. */
export const converters: Converters<"html"> = {
  html: (source, note) => {
    const html = read(source, note)
    return /^utf-?8$/i.test(declaredEncoding(source) ?? "utf-8") ? html : declareUtf8(html)
  },
  text: (source, note) => `${toText(read(source, note))}\n`,
  markdown: (source, note) => toMarkdown(checkDepth(read(source, note)))
}

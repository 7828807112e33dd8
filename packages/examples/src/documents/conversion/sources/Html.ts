/**
 * Converts HTML, and is the way from every format that is first made HTML to plain text and Markdown.
 *
 * **Gotchas**
 *
 * HTML is copied to HTML as it is, scripts included: who shows it to others sanitizes it.
 */
import * as gfm from "@joplin/turndown-plugin-gfm"
import { compile } from "html-to-text"
import TurndownService from "turndown"
import type { Converters } from "../convert.ts"
import * as Utf8 from "./Utf8.ts"

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
  .use(gfm.gfm)
  .remove(["script", "style", "title"])

/** Converts HTML to GitHub flavoured Markdown, without scripts and styles. */
export const toMarkdown = (html: string): string => `${turndown.turndown(html).trim()}\n`

/** The conversions from HTML. */
export const converters: Converters<"html"> = {
  html: (source) => Utf8.decode(source, "html"),
  text: (source) => `${toText(Utf8.decode(source, "html"))}\n`,
  markdown: (source) => toMarkdown(Utf8.decode(source, "html"))
}

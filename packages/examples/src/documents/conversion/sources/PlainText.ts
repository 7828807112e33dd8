/**
 * Converts plain text: an empty line parts paragraphs, and line breaks are kept.
 */
import type { Converters } from "../convert.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"
import * as Utf8 from "./Utf8.ts"

/** Writes plain text as HTML paragraphs. */
export const toHtml = (text: string): string =>
  text
    .split(/\r?\n[^\S\n]*\r?\n/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => `<p>${HtmlText.escape(paragraph.trim()).replace(/\r?\n/g, "<br>\n")}</p>`)
    .join("\n")

/** The conversions from plain text. */
export const converters: Converters<"text"> = {
  html: (source) => HtmlText.page(toHtml(Utf8.decode(source, "text"))),
  text: (source) => Utf8.decode(source, "text"),
  markdown: (source) => Html.toMarkdown(toHtml(Utf8.decode(source, "text")))
}

/**
 * Converts plain text: an empty line parts paragraphs, and line breaks are kept.
 */
import type { Converters } from "../convert.ts"
import * as Encoding from "./Encoding.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"

/** Writes plain text as HTML paragraphs. */
export const toHtml = (text: string): string =>
  text
    .split(/\r?\n[^\S\n]*\r?\n/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => `<p>${HtmlText.escape(paragraph.trim()).replace(/\r?\n/g, "<br>\n")}</p>`)
    .join("\n")

/** The conversions from plain text. */
export const converters: Converters<"text"> = {
  html: (source, note) => HtmlText.page(toHtml(Encoding.decode(source, "text", note))),
  text: (source, note) => Encoding.decode(source, "text", note),
  markdown: (source, note) => Html.toMarkdown(toHtml(Encoding.decode(source, "text", note)))
}

/**
 * Converts Markdown in GitHub's flavour.
 *
 * **Details**
 *
 * - HTML is safe to hand on: raw HTML in the Markdown is shown, not obeyed, and links with schemes such as
 *   `javascript:` lose their target.
 * - JSON is the outline: `{ sections: [{ level, heading, markdown }] }`, where what comes before the first heading is a
 *   section of level 0.
 */
import { decodeHTML } from "entities"
import { Marked } from "marked"
import type { Converters } from "../convert.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"
import * as Utf8 from "./Utf8.ts"

const plain = new Marked({ async: false })

// Marked hands on the entities of a link for a browser to decode, which would then read a scheme that was not seen here.
const isSafeLink = (href: string): boolean => HtmlText.isSafeUrl(decodeHTML(href))

const safe = new Marked({
  async: false,
  renderer: {
    html: ({ text }) => HtmlText.escape(text),
    link({ href, tokens }) {
      return isSafeLink(href) ? false : this.parser.parseInline(tokens)
    },
    image: ({ href, text }) => isSafeLink(href) ? false : HtmlText.escape(text)
  }
})

const render = (marked: Marked, markdown: string): string => marked.parse(markdown, { async: false })

interface Section {
  readonly level: number
  readonly heading: string
  markdown: string
}

const outline = (markdown: string): ReadonlyArray<Section> => {
  const sections: Array<Section> = []
  let section: Section = { level: 0, heading: "", markdown: "" }
  for (const token of plain.lexer(markdown)) {
    if (token.type === "heading") {
      section = { level: Number(token["depth"]), heading: String(token["text"]), markdown: "" }
      sections.push(section)
      continue
    }
    if (sections.length === 0 && token.type !== "space") sections.push(section)
    section.markdown += token.raw
  }
  return sections.map((section) => ({ ...section, markdown: section.markdown.trim() }))
}

const titleOf = (markdown: string): string | undefined =>
  outline(markdown).find((section) => section.level === 1)?.heading

/** The conversions from Markdown. */
export const converters: Converters<"markdown"> = {
  html: (source) => {
    const markdown = Utf8.decode(source, "markdown")
    return HtmlText.page(render(safe, markdown), titleOf(markdown))
  },
  text: (source) => `${Html.toText(render(plain, Utf8.decode(source, "markdown")))}\n`,
  json: (source) => `${JSON.stringify({ sections: outline(Utf8.decode(source, "markdown")) }, undefined, 2)}\n`,
  markdown: (source) => Utf8.decode(source, "markdown")
}

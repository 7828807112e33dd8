/**
 * Converts Markdown in GitHub's flavour.
 *
 * **Details**
 *
 * - HTML is safe to hand on: raw HTML in the Markdown is shown, not obeyed, and links with schemes such as
 *   `javascript:` lose their target.
 * - JSON is the outline: `{ sections: [{ level, heading, markdown }] }`, where what comes before the first heading is a
 *   section of level 0. Front matter stands beside them as `front_matter`.
 * - Front matter between lines of `---` is data, not a heading: it becomes a block of code.
 */
import { decodeHTML } from "entities"
import { Marked } from "marked"
import type { Converters, Note } from "../convert.ts"
import * as Encoding from "./Encoding.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"

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

interface Page {
  /** The lines between the marks. */
  readonly frontMatter: string | undefined
  readonly body: string
}

const opening = /^---[^\S\n]*\r?\n/
const closing = /^(?:---|\.\.\.)[^\S\n]*\r?$/m

const read = (source: Uint8Array, note: Note): Page => {
  const markdown = Encoding.decode(source, "markdown", note)
  const start = opening.exec(markdown)?.[0].length
  if (start === undefined) return { frontMatter: undefined, body: markdown }
  const rest = markdown.slice(start)
  const end = closing.exec(rest)
  // without a key it is a rule, or a heading between two of them
  if (end === null || !/^[\w-]+[^\S\n]*:/m.test(rest.slice(0, end.index))) {
    return { frontMatter: undefined, body: markdown }
  }
  return { frontMatter: rest.slice(0, end.index).trimEnd(), body: rest.slice(end.index + end[0].length) }
}

const frontMatterBlock = ({ frontMatter }: Page): string =>
  frontMatter === undefined ? "" : `<pre><code class="language-yaml">${HtmlText.escape(frontMatter)}</code></pre>\n`

const titleInFrontMatter = ({ frontMatter }: Page): string | undefined =>
  /^title:[^\S\n]*["']?(.{1,200}?)["']?[^\S\n]*$/m.exec(frontMatter ?? "")?.[1]

/** The conversions from Markdown. */
export const converters: Converters<"markdown"> = {
  html: (source, note) => {
    const page = read(source, note)
    const title = titleOf(page.body) ?? titleInFrontMatter(page)
    return HtmlText.page(`${frontMatterBlock(page)}${render(safe, page.body)}`, title)
  },
  text: (source, note) => {
    const page = read(source, note)
    const front = page.frontMatter === undefined ? "" : `${page.frontMatter}\n\n`
    return `${front}${Html.toText(render(plain, page.body))}\n`
  },
  json: (source, note) => {
    const { body, frontMatter } = read(source, note)
    return `${JSON.stringify({ front_matter: frontMatter, sections: outline(body) }, undefined, 2)}\n`
  },
  markdown: (source, note) => Encoding.decode(source, "markdown", note)
}

/**
 * Converts Word documents (DOCX): headings, lists, tables and links, not their looks.
 *
 * **Details**
 *
 * Pictures are left out. HTML is safe to hand on: links with schemes such as `javascript:` lose their target. The
 * archive is unpacked here, within a limit, since mammoth would inflate whatever it is given.
 */
import { type Unzipped, unzipSync, zipSync } from "fflate"
import mammoth from "mammoth"
import { SourceCorrupted, SourceTooLarge } from "../ConversionError.ts"
import type { Converters } from "../convert.ts"
import * as limits from "../limits.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "docx", reason })

const unpack = (source: Uint8Array): Unzipped => {
  if (source.length === 0) throw corrupted("The file is empty.")
  let bytes = 0
  const parts = unzip(source, (part) => {
    if (!/\.(xml|rels)$/i.test(part.name)) return false
    bytes += part.originalSize
    return bytes <= limits.maxDocxBytes
  })
  if (bytes > limits.maxDocxBytes) {
    throw new SourceTooLarge({
      format: "docx",
      reason: `The DOCX has more than ${limits.maxDocxBytes} bytes of text once it is unpacked.`
    })
  }
  return parts
}

const unzip = (
  source: Uint8Array,
  filter: (part: { readonly name: string; readonly originalSize: number }) => boolean
): Unzipped => {
  try {
    return unzipSync(source, { filter })
  } catch {
    throw corrupted("The file is not a readable ZIP archive, so it is not a DOCX.")
  }
}

const read = async (source: Uint8Array): Promise<string> => {
  const parts = unpack(source)
  const buffer = Buffer.from(zipSync(parts, { level: 0 }))
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer },
      { transformDocument: withSafeLinks, convertImage: mammoth.images.imgElement(async () => ({ src: "" })) }
    )
    return value.replaceAll(/<img\b[^>]*>/g, "")
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw corrupted("The archive holds no readable Word document.")
  }
}

/** What is looked at of mammoth's document tree, which it does not type. */
interface Element {
  readonly type: string
  readonly href?: string
  readonly children?: ReadonlyArray<Element>
}

const withSafeLinks = (element: Element): Element => ({
  ...element,
  ...(element.children !== undefined && { children: element.children.map(withSafeLinks) }),
  ...(element.href !== undefined && !HtmlText.isSafeUrl(element.href) && { href: "" })
})

/** The conversions from DOCX. */
export const converters: Converters<"docx"> = {
  html: async (source) => HtmlText.page(await read(source)),
  text: async (source) => `${Html.toText(await read(source))}\n`,
  markdown: async (source) => Html.toMarkdown(await read(source))
}

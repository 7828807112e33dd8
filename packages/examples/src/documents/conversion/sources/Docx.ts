/**
 * Converts Word documents (DOCX): headings, lists, tables and links, not their looks.
 *
 * **Details**
 *
 * Formulas become plain text, pictures are left out, and a note says so. HTML is safe to hand on: links with schemes such
 * as `javascript:` lose their target. The archive is unpacked here, within a limit, since mammoth would inflate whatever it
 * is given.
 */
import { strFromU8, strToU8, type Unzipped, unzipSync, zipSync } from "fflate"
import mammoth from "mammoth"
import { SourceCorrupted, SourceTooLarge, SourceUnsupported } from "../ConversionError.ts"
import type { Converters, Note } from "../convert.ts"
import * as limits from "../limits.ts"
import * as Formula from "./Formula.ts"
import * as Html from "./Html.ts"
import * as HtmlText from "./HtmlText.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "docx", reason })

/** Holds what older Word documents begin with, and documents with a password, which are wrapped into one. */
const compoundFile = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]

const refuseCompoundFiles = (source: Uint8Array): void => {
  if (!compoundFile.every((byte, i) => source[i] === byte)) return
  const isEncrypted = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    .includes(Buffer.from("EncryptedPackage", "utf16le"))
  throw new SourceUnsupported({
    format: "docx",
    reason: isEncrypted
      ? "The document is protected by a password."
      : "The document is in the old binary format of Word.",
    advice: isEncrypted ? "Save it without a password and convert that" : "Save it as .docx and convert that"
  })
}

const unpack = (source: Uint8Array): Unzipped => {
  if (source.length === 0) throw corrupted("The file is empty.")
  refuseCompoundFiles(source)
  let bytes = 0
  const parts = unzip(source, (part) => {
    if (!/\.(xml|rels)$/i.test(part.name)) return false
    bytes += part.originalSize
    return bytes <= limits.maxDocxBytes
  })
  if (bytes > limits.maxDocxBytes) {
    throw new SourceTooLarge({
      format: "docx",
      limit: limits.maxDocxBytes,
      unit: "bytes once it is unpacked",
      advice: "Split the document into parts and convert each"
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

/** Makes text of the formulas in the parts where they may stand. */
const withFormulas = (parts: Unzipped, note: Note): Unzipped => {
  const changed: Unzipped = {}
  let formulas = 0
  for (const [name, bytes] of Object.entries(parts)) {
    if (
      !/^word\/[^/]+\.xml$/i.test(name) ||
      !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("<m:oMath")
    ) {
      continue
    }
    const { count, xml } = Formula.replaceAll(strFromU8(bytes))
    formulas += count
    changed[name] = strToU8(xml)
  }
  if (formulas > 0) note(formulas === 1 ? "1 formula became plain text." : `${formulas} formulas became plain text.`)
  return { ...parts, ...changed }
}

const read = async (source: Uint8Array, note: Note): Promise<string> => {
  const parts = withFormulas(unpack(source), note)
  const buffer = Buffer.from(zipSync(parts, { level: 0 }))
  let pictures = 0
  const convertImage = mammoth.images.imgElement(async () => {
    pictures++
    return { src: "" }
  })
  try {
    const { value } = await mammoth.convertToHtml({ buffer }, { transformDocument: withSafeLinks, convertImage })
    if (pictures > 0) note(pictures === 1 ? "1 picture was left out." : `${pictures} pictures were left out.`)
    return value.replaceAll(/<img\b[^>]*>/g, "")
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw corrupted("The archive holds no readable Word document.")
  }
}

/** Describes what is looked at of mammoth's document tree, which it does not type. */
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
  html: async (source, note) => HtmlText.page(await read(source, note)),
  text: async (source, note) => `${Html.toText(await read(source, note))}\n`,
  markdown: async (source, note) => Html.toMarkdown(await read(source, note))
}

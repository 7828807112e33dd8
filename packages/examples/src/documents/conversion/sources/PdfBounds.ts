/**
 * Looks at the bytes of a PDF before a parser does: its marks, its pictures, and how large it becomes.
 */
import { inflateSync } from "node:zlib"
import { SourceCorrupted, SourceTooLarge } from "../ConversionError.ts"
import * as limits from "../limits.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "pdf", reason })

// How far from its ends readers look for the marks of a PDF.
const markDistance = 1024

const isPadding = (byte: number | undefined): boolean => byte === 0 || byte === 0x20 || byte === 0x0a || byte === 0x0d

/** Drops what fills up the last block of a file: what follows the end mark says nothing. */
const withoutPadding = (source: Uint8Array): Uint8Array => {
  let end = source.length
  while (end > 0 && isPadding(source[end - 1])) end--
  return source.subarray(0, end)
}

/** Refuses what is no PDF, and what was cut off: a parser would repair some of those and lose pages without a word. */
export const checkMarks = (source: Uint8Array): void => {
  const whole = withoutPadding(source)
  if (whole.length === 0) throw corrupted("The file is empty.")
  const latin1 = new TextDecoder("latin1")
  if (!latin1.decode(source.subarray(0, markDistance)).includes("%PDF-")) throw corrupted("The file is not a PDF.")
  if (!latin1.decode(whole.subarray(-markDistance)).includes("%%EOF")) {
    throw corrupted("The PDF has no end mark, so it was cut off.")
  }
}

const asBuffer = (source: Uint8Array): Buffer => Buffer.from(source.buffer, source.byteOffset, source.byteLength)

/** Tests whether a PDF holds pictures. Their dictionaries stand in the clear, whatever else is packed. */
export const hasPictures = (source: Uint8Array): boolean => {
  const bytes = asBuffer(source)
  for (let at = bytes.indexOf("/Subtype"); at !== -1; at = bytes.indexOf("/Subtype", at + 8)) {
    if (/^\/Subtype\s*\/Image\b/.test(bytes.toString("latin1", at, at + 40))) return true
  }
  return false
}

/** Limits how long the dictionary of a stream may be to be looked at. */
const dictionaryLength = 2_048

const tooLarge = (limit: number, unit: string): SourceTooLarge =>
  new SourceTooLarge({ format: "pdf", limit, unit, advice: "Split the PDF into parts and convert each" })

/**
 * Refuses a PDF whose packed parts become too large: all that a parser would inflate to read the text. Parts that are packed
 * twice, or otherwise, are left to the bound on the memory of the process.
 */
export const checkInflated = (source: Uint8Array): void => {
  const bytes = asBuffer(source)
  let total = 0
  for (let at = bytes.indexOf("stream"); at !== -1; at = bytes.indexOf("stream", at + 6)) {
    if (bytes[at - 1] === 0x64) continue // endstream
    const start = at + 6 + (bytes[at + 6] === 0x0d ? 1 : 0) + 1
    if (!isText(bytes.toString("latin1", Math.max(0, at - dictionaryLength), at))) continue
    total += inflatedLength(bytes.subarray(start))
    if (total > limits.maxPdfBytes) throw tooLarge(limits.maxPdfBytes, "bytes once it is unpacked")
  }
}

/** Tests whether the dictionary that ends here is that of a packed part which is no picture. */
const isText = (before: string): boolean => {
  const dictionary = before.slice(Math.max(0, before.lastIndexOf(" obj")))
  return /\/(FlateDecode|Fl)\b/.test(dictionary) && !/\/Subtype\s*\/Image\b/.test(dictionary)
}

/** Returns how long a part is once it is inflated. What is malformed is the parser's to judge. */
const inflatedLength = (packed: Uint8Array): number => {
  try {
    return inflateSync(packed, { maxOutputLength: limits.maxPdfStreamBytes }).length
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "ERR_BUFFER_TOO_LARGE") return 0
    throw tooLarge(limits.maxPdfStreamBytes, "bytes in one part once it is unpacked")
  }
}

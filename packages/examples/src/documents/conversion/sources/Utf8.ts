/**
 * Reads the bytes of a text format.
 */
import { SourceCorrupted } from "../ConversionError.ts"
import type { SourceFormat } from "../formats.ts"

/**
 * Decodes UTF-8, without its byte order mark, or throws `SourceCorrupted`: nothing is replaced or guessed.
 */
export const decode = (source: Uint8Array, format: SourceFormat): string => {
  const text = decodeBytes(source, format)
  if (text.includes("\0")) {
    throw new SourceCorrupted({ format, reason: "The file contains NUL characters, so it is not a text file." })
  }
  return text
}

const decodeBytes = (source: Uint8Array, format: SourceFormat): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source)
  } catch {
    const [first, second] = source
    const isUtf16 = first === 0xff && second === 0xfe || first === 0xfe && second === 0xff
    const reason = isUtf16 ? "The text is UTF-16, but UTF-8 is expected." : "The text is not valid UTF-8."
    throw new SourceCorrupted({ format, reason })
  }
}

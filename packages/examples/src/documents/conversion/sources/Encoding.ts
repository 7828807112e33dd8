/**
 * Reads the bytes of a text format.
 *
 * **Details**
 *
 * UTF-8, with or without its mark, is read without a word. What is certain otherwise (UTF-16 with its mark, an encoding that
 * an HTML page declares) is read with a note, and so is Windows-1252 where the bytes look like the prose of a Western
 * language. Whatever else is refused with what it seems to be: nothing is replaced.
 */
import { SourceCorrupted } from "../ConversionError.ts"
import type { Note } from "../convert.ts"
import type { SourceFormat } from "../formats.ts"

/** Decodes a text, or throws `SourceCorrupted`. `declared` is the encoding that the document itself names. */
export const decode = (source: Uint8Array, format: SourceFormat, note: Note, declared?: string): string => {
  const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format, reason })
  const text = decodeBytes(source, corrupted, note, declared)
  if (!text.includes("\0")) return text
  throw corrupted(isHalfNul(source) ? unmarked : "The file contains NUL characters, so it is not a text file.")
}

const unmarked = "The text seems to be UTF-16 without a byte order mark: save it as UTF-8."

type Corrupted = (reason: string) => SourceCorrupted

const decodeBytes = (source: Uint8Array, corrupted: Corrupted, note: Note, declared: string | undefined): string => {
  const marked = markOf(source)
  if (marked === "utf-32") throw corrupted("The text is UTF-32: save it as UTF-8.")
  if (marked !== undefined) {
    note("The text was read as UTF-16, as its byte order mark says.")
    return tryDecode(source, marked) ?? fail(corrupted("The text is UTF-16, and not valid."))
  }
  const encoding = knownEncoding(declared)
  // its bytes are all ASCII, so that they are valid UTF-8 as well
  const utf8 = encoding === "iso-2022-jp" ? undefined : tryDecode(source, "utf-8")
  if (utf8 !== undefined) return utf8
  if (encoding !== undefined && encoding !== "utf-8") {
    note(`The text was read as ${encoding}, as the document says.`)
    return tryDecode(source, encoding) ??
      fail(corrupted(`The text is not valid ${encoding}, which the document declares.`))
  }
  if (isHalfNul(source)) throw corrupted(unmarked)
  if (looksWestern(source)) {
    note("The text is not UTF-8; it was read as Windows-1252, which it seems to be.")
    return new TextDecoder("windows-1252").decode(source)
  }
  throw corrupted(
    looksMultibyte(source)
      ? "The text is not valid UTF-8; it seems to be in an encoding such as Shift_JIS, GB18030 or Big5: save it as UTF-8."
      : "The text is not valid UTF-8."
  )
}

const fail = (error: SourceCorrupted): never => {
  throw error
}

const markOf = ([a, b, c, d]: Uint8Array): "utf-16le" | "utf-16be" | "utf-32" | undefined => {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32" : "utf-16le"
  if (a === 0xfe && b === 0xff) return "utf-16be"
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32" : undefined
}

const tryDecode = (source: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(source)
  } catch {
    return undefined
  }
}

/** Returns the encoding that a page declares. One that declares UTF-16 in ASCII letters is none. */
const knownEncoding = (label: string | undefined): string | undefined => {
  try {
    const { encoding } = new TextDecoder(label ?? "utf-8")
    return label === undefined || encoding.startsWith("utf-16") ? undefined : encoding
  } catch {
    return undefined
  }
}

/** Says how many bytes are looked at to tell an encoding. */
const looked = 64 * 1024

/** Whether the NULs of a text are the empty halves of its characters. */
const isHalfNul = (source: Uint8Array): boolean => {
  const sample = source.subarray(0, looked)
  const nuls = [0, 0]
  for (const [i, byte] of sample.entries()) if (byte === 0) nuls[i % 2]!++
  const [even = 0, odd = 0] = nuls
  return sample.length >= 8 && Math.max(even, odd) > sample.length / 3 && Math.min(even, odd) < sample.length / 20
}

const longestRun = (source: Uint8Array): number => {
  let run = 0
  let longest = 0
  for (const byte of source.subarray(0, looked)) {
    run = byte >= 0x80 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (byte >= 0xc0 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x80 && byte < 0xc0

/**
 * Signs of prose: accented letters inside of words and typographic marks, few of them, and never many in a row. A text with
 * characters that are valid UTF-8 is damaged UTF-8, not Windows-1252.
 */
const looksWestern = (source: Uint8Array): boolean => {
  let high = 0
  let letters = 0
  let lonely = 0
  for (const [i, byte] of source.entries()) {
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) return false
    if (byte === 0x7f || byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) return false
    if (byte < 0x80) continue
    high++
    if (byte < 0xc0) continue
    letters++
    if (isContinuation(source[i + 1]) && (byte < 0xe0 || isContinuation(source[i + 2]))) return false
    if (!isLetter(source[i - 1]) && !isLetter(source[i + 1])) lonely++
  }
  return high <= source.length / 4 && lonely <= letters / 4 && longestRun(source) < 4
}

/** Tests whether more of what is not ASCII can be read as UTF-8 than not: then something damaged it. */
const isDamagedUtf8 = (source: Uint8Array): boolean => {
  // oxlint-disable-next-line no-control-regex -- it drops what is ASCII, control characters included
  const others = new TextDecoder().decode(source.subarray(0, looked)).replace(/[\0-\x7f]+/g, "")
  return others.replaceAll("\ufffd", "").length * 2 > others.length
}

const looksMultibyte = (source: Uint8Array): boolean =>
  longestRun(source) >= 4 && !isDamagedUtf8(source) &&
  source.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13 || byte === 12)

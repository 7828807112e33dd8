/**
 * Converts the bytes of one document.
 *
 * This runs in a child process (see `child.ts`): parsers here are free to be slow. Each source format is loaded with
 * its libraries when it is first needed.
 */
import { SourceCorrupted, SourceTooLarge } from "./ConversionError.ts"
import type { SourceFormat, SupportedTarget, TargetFormat } from "./formats.ts"
import * as limits from "./limits.ts"

/** Takes a sentence for whoever reads the output: what was guessed, and what was left out. */
export type Note = (sentence: string) => void

/** What a module in `sources/` exports: one function for every target that its format supports. */
export type Converters<S extends SourceFormat> = {
  readonly [T in SupportedTarget<S>]: (source: Uint8Array, note: Note) => string | Promise<string>
}

/** A converted document. */
export interface Conversion {
  readonly output: string
  readonly notes: ReadonlyArray<string>
}

/** Loads the converters of a format. */
export const sources: { readonly [S in SourceFormat]: () => Promise<{ readonly converters: Converters<S> }> } = {
  markdown: () => import("./sources/Markdown.ts"),
  html: () => import("./sources/Html.ts"),
  csv: () => import("./sources/Csv.ts"),
  json: () => import("./sources/Json.ts"),
  text: () => import("./sources/PlainText.ts"),
  pdf: () => import("./sources/Pdf.ts"),
  docx: () => import("./sources/Docx.ts")
}

/**
 * Converts a document, or rejects with `SourceCorrupted`, `SourceUnsupported` or `SourceTooLarge`.
 *
 * **Gotchas**
 *
 * A pair that `formats.isSupported` refuses is the caller's mistake and rejects with a `TypeError`; whatever else is
 * rejected is a defect too.
 */
export const convert = async (source: Uint8Array, from: SourceFormat, to: TargetFormat): Promise<Conversion> => {
  const converters: Partial<Converters<"markdown">> = (await sources[from]()).converters
  const converter = converters[to]
  if (converter === undefined) throw new TypeError(`No conversion from ${from} to ${to}`)
  const notes = new Set<string>()
  const note: Note = (sentence) => notes.size < limits.maxNotes && notes.add(sentence)
  const output = await explainRangeErrors(from, async () => await converter(source, note))
  if (output.length > limits.maxOutputCharacters) throw outputTooLarge(from)
  return { output, notes: [...notes] }
}

/** Tells the errors of documents that are nested too deeply, or become too long a text, from defects. */
export const explainRangeErrors = async <A>(format: SourceFormat, run: () => Promise<A>): Promise<A> => {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    if (error.message.startsWith("Maximum call stack")) {
      throw new SourceCorrupted({ format, reason: "The document is nested too deeply." })
    }
    if (error.message === "Invalid string length") throw outputTooLarge(format)
    throw error
  }
}

const outputTooLarge = (format: SourceFormat): SourceTooLarge =>
  new SourceTooLarge({
    format,
    limit: limits.maxOutputCharacters,
    unit: "characters of output",
    advice: "Split the document into parts and convert each"
  })

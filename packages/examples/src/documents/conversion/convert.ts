/**
 * Converts the bytes of one document.
 *
 * This runs in a worker thread (see `worker.ts`): parsers here are free to be slow. Each source format is loaded with
 * its libraries when it is first needed.
 */
import { SourceCorrupted, SourceTooLarge } from "./ConversionError.ts"
import type { SourceFormat, SupportedTarget, TargetFormat } from "./formats.ts"
import * as limits from "./limits.ts"

/** What a module in `sources/` exports: one function for every target that its format supports. */
export type Converters<S extends SourceFormat> = {
  readonly [T in SupportedTarget<S>]: (source: Uint8Array) => string | Promise<string>
}

const sources: { readonly [S in SourceFormat]: () => Promise<{ readonly converters: Converters<S> }> } = {
  markdown: () => import("./sources/Markdown.ts"),
  html: () => import("./sources/Html.ts"),
  csv: () => import("./sources/Csv.ts"),
  json: () => import("./sources/Json.ts"),
  text: () => import("./sources/PlainText.ts"),
  pdf: () => import("./sources/Pdf.ts"),
  docx: () => import("./sources/Docx.ts")
}

/**
 * Converts a document, or rejects with `SourceCorrupted` or `SourceTooLarge`.
 *
 * **Gotchas**
 *
 * A pair that `formats.isSupported` refuses is the caller's mistake and rejects with a `TypeError`; whatever else is
 * rejected is a defect too.
 */
export const convert = async (source: Uint8Array, from: SourceFormat, to: TargetFormat): Promise<string> => {
  const converters: Partial<Converters<"markdown">> = (await sources[from]()).converters
  const converter = converters[to]
  if (converter === undefined) throw new TypeError(`No conversion from ${from} to ${to}`)
  const output = await explainRangeErrors(from, () => converter(source))
  if (output.length > limits.maxOutputCharacters) throw outputTooLarge(from)
  return output
}

const explainRangeErrors = async (format: SourceFormat, run: () => string | Promise<string>): Promise<string> => {
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
    reason: `The converted document has more than ${limits.maxOutputCharacters} characters.`
  })

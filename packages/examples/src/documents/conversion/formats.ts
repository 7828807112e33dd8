/**
 * Names the formats of the conversion room and says which can become which.
 *
 * A source format is told by a file's extension; a target format is what a caller asks for. Every source can be
 * copied to its own format, nothing becomes a PDF, a DOCX or a CSV, and only sources with records, pages or headings
 * become JSON.
 */

/** The formats a document can be converted to. */
export const targetFormats = ["html", "text", "json", "markdown"] as const

/** A format a document can be converted to. */
export type TargetFormat = typeof targetFormats[number]

const targets = {
  markdown: ["html", "text", "json", "markdown"],
  html: ["html", "text", "markdown"],
  csv: ["html", "text", "json", "markdown"],
  json: ["html", "text", "json", "markdown"],
  text: ["html", "text", "markdown"],
  pdf: ["html", "text", "json", "markdown"],
  docx: ["html", "text", "markdown"]
} as const satisfies Record<string, ReadonlyArray<TargetFormat>>

/** A format a document can have. */
export type SourceFormat = keyof typeof targets

/** The targets that work from the source format `S`. */
export type SupportedTarget<S extends SourceFormat> = typeof targets[S][number]

/** The formats a document can have. */
export const sourceFormats = Object.keys(targets) as ReadonlyArray<SourceFormat>

const extensions: ReadonlyMap<string, SourceFormat> = new Map<string, SourceFormat>([
  ["md", "markdown"],
  ["markdown", "markdown"],
  ["html", "html"],
  ["htm", "html"],
  ["csv", "csv"],
  ["json", "json"],
  ["txt", "text"],
  ["text", "text"],
  ["pdf", "pdf"],
  ["docx", "docx"]
])

/** Returns the format that a path's extension promises, whatever its case, or nothing if no format has it. */
export const formatOf = (path: string): SourceFormat | undefined => {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)
  const dot = name.lastIndexOf(".")
  return dot < 1 ? undefined : extensions.get(name.slice(dot + 1).toLowerCase())
}

const targetExtensions = { html: ".html", text: ".txt", json: ".json", markdown: ".md" } as const

/** Returns the extension, with its dot, of a file written in a target format. */
export const extensionOf = (format: TargetFormat): string => targetExtensions[format]

/** Returns the targets that work from a source format. */
export const supportedTargets = (from: SourceFormat): ReadonlyArray<TargetFormat> => targets[from]

/** Tells whether a source format can become a target format. */
export const isSupported = (from: SourceFormat, to: TargetFormat): boolean => supportedTargets(from).includes(to)

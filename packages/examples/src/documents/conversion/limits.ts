/**
 * Bounds what one conversion may read and write.
 *
 * A document beyond a limit ends as `SourceTooLarge`, never as a shortened result. The limits guard against documents
 * that are small on disk and huge in memory. How long a conversion runs is its time limit, and how much memory it takes is
 * the pool's `maxMegabytes`, which holds where these do not.
 */

const megabyte = 1024 * 1024

/** Says how many bytes a document may have. It is looked at before anything is read. */
export const maxSourceBytes = 64 * megabyte

/** How many pages of a PDF are read. */
export const maxPdfPages = 5_000

/**
 * Says how many bytes one part of a PDF may have once it is inflated; pictures are not counted, since the converter does not read
 * them.
 */
export const maxPdfStreamBytes = 64 * megabyte

/** How many bytes all parts of a PDF may have once they are inflated, pictures not counted. */
export const maxPdfBytes = 256 * megabyte

/** Says how many bytes the parts of a DOCX may have once inflated, by its own table of contents. */
export const maxDocxBytes = 128 * megabyte

/** How deep the elements of an HTML page may lie in each other where it becomes Markdown. Browsers stop at half of that. */
export const maxHtmlDepth = 1_000

/** Says how many characters (UTF-16 code units) a conversion may produce. */
export const maxOutputCharacters = 100_000_000

/** How many notes a conversion may have. */
export const maxNotes = 10

/** Says how many problems of records are named; the rest is counted. */
export const maxProblems = 100

/**
 * Bounds what one conversion may read and write.
 *
 * A document beyond a limit ends as `SourceTooLarge`, never as a shortened result. The limits guard against documents
 * that are small on disk and huge in memory; how many bytes are read at all is the caller's business, how long a
 * conversion runs is its timeout, and how much memory it takes is the pool's `maxHeapMegabytes`.
 */

/** How many pages of a PDF are read. */
export const maxPdfPages = 5_000

/** How many bytes the parts of a DOCX may have once inflated, by its own table of contents. */
export const maxDocxBytes = 256 * 1024 * 1024

/** How many characters (UTF-16 code units) a conversion may produce. */
export const maxOutputCharacters = 100_000_000

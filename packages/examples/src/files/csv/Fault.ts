/**
 * Names what can be wrong with the text of a CSV file, and where.
 */

/** A place in a text as an editor shows it: both count from 1, columns in characters. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something that is wrong. */
export interface Fault extends Position {
  /** One sentence, in our own words, without a full stop. */
  readonly reason: string
  /** The record that is wrong, counted from 0 without the header, if what comes after it can still be read. */
  readonly record?: number
}

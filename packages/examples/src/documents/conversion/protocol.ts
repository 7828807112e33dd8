/**
 * Describes what the server and a conversion child say to each other.
 *
 * Documents go by file, never through the channel: it carries names, numbers and short sentences.
 */
import type { SourceFormat, TargetFormat } from "./formats.ts"

/** Converts the file `source` and writes what comes of it to the file `output`. */
export interface ConvertJob {
  readonly kind: "convert"
  readonly source: string
  readonly output: string
  readonly from: SourceFormat
  readonly to: TargetFormat
}

/** Checks the records of the file `source`. */
export interface CheckJob {
  readonly kind: "check"
  readonly source: string
  readonly from: "csv" | "json"
}

/** Describes what is to be done. */
export type Job = ConvertJob | CheckJob

/** What a conversion gave, besides the file that it wrote. */
export interface Converted {
  /** Says how many bytes the output has. */
  readonly bytes: number
  /** Holds what the reader of the output should know, one sentence each: what was guessed, and what was left out. */
  readonly notes: ReadonlyArray<string>
}

/** Describes what is wrong with one field of one record. */
export interface Problem {
  readonly record: number
  readonly field: string
  readonly problem: string
}

/** Says how far a check has come. */
export interface Milestone {
  readonly count: number
  readonly total: number
  readonly invalid: number
}

/** Describes what a check found. */
export interface Checked {
  readonly total: number
  readonly invalid: number
  /** The first problems. */
  readonly problems: ReadonlyArray<Problem>
}

/** The result of each kind of job. */
export interface Results {
  readonly convert: Converted
  readonly check: Checked
}

/** Describes what a refusal carries over the channel, where no class survives. */
export type Refusal =
  | { readonly _tag: "SourceCorrupted"; readonly reason: string }
  | { readonly _tag: "SourceUnsupported"; readonly reason: string; readonly advice: string }
  | { readonly _tag: "SourceTooLarge"; readonly limit: number; readonly unit: string; readonly advice: string }

/** Describes what a child says: that it began a job, how far it is, and last what became of it. */
export type Message =
  | { readonly _tag: "Begun" }
  | { readonly _tag: "Milestone"; readonly milestone: Milestone }
  | { readonly _tag: "Done"; readonly result: Converted | Checked }
  | { readonly _tag: "Refused"; readonly refusal: Refusal }
  | { readonly _tag: "OutOfMemory" }
  | { readonly _tag: "Defect"; readonly name: string; readonly message: string; readonly stack?: string | undefined }

/** Says how a child is started: the bound on its memory, and who watches over it. */
export interface Charge {
  readonly maxMegabytes: number
  /** Says whether the child has to watch its memory itself, since its parent cannot. */
  readonly watchesItself: boolean
}

import type * as Cause from "effect/Cause"

/** Describes what the line of a call says where nothing is out of the ordinary but what went wrong. */
export interface PlainLine {
  readonly date: Date
  readonly level: string
  readonly message: string
  readonly tool: string
  readonly referenceId: string
  readonly outcome: string
  readonly category: string | undefined
  readonly failed: { readonly error: string; readonly fingerprint: string } | undefined
  readonly sampleRate: number | undefined
  readonly attempt: number
  readonly durationMillis: number
  readonly arguments: string
  readonly cause: Cause.Cause<unknown> | undefined
}

/**
 * The loggers that `Log` made, each with a shorter way to the same plain line. They redact by themselves, and write where they
 * were told to.
 */
export const ourLoggers = new WeakMap<object, (line: PlainLine) => void>()

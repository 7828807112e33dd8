import * as Comparison from "../../Comparison.ts"
import { attempt } from "../attempt.ts"
import { type Files, toStderr } from "./output.ts"

/** Brings a comparison to where it was asked for. */
export interface Delivery {
  /** Hears that there is something new: a file is written a second later. */
  readonly changed: () => void
  /** Writes what is new. */
  readonly finish: () => void
  /** Writes all there is. */
  readonly write: () => void
}

/** Limits how long what is new waits to be written into a file. */
const delay = 1_000

/** Delivers to a file, or to stderr. `onFailure` hears a sentence. */
export const deliver = (
  comparison: () => Comparison.Comparison,
  { files, onFailure, path }: {
    readonly files: Files
    readonly path: string | undefined
    readonly onFailure: (sentence: string) => void
  }
): Delivery => {
  let isNew = false
  let timer: unknown
  const write = (): void => {
    timer = undefined
    isNew = false
    if (path === undefined) return toStderr(files, `\nerrata try: ${Comparison.toText(comparison())}\n\n`)
    try {
      files.writeFileSync(path, `${written(path, comparison())}\n`)
    } catch (failure) {
      onFailure(`the comparison could not be written (${String((failure as { readonly code?: unknown }).code)}).`)
    }
  }
  return {
    changed: () => {
      isNew = true
      if (path !== undefined && timer === undefined) timer = later(write, delay)
    },
    finish: () => {
      if (isNew) write()
    },
    write
  }
}

const written = (path: string, comparison: Comparison.Comparison): string =>
  path.toLowerCase().endsWith(".json")
    ? JSON.stringify(Comparison.toJson(comparison), null, 2)
    : Comparison.toText(comparison)

interface Timers {
  readonly setTimeout: (f: () => void, millis: number) => { readonly unref?: () => void }
}

/** Keeps no process alive. */
const later = (f: () => void, millis: number): unknown => {
  const timer = (globalThis as unknown as Timers).setTimeout(() => attempt(f), millis)
  timer.unref?.()
  return timer
}

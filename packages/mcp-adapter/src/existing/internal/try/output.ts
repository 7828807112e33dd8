import { attempt } from "../attempt.ts"

/** Describes what of `node:fs` is used; the adapter knows no types of Node. */
export interface Files {
  readonly writeSync: (descriptor: number, bytes: Uint8Array, offset: number) => number
  readonly writeFileSync: (path: string, text: string) => void
}

const mostPauses = 100
const pause = 10

/** Writes on stderr at once, as a process that ends must; a reader that does not read is waited for a second in all. */
export const toStderr = (files: Files, text: string): void => {
  const bytes = new TextEncoder().encode(text)
  let pauses = 0
  for (let at = 0; at < bytes.length;) {
    try {
      at += files.writeSync(2, bytes, at)
    } catch (failure) {
      if ((failure as { readonly code?: unknown }).code !== "EAGAIN" || ++pauses > mostPauses) return
      attempt(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause))
    }
  }
}

/** Says a sentence to the operator, once each. */
export const speaker = (files: Files): (sentence: string) => void => {
  const said = new Set<string>()
  return (sentence) => {
    if (said.has(sentence)) return
    said.add(sentence)
    toStderr(files, `errata try: ${sentence}\n`)
  }
}

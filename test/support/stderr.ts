/**
 * Takes what the adapter writes to stderr. It binds the descriptor's `write` when it is loaded, so that this file is a setup
 * file: it stands before.
 */
type Listener = (text: string) => void

const key = Symbol.for("errata/test/stderr")
const shared = globalThis as unknown as { [key]?: { listener: Listener | undefined } }

const state = shared[key] ??= install()

function install(): { listener: Listener | undefined } {
  const state: { listener: Listener | undefined } = { listener: undefined }
  const write = process.stderr.write.bind(process.stderr) as (...args: ReadonlyArray<unknown>) => boolean
  process.stderr.write = ((text: unknown, ...rest: ReadonlyArray<unknown>) => {
    if (state.listener === undefined) return write(text, ...rest)
    state.listener(String(text))
    return true
  }) as typeof process.stderr.write
  return state
}

/** Hands every line to a function until the returned function is called; without one, lines are dropped. */
export const takeStderr = (onLine: (line: string) => void = () => undefined): () => void => {
  const before = state.listener
  state.listener = (text) => {
    for (const line of text.split("\n")) if (line !== "") onLine(line)
  }
  return () => {
    state.listener = before
  }
}

declare global {
  /**
   * Describes what a caller aborts. This package knows neither the browser's types nor Node's; where they are known, they say the
   * rest.
   */
  interface AbortSignal {}
}

/** Describes what is asked of a signal. */
interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  readonly addEventListener: (type: "abort", listener: () => void, options: { readonly once: boolean }) => void
  readonly removeEventListener: (type: "abort", listener: () => void) => void
}

const read = (signal: AbortSignal): Signal => signal as unknown as Signal

/** Returns whether a value is a signal, of whichever realm. Never throws. */
export const isSignal = (u: unknown): u is AbortSignal => {
  try {
    return typeof u === "object" && u !== null && typeof (u as Signal).aborted === "boolean" &&
      typeof (u as Signal).addEventListener === "function"
  } catch {
    return false
  }
}

/** Returns why a signal was aborted. */
export const reasonOf = (signal: AbortSignal): unknown => read(signal).reason

/** Calls back when a signal aborts, at once if it has. Returns what stops that. */
export const onAbort = (signal: AbortSignal, listener: () => void): () => void => {
  const { aborted } = read(signal)
  if (aborted) {
    listener()
    return () => undefined
  }
  read(signal).addEventListener("abort", listener, { once: true })
  return () => read(signal).removeEventListener("abort", listener)
}

const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const

/** Names a signal that asks a process to end. */
export type Signal = typeof signals[number]

/** Calls back for each signal that asks the process to end; `nth` counts from 1. Returns what undoes it. */
export const onSignals = (told: (signal: Signal, nth: number) => void): () => void => {
  let nth = 0
  const listeners = signals.map((signal) => {
    const listener = (): void => told(signal, ++nth)
    process.on(signal, listener)
    return () => void process.off(signal, listener)
  })
  return () => listeners.forEach((off) => off())
}

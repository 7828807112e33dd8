import { vi } from "vitest"

/**
 * Fakes timers, and the clock that counts spans with them: effect bound it when it was loaded, so that fake timers alone would
 * move the hands of the wall clock only. Returns what undoes it.
 */
export const fakeTime = (): () => void => {
  const counted = vi.spyOn(process.hrtime, "bigint")
  vi.useFakeTimers()
  counted.mockImplementation(() => BigInt(Date.now()) * 1_000_000n)
  return () => {
    vi.useRealTimers()
    counted.mockRestore()
  }
}

import { afterEach, beforeEach, vi } from "vitest"

/** Records what is written for the operator, anew for every test. */
export const recordLog = (): ReadonlyArray<string> & { length: number } => {
  const lines: Array<string> = []
  beforeEach(() => {
    lines.length = 0
    vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line))
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  return lines
}

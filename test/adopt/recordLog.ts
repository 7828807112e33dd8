import { afterEach, beforeEach } from "vitest"
import { takeStderr } from "../support/stderr.ts"

/** Records what is written for the operator, anew for every test. */
export const recordLog = (): ReadonlyArray<string> & { length: number } => {
  const lines: Array<string> = []
  let restore: (() => void) | undefined
  beforeEach(() => {
    lines.length = 0
    restore = takeStderr((line) => lines.push(line))
  })
  afterEach(() => restore?.())
  return lines
}

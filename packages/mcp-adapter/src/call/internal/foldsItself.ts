import type { CallSafety } from "@errata/core/Advice"
import { isRepeatable } from "@errata/core/internal/advice"
import { makeMark, type Mark } from "@errata/core/internal/mark"

const folding: Mark<true> = /*#__PURE__*/ makeMark("folding")
const folded: Mark<CallSafety> = /*#__PURE__*/ makeMark("folded")

/** Marks a result that was folded in this process, so that no code around it folds it again. */
export const markFolded = (result: object, safety: CallSafety): void => folded.put(result, safety)

/**
 * Tests whether a result was folded in this process, by a call whose advice holds for one of this safety too. What may be
 * repeated inside may stand in a tool that may not.
 */
export const isFoldedFor = (result: unknown, safety: CallSafety): boolean => {
  const own = folded.of(result)
  return own !== undefined && (isRepeatable(safety) || own === safety)
}

/** Marks a function whose failures are folded already, so that they are not folded twice. */
export const markFolding = <F extends (...args: never) => unknown>(handler: F): F => {
  folding.put(handler, true)
  return handler
}

/** Tests whether a handler folds its failures itself. */
export const foldsItself = (handler: unknown): boolean => typeof handler === "function" && folding.of(handler) === true

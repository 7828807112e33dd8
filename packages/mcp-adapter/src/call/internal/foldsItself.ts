import { makeMark, type Mark } from "@errata/core/internal/mark"

const folding: Mark<true> = /*#__PURE__*/ makeMark("folding")
const folded: Mark<true> = /*#__PURE__*/ makeMark("folded")

/** Marks a result that was folded in this process, so that nobody around it folds it again. */
export const markFolded = (result: object): void => folded.put(result, true)

/** Whether a result was folded in this process. */
export const isFolded = (result: unknown): boolean => folded.of(result) === true

/** Marks a function whose failures are folded already, so that nobody folds them twice. */
export const markFolding = <F extends (...args: never) => unknown>(handler: F): F => {
  folding.put(handler, true)
  return handler
}

/** Whether a handler folds its failures itself. */
export const foldsItself = (handler: unknown): boolean => typeof handler === "function" && folding.of(handler) === true

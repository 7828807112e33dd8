const folding = new WeakSet<object>()
const folded = new WeakSet<object>()

/** Marks a result that was folded in this process, so that nobody around it folds it again. */
export const markFolded = (result: object): void => {
  folded.add(result)
}

/** Whether a result was folded in this process. */
export const isFolded = (result: unknown): boolean =>
  typeof result === "object" && result !== null && folded.has(result)

/** Marks a function whose failures are folded already, so that nobody folds them twice. */
export const markFolding = <F extends (...args: never) => unknown>(handler: F): F => {
  folding.add(handler)
  return handler
}

/** Whether a handler folds its failures itself. */
export const foldsItself = (handler: unknown): boolean => typeof handler === "function" && folding.has(handler)

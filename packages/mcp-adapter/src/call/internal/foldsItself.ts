const folding = new WeakSet<object>()

/** Marks a function whose failures are folded already, so that nobody folds them twice. */
export const markFolding = <F extends (...args: never) => unknown>(handler: F): F => {
  folding.add(handler)
  return handler
}

/** Whether a handler folds its failures itself. */
export const foldsItself = (handler: unknown): boolean => typeof handler === "function" && folding.has(handler)

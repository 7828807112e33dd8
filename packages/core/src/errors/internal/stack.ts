import type * as Context from "effect/Context"
import * as Fiber from "effect/Fiber"

/** V8's and JavaScriptCore's; elsewhere setting it does nothing. */
const limits = Error as { stackTraceLimit?: number | undefined }

/**
 * Makes an error without capturing its stack, unless asked to. With frozen intrinsics the limit cannot be set: then the
 * stack is captured.
 */
export const captureless = <A>(make: () => A, capture: true | Context.Reference<boolean>): A => {
  if (capture === true || Fiber.getCurrent()?.getRef(capture) === true) return make()
  const limit = limits.stackTraceLimit
  if (!setLimit(0)) return make()
  try {
    return make()
  } finally {
    setLimit(limit)
  }
}

const setLimit = (limit: number | undefined): boolean => {
  try {
    limits.stackTraceLimit = limit
    return true
  } catch {
    return false
  }
}

import type * as Cause from "effect/Cause"

/** Matches where effect's own part of a stack begins, as `Cause.pretty` knows it. */
const inside = /Generator\.next|~effect\/(?:Effect|Utils)/

/**
 * Writes a cause of one error that no other caused, as `Cause.pretty` would, without a second error for it; `undefined` of any
 * other. May throw, as errors may that are hostile.
 */
export const plainCause = ({ reasons }: Cause.Cause<unknown>): string | undefined => {
  const [only] = reasons
  if (only === undefined || reasons.length > 1 || only._tag === "Interrupt" || only.annotations.size > 0) {
    return undefined
  }
  const failure = only._tag === "Die" ? only.defect : only.error
  if (!(failure instanceof Error) || failure.cause !== undefined) return undefined
  const { message, name, stack } = failure as unknown as { readonly [field: string]: unknown }
  if (typeof message !== "string" || typeof name !== "string" || typeof stack !== "string") return undefined
  const said = `${name}: ${message}`
  const begin = stack.indexOf("\n", stack.startsWith(said) ? said.length : 0)
  if (begin < 0) return said
  const frames = stack.slice(begin)
  const end = frames.search(inside)
  return said + (end < 0 ? frames : frames.slice(0, frames.lastIndexOf("\n", end)))
}

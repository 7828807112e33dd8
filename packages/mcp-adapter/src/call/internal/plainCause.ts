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
  const lines = (stack.startsWith(said) ? stack.slice(said.length) : stack).split("\n")
  const end = lines.findIndex((line, i) => i > 0 && inside.test(line))
  return [said, ...lines.slice(1, end < 0 ? lines.length : end)].join("\n")
}

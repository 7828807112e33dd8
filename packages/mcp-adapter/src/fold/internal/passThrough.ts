import type * as Cause from "effect/Cause"
import { type CallToolResult, cancelled } from "../CallToolResult.ts"
import { read } from "./readProperty.ts"

const urlElicitationRequired = -32042

/** What an SDK must see thrown, as it is: it asks the client for something, and is no failure. */
export const passesThrough = (failure: unknown): boolean =>
  read(failure, "code") === urlElicitationRequired && Array.isArray(read(read(failure, "data"), "elicitations"))

/** What has to pass through, if a cause holds it. */
export const passingThrough = (cause: Cause.Cause<unknown>): { readonly failure: unknown } | undefined => {
  for (const reason of cause.reasons) {
    const failure = reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined
    if (passesThrough(failure)) return { failure }
  }
  return undefined
}

const carried = new WeakMap<CallToolResult, { readonly failure: unknown }>()

/** A result that stands for something to be thrown: a handler never throws, its host does. */
export const resultOf = (passing: { readonly failure: unknown }): CallToolResult => {
  const result = cancelled()
  carried.set(result, passing)
  return result
}

/** Throws at the SDK what a result stands for; returns every other result. */
export const orThrow = (result: CallToolResult): CallToolResult => {
  const passing = carried.get(result)
  if (passing !== undefined) throw passing.failure
  return result
}

/** The same for a result that may have to be waited for. */
export const orThrowLater = (
  result: CallToolResult | Promise<CallToolResult>
): CallToolResult | Promise<CallToolResult> => result instanceof Promise ? result.then(orThrow) : orThrow(result)

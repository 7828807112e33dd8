import type * as Cause from "effect/Cause"
import { read } from "./readProperty.ts"

const urlElicitationRequired = -32042

/** Tests for what an SDK must see thrown, as it is: it asks the client for something, and is no failure. */
export const passesThrough = (failure: unknown): boolean =>
  read(failure, "code") === urlElicitationRequired && Array.isArray(read(read(failure, "data"), "elicitations"))

/** Returns what has to pass through, if a cause holds it. */
export const passingThrough = (cause: Cause.Cause<unknown>): { readonly failure: unknown } | undefined => {
  for (const reason of cause.reasons) {
    const failure = reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined
    if (passesThrough(failure)) return { failure }
  }
  return undefined
}

import { isRecord } from "../../../fold/internal/resultLike.ts"
import { bySignal } from "./bySignal.ts"

const answered = bySignal<true>()

/** Notes that a call is answered with a failure that was folded here. */
export const noteOurs = (extra: unknown): void => answered.put(extra, true)

/** Tests whether what an SDK made of such an answer still is that: SDK 1.x copies it, and may put words of its own in its place. */
export const isOurs = (extra: unknown, result: { readonly [key: string]: unknown }): boolean =>
  answered.of(extra) === true && isRecord(result["_meta"]) &&
  Object.entries(result["_meta"]).some(([key, told]) =>
    key.endsWith("problem") && isRecord(told) && typeof told["reference_id"] === "string"
  )

import { foldsItself } from "../../../call/internal/foldsItself.ts"
import { isRecord } from "../../../fold/internal/resultLike.ts"
import type { Adoption } from "./adoption.ts"
import { bySignal } from "./bySignal.ts"
import { isTask } from "./tasks.ts"

type Callback = (...args: ReadonlyArray<unknown>) => unknown

const names = ["callback", "handler"] as const
const wrapped = new WeakSet<Callback>()
const folded = bySignal<unknown>()

/**
 * Returns the failure of a call whose callback is wrapped: SDKs before 1.24 hold it against a tool's output schema, and lose it.
 */
export const foldedOf = (extra: unknown): unknown => folded.of(extra)

/**
 * Wraps the function that was registered as a tool, where an older SDK calls it directly. Says whether it could. It is looked
 * at in every call, since a tool can get another function at any time.
 */
export const wrapCallback = (name: string, tool: unknown, adoption: Adoption): boolean => {
  if (!isRecord(tool) || isTask(tool) || typeof tool["executor"] === "function") return false
  const key = names.find((key) => typeof tool[key] === "function")
  if (key === undefined) return false
  const original = tool[key] as Callback
  if (wrapped.has(original) || foldsItself(original)) return true
  const callback: Callback = async (...args) => {
    const extra = args.at(-1)
    const call = { name, tool, args: args.length > 1 ? args[0] : {}, extra }
    const result = await adoption.fold(call, original.bind(undefined, ...args.slice(0, -1)))
    if (!adoption.isShadow && isRecord(result) && result["isError"] === true) folded.put(extra, result)
    return result
  }
  wrapped.add(callback)
  try {
    Object.assign(tool, { [key]: callback })
    return true
  } catch {
    return false // frozen
  }
}

/** Tests whether the functions of a server's tools can be wrapped one by one. */
export const hasCallbacks = (tools: { readonly [name: string]: unknown } | undefined): boolean =>
  Object.values(tools ?? {}).every((tool) =>
    isRecord(tool) && !Object.isFrozen(tool) && typeof tool["executor"] !== "function"
  )

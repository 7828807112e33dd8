import type { CallToolResult } from "../../../fold/CallToolResult.ts"

/** Bounds how many are kept of one caller: the last ones. */
const most = 100

/** Bounds of how many callers: the last ones that were refused. */
const mostCallers = 500

/** Keeps what calls were answered that could not begin, each for its caller. */
export interface Refusals {
  /** Keeps an answer. It displaces none of another caller. */
  readonly put: (owner: string, taskId: string, result: CallToolResult) => void
  /** Returns an answer to whom it was given. */
  readonly get: (owner: string, taskId: string) => CallToolResult | undefined
}

/** Makes an empty store of refusals. */
export const makeRefusals = (): Refusals => {
  const owners = new Map<string, Map<string, CallToolResult>>()
  return {
    put: (owner, taskId, result) => {
      const kept = owners.get(owner) ?? new Map<string, CallToolResult>()
      owners.delete(owner)
      keep(owners, owner, kept, mostCallers)
      keep(kept, taskId, result, most)
    },
    get: (owner, taskId) => owners.get(owner)?.get(taskId)
  }
}

const keep = <A>(kept: Map<string, A>, key: string, value: A, most: number): void => {
  kept.set(key, value)
  for (const first of kept.keys()) {
    if (kept.size <= most) return
    kept.delete(first)
  }
}

import type { Id, Request } from "./message.ts"

/** Describes a request that is not answered yet. */
export interface Open {
  readonly id: Id
  readonly method: string
  /** Names the tool, if the request is a call. */
  readonly tool: string | undefined
  /** Counts requests of the same id, which a client should not send. */
  readonly times: number
}

/** Knows the requests that are not answered yet. */
export interface Requests {
  readonly begin: (request: Request) => void
  /** Takes a request for answered, and returns it; `undefined` if none was open. */
  readonly end: (id: Id) => Open | undefined
  readonly size: () => number
  readonly open: () => ReadonlyArray<Open>
  /** Waits until all are answered. */
  readonly answered: () => Promise<void>
}

/** Makes what knows the requests that are not answered yet. */
export const makeRequests = (): Requests => {
  const requests = new Map<Id, Open>()
  let waiting: Array<() => void> = []
  return {
    begin: ({ id, method, params }) => {
      const name = params?.["name"]
      requests.set(id, {
        id,
        method,
        tool: method === "tools/call" && typeof name === "string" ? name : undefined,
        times: (requests.get(id)?.times ?? 0) + 1
      })
    },
    end: (id) => {
      const open = requests.get(id)
      if (open === undefined) return undefined
      if (open.times > 1) requests.set(id, { ...open, times: open.times - 1 })
      else requests.delete(id)
      if (requests.size === 0) { for (const resolve of waiting.splice(0)) resolve() }
      return open
    },
    size: () => requests.size,
    open: () => [...requests.values()],
    answered: () =>
      requests.size === 0 ? Promise.resolve() : new Promise((resolve) => {
        waiting = [...waiting, resolve]
      })
  }
}

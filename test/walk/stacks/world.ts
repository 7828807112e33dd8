/**
 * Holds the world behind the servers that are compared: the same data, the same failures, one count of effects.
 *
 * What fails here fails as libraries do: an upstream with a status and a header, a refused connection, a busy database, a
 * timeout after the effect, a bug.
 */

/** Says how a request failed, in the manner of HTTP clients. */
class HttpError extends Error {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  constructor(status: number, headers: { readonly [name: string]: string }) {
    super(`Request failed with status code ${status}`)
    this.status = status
    this.headers = headers
  }
}

const refused = (): Error =>
  Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:443"), { code: "ECONNREFUSED" })
  })

const locked = (): Error => Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" })

export const formats = ["html", "text", "markdown"] as const

/** Makes a world; one for each server. */
export const makeWorld = () => {
  const items = new Map([["INK-BLACK", "Black ink"], ["INK-RED", "Red ink"], ["PAPER-LAID", "Laid paper"]])
  const state = { upstream: "good" as "good" | "limited" | "down", isBusy: false, mayDelete: false, isDeploying: false }
  const rows = new Map<string, number>()
  const effects = { charges: 0, imports: 0, deletions: 0, deployments: 0 }
  return {
    items,
    state,
    effects,
    /** Counts how often an item was imported. */
    imported: (id: string): number => rows.get(id) ?? 0,
    /** Asks an upstream, which limits the rate of requests, or is down, for a while. */
    rate: async (): Promise<number> => {
      if (state.upstream === "limited") throw new HttpError(429, { "retry-after": "30" })
      if (state.upstream === "down") throw refused()
      return 1.1
    },
    /** Charges, and loses the answer. */
    charge: async (): Promise<never> => {
      effects.charges++
      throw Object.assign(new Error("The operation was aborted due to timeout"), { name: "TimeoutError" })
    },
    /** Adds a row. The store is busy with the second one, for a while. */
    add: async (id: string): Promise<void> => {
      if (state.isBusy && effects.imports > 0) throw locked()
      effects.imports++
      rows.set(id, (rows.get(id) ?? 0) + 1)
    },
    /** Fails as a bug does. */
    theme: (): string => (JSON.parse("{}") as { readonly theme: { readonly colour: string } }).theme.colour
  }
}

export type World = ReturnType<typeof makeWorld>

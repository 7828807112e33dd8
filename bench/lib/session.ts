/** The client's half of a session, over anything that carries messages. */
export interface Result {
  readonly content: ReadonlyArray<{ readonly text?: string }>
  readonly structuredContent?: { readonly [key: string]: unknown }
  readonly isError?: boolean
}

export type CallTool = (name: string, args: object) => Promise<Result>

export interface Session {
  readonly call: CallTool
  /** Takes in a message of the server. */
  readonly receive: (message: object) => void
  /** Initializes. */
  readonly start: () => Promise<void>
}

export const session = (send: (message: object) => void): Session => {
  const pending = new Map<number, (message: object) => void>()
  let last = 0
  const request = (method: string, params: object): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = ++last
      pending.set(id, (message) => {
        if ("result" in message) resolve(message.result as Result)
        else reject(new Error(JSON.stringify(message)))
      })
      send({ jsonrpc: "2.0", id, method, params })
    })
  return {
    call: (name, args) => request("tools/call", { name, arguments: args }),
    receive: (message) => {
      if (!("id" in message)) return
      const settle = pending.get(message.id as number)
      pending.delete(message.id as number)
      settle?.(message)
    },
    start: async () => {
      await request("initialize", {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "bench", version: "0.0.0" }
      })
      send({ jsonrpc: "2.0", method: "notifications/initialized" })
    }
  }
}

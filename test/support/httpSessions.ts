import { randomUUID } from "node:crypto"

/** What a transport needs to keep its session here. */
export interface Session {
  readonly sessionIdGenerator: () => string
  readonly onsessioninitialized: (id: string) => void
}

/** Finds the transport of a session, for servers made by hand of any SDK. A request without a session opens one. */
export const sessions = <T>(open: (session: Session) => Promise<T>) => {
  const transports = new Map<string, T>()
  return async (id: string | undefined): Promise<T | undefined> => {
    if (id !== undefined) return transports.get(id)
    const transport = await open({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void transports.set(id, transport)
    })
    return transport
  }
}

import type { AnyServer, AnyTransport } from "./backend.ts"
import { Refusal } from "./refusal.ts"
import { every } from "./time.ts"

/** Describes a session with a client. */
export interface Session {
  readonly server: AnyServer
  readonly transport: AnyTransport
  /** Names who opened it: others do not find it. */
  readonly owner: string
  /** Counts the requests and streams that are open. */
  uses: number
  lastUsed: number
  /** Did it begin with an `initialize`? What did not is closed after its request. */
  isKept: boolean
  /** Forgets what its streams said. */
  readonly forget: () => void
  /** Holds what is told that a call is answered, by the id of its request. */
  readonly pending: Map<string | number, () => void>
}

/** Keeps sessions: not too many, and none that is idle for long. */
export interface SessionTable {
  readonly find: (id: string, owner: string) => Session | undefined
  readonly keep: (id: string, session: Session) => void
  readonly forget: (id: string) => void
  /** Makes room for one that is being opened. Throws a `Refusal` where every session is in use. */
  readonly reserve: () => () => void
  /** Notes that a session is used, until what is returned is called. */
  readonly use: (session: Session) => () => void
  readonly size: () => number
  readonly close: () => Promise<void>
}

/** Says how often idle sessions are looked for in one idle time. */
const looks = 4

/** Makes a table of so many sessions; one is idle after so many milliseconds. */
export const makeSessionTable = (most: number, idle: number): SessionTable => {
  const found = new Map<string, Session>()
  let opening = 0
  let clock = 0 // in looks, so that a process that slept forgets nobody at once
  const stopLooking = every(Math.max(1, idle / looks), () => {
    clock++
    for (const [id, session] of found) if (session.uses === 0 && clock - session.lastUsed > looks) forget(id)
  })

  const forget = (id: string): void => {
    const session = found.get(id)
    if (!found.delete(id) || session === undefined) return
    for (const answered of session.pending.values()) answered()
    session.forget()
    session.server.close().catch(() => undefined)
  }

  return {
    find: (id, owner) => {
      const session = found.get(id)
      return session?.owner === owner ? session : undefined
    },
    keep: (id, session) => {
      session.isKept = true
      found.set(id, session)
    },
    forget,
    reserve: () => {
      if (found.size + opening >= most) forget(oldestOf(found))
      opening++
      return () => void opening--
    },
    use: (session) => use(session, () => clock),
    size: () => found.size,
    close: async () => {
      stopLooking()
      const servers = [...found.values()].map(({ server }) => server)
      for (const id of found.keys()) forget(id)
      await Promise.allSettled(servers.map((server) => server.close()))
    }
  }
}

const use = (session: Session, clock: () => number): () => void => {
  session.uses++
  session.lastUsed = clock()
  return () => {
    session.uses--
    session.lastUsed = clock()
  }
}

/** Returns the one that has been idle longest. */
const oldestOf = (found: ReadonlyMap<string, Session>): string => {
  let oldest: readonly [id: string, lastUsed: number] | undefined
  for (const [id, { lastUsed, uses }] of found) {
    if (uses === 0 && (oldest === undefined || lastUsed < oldest[1])) oldest = [id, lastUsed]
  }
  if (oldest === undefined) throw new Refusal("overloaded", { why: "every session is in use" })
  return oldest[0]
}

import { type McpLevel, mcpLevels } from "../../call/internal/clientLog.ts"
import type { Request } from "../../call/internal/request.ts"
import { read } from "../../fold/internal/readProperty.ts"

/** Describes a client that asked for lines. */
export interface Asked {
  level: McpLevel
  /** The lines that it may still be sent, and since when that was so. */
  tokens: number
  at: number
  /** The lines that it was not sent since the last one. */
  dropped: number
}

/** Bounds how many sessions are remembered. */
const mostSessions = 10_000

/** Remembers which clients asked for lines, and from which level on: by connection, over HTTP by session. */
export const makeAsking = (burst: number) => {
  const connections = new WeakMap<object, Asked>()
  const sessions = new Map<string, Asked>()
  const fresh = (level: McpLevel): Asked => ({ level, tokens: burst, at: 0, dropped: 0 })
  return {
    set: (server: object, context: unknown, level: unknown): void => {
      if (!isLevel(level)) return
      const session = sessionOf(context)
      const known = session === undefined ? connections.get(server) : sessions.get(session)
      if (known !== undefined) known.level = level
      else if (session === undefined) {
        // over HTTP, and without sessions, it would be everybody's
        if (!isHttp(context)) connections.set(server, fresh(level))
      } else {
        for (const oldest of sessions.keys()) {
          if (sessions.size < mostSessions) break
          sessions.delete(oldest)
        }
        sessions.set(session, fresh(level))
      }
    },
    find: ({ connection, origin, sessionId }: Request): Asked | undefined => {
      // the newest protocol asks with each request
      const own = read(read(read(origin, "mcpReq"), "envelope"), "io.modelcontextprotocol/logLevel")
      if (isLevel(own)) return perRequest(origin as object, fresh, own)
      if (typeof sessionId === "string") return sessions.get(sessionId)
      return connection === undefined ? undefined : connections.get(connection)
    }
  }
}

const requests = new WeakMap<object, Asked>()

const perRequest = (origin: object, fresh: (level: McpLevel) => Asked, level: McpLevel): Asked => {
  const known = requests.get(origin) ?? fresh(level)
  requests.set(origin, known)
  return known
}

const isLevel = (value: unknown): value is McpLevel => (mcpLevels as ReadonlyArray<unknown>).includes(value)

const isHttp = (context: unknown): boolean =>
  read(context, "requestInfo") !== undefined || read(read(context, "http"), "req") !== undefined

const sessionOf = (context: unknown): string | undefined => {
  const session = read(context, "sessionId")
  return typeof session === "string" ? session : undefined
}

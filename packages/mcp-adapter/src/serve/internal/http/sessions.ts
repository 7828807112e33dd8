import type * as Duration from "effect/Duration"
import { randomUUID } from "node:crypto"
import type { AnyServer, AnyTransport, Backend, Exchange, Served, TransportOptions } from "./backend.ts"
import { type EventStores, makeEventStores, type ResumeOptions } from "./events.ts"
import { count, millis } from "./limits.ts"
import { hasMethod, isId, type Message, messagesOf, requestIds } from "./messages.ts"
import { Refusal } from "./refusal.ts"
import { makeSessionTable, type Session, type SessionTable } from "./sessionTable.ts"

/** See `http.Sessions`. */
export interface Sessions {
  /**
   * The most sessions at once. A new one takes the place of the one that was idle longest; where none is, it is refused with 503. Default
   * 1,000.
   */
  readonly most?: number | undefined
  /** The time after which a session without a request or an open stream is forgotten. Default 30 min. */
  readonly idle?: Duration.Input | undefined
  /** Keeps what streams said, for clients that lost theirs; `false` keeps nothing. Default `{}`. */
  readonly resume?: ResumeOptions | false | undefined
}

/** Says what makes the server and the transport of a session. */
export interface SessionsOptions {
  readonly make: (exchange: Exchange) => AnyServer | PromiseLike<AnyServer>
  readonly transport: (options: TransportOptions) => AnyTransport
  readonly sessions: Sessions
}

/** Serves clients that keep a session: the server they talk to is the same until they end it, or are idle for long. */
export const sessionful = (options: SessionsOptions): Backend => {
  const { sessions } = options
  const events = sessions.resume === false ? undefined : makeEventStores(sessions.resume)
  const table = makeSessionTable(
    count("sessions.most", sessions.most, 1_000),
    millis("sessions.idle", sessions.idle, "30 minutes")
  )
  const serve = async (exchange: Exchange): Promise<Served> => {
    const session = await sessionOf(exchange, { ...options, table, events })
    const leave = table.use(session)
    exchange.onEnd(() => {
      leave()
      if (session.isKept) return
      session.forget()
      session.server.close().catch(() => undefined)
    })
    noteCancels(session, exchange.body)
    const answered = awaitAnswers(session, exchange.body)
    const { authInfo, body, inbound } = exchange
    const response = await session.transport.handleRequest(inbound.request(), {
      ...body === undefined ? {} : { parsedBody: body },
      ...authInfo === undefined ? {} : { authInfo }
    })
    const isOpen = response.status === 200 && answered !== undefined
    // the stream is left when the client goes, so that it may come back for it; the call goes on
    return { response, outlivesClient: false, ...isOpen ? { answered } : {} }
  }
  return { serve, close: table.close, sessions: table.size }
}

interface Means extends SessionsOptions {
  readonly table: SessionTable
  readonly events: EventStores | undefined
}

const sessionOf = async (exchange: Exchange, means: Means): Promise<Session> => {
  const { table } = means
  const id = exchange.inbound.header("mcp-session-id")
  const owner = ownerOf(exchange)
  if (id !== undefined) {
    const session = table.find(id, owner)
    if (session === undefined) throw new Refusal("unknownSession")
    return session
  }
  if (!hasMethod(exchange.body, "initialize")) throw new Refusal("noSession")
  const opened = table.reserve()
  try {
    return await open(exchange, owner, means)
  } finally {
    opened()
  }
}

const open = async (
  exchange: Exchange,
  owner: string,
  { events, make, table, transport }: Means
): Promise<Session> => {
  const server = await make(exchange)
  const kept = events?.open()
  const connection: AnyTransport = transport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => table.keep(id, session),
    onsessionclosed: (id) => table.forget(id),
    ...kept === undefined ? {} : { eventStore: kept.store }
  })
  const session: Session = {
    server,
    transport: connection,
    owner,
    uses: 0,
    lastUsed: 0,
    isKept: false,
    forget: () => kept?.forget(),
    pending: new Map()
  }
  await server.connect(connection as never)
  noteAnswers(session)
  return session
}

/** A session is its owner's: an id that leaked is of no use to others. */
const ownerOf = ({ authInfo }: Exchange): string => {
  const subject = authInfo?.extra?.["sub"]
  return JSON.stringify([authInfo?.clientId, typeof subject === "string" ? subject : undefined])
}

/** A request that was cancelled is not answered: nothing else would end its stream. */
const noteCancels = ({ pending }: Session, body: unknown): void => {
  for (const { method, params } of messagesOf(body)) {
    const id = method === "notifications/cancelled" ? params?.requestId : undefined
    if (isId(id)) pending.get(id)?.()
  }
}

const noteAnswers = ({ pending, transport }: Session): void => {
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    const { id, method } = message as Message
    if (method === undefined && isId(id)) pending.get(id)?.()
    return send(message, options)
  }
}

const awaitAnswers = ({ pending }: Session, body: unknown): Promise<void> | undefined => {
  const ids = requestIds(body).filter((id) => !pending.has(id))
  if (ids.length === 0) return undefined
  const answers = ids.map((id) =>
    new Promise<void>((resolve) =>
      pending.set(id, () => {
        pending.delete(id)
        resolve()
      })
    )
  )
  return Promise.all(answers).then(() => undefined)
}

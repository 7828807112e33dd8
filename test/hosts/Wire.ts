/**
 * Speaks to a server without any SDK's client: what goes over the wire is what a test sees.
 *
 * Every message that the server sends is kept, in order. Whoever waits is told what was waited for.
 */
import { soon } from "../wire/Wait.ts"

export type Id = string | number

/** A message of JSON-RPC, as it came. */
export interface Message {
  readonly id?: Id | null
  readonly method?: string
  readonly params?: { readonly [name: string]: unknown }
  readonly result?: { readonly [name: string]: unknown }
  readonly error?: { readonly code: number; readonly message: string }
}

/** What a host needs to know of a request besides its message. */
export interface Extra {
  /** Who calls, where the transport can tell. */
  readonly client?: string | undefined
  /** Aborted when the client cancels. */
  readonly signal: AbortSignal
}

/** How messages get to a server. */
export interface Transport {
  /** The revision of the protocol that is spoken. */
  readonly revision: string
  readonly send: (message: object, extra: Extra) => Promise<void> | void
  /** Whether a cancel is a message, or the end of the request's stream. */
  readonly cancelsByMessage: boolean
  readonly close: () => Promise<void>
}

/** A connection to a server. */
export interface Wire {
  readonly received: ReadonlyArray<Message>
  /** Sends a request without waiting for the response. */
  readonly ask: (method: string, params: object, options?: { readonly id?: Id; readonly client?: string }) => Id
  readonly response: (id: Id) => Promise<Message>
  /** Cancels a request as the protocol says. */
  readonly cancel: (id: Id) => void
  /** Closes the stream of a request, where it has one of its own. */
  readonly closeStream: (id: Id) => void
  readonly close: () => Promise<void>
}

const info = { name: "contract", version: "1.0.0" }

/** What every request of the revision 2026-07-28 carries. */
const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": info
}

/** Opens a transport. It is given what takes the server's messages, and what is told when there will be no more. */
export type Open = (receive: (message: unknown) => void, end: (why: string) => void) => Promise<Transport>

/** Connects. */
export const connect = async (open: Open): Promise<Wire> => {
  const received: Array<Message> = []
  const waiting = new Map<Id, (message: Message) => void>()
  const requests = new Map<Id, AbortController>()
  const receive = (given: unknown): void => {
    const message = JSON.parse(JSON.stringify(given)) as Message
    received.push(message)
    if (message.method === undefined && message.id != null) waiting.get(message.id)?.(message)
  }
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined) // nobody may be waiting
  const transport = await open(receive, (why) => ended.reject(new Error(`The server ended: ${why}`)))
  const isModern = transport.revision === "2026-07-28"
  let nextId = 1

  const ask: Wire["ask"] = (method, params, options) => {
    const id = options?.id ?? nextId++
    const controller = new AbortController()
    requests.set(id, controller)
    const full = isModern ? { ...params, _meta: { ...envelope, ...(params as { _meta?: object })._meta } } : params
    void Promise.resolve(
      transport.send({ jsonrpc: "2.0", id, method, params: full }, {
        client: options?.client,
        signal: controller.signal
      })
    ).catch((failure: unknown) => {
      if (!controller.signal.aborted) receive({ id, error: { code: 0, message: `not sent: ${String(failure)}` } })
    })
    return id
  }
  const notify = (method: string, params: object): void =>
    void Promise.resolve(transport.send({ jsonrpc: "2.0", method, params }, { signal: new AbortController().signal }))
  const response = (id: Id): Promise<Message> => {
    const known = received.find((message) => message.id === id && message.method === undefined)
    if (known !== undefined) return Promise.resolve(known)
    const { promise, reject, resolve } = Promise.withResolvers<Message>()
    const timer = setTimeout(() => reject(new Error(`Waited ${soon} ms in vain for the response to ${id}`)), soon)
    waiting.set(id, resolve)
    return Promise.race([promise, ended.promise]).finally(() => clearTimeout(timer))
  }
  if (!isModern) {
    const params = { protocolVersion: transport.revision, capabilities: {}, clientInfo: info }
    const { error } = await response(ask("initialize", params))
    if (error !== undefined) throw new Error(`The server did not start: ${error.message}`)
    notify("notifications/initialized", {})
  }
  return {
    received,
    ask,
    response,
    cancel: (id) => {
      if (transport.cancelsByMessage) notify("notifications/cancelled", { requestId: id, reason: "the test" })
      else requests.get(id)?.abort()
    },
    closeStream: (id) => requests.get(id)?.abort(),
    close: transport.close
  }
}

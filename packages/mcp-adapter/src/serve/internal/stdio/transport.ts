import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import type { LogLine } from "../log.ts"
import type { Channel } from "./channel.ts"
import { cutLines } from "./lines.ts"
import { type Id, readMessage, type Request } from "./message.ts"
import { describe, invalid, type Refuse } from "./refusal.ts"
import { makeRequests, type Requests } from "./requests.ts"

/** Describes the transport that both SDKs connect a server to, and what the end of a process needs of it. */
export interface Transport {
  readonly start: () => Promise<void>
  readonly send: (message: object) => Promise<void>
  readonly close: () => Promise<void>
  onmessage?: ((message: never) => void) | undefined
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  /** Refuses all requests from now on. */
  readonly beginClosing: () => void
  /** Waits until every request is answered. */
  readonly answered: () => Promise<void>
  /** Answers in their handlers' place the requests that are still open. */
  readonly refuseRest: () => void
}

/** Says what a transport needs. */
export interface TransportOptions {
  readonly channel: Channel
  readonly refuse: Refuse
  readonly log: LogLine
  readonly maxLine: number
  readonly maxAnswer: number
  readonly maxRequests: number
  readonly answersProbes: boolean
  /** Called when the server closes the transport. */
  readonly onClosed: () => void
}

/** Lists what some clients ask every server for, whatever it said that it can. */
const probes: { readonly [method: string]: object } = {
  "prompts/list": { prompts: [] },
  "resources/list": { resources: [] },
  "resources/templates/list": { resourceTemplates: [] }
}

interface Sent {
  readonly id?: Id
  readonly method?: string
  readonly error?: { readonly code?: unknown }
}

/** Notifications that say little: a client that is behind with reading does without. */
const droppable: ReadonlySet<string> = new Set(["notifications/progress", "notifications/message"])

/**
 * Makes a transport over stdin and stdout. Unlike those of the SDKs it leaves out a line that is too long, answers a request that
 * is none, writes an error in the place of an answer that cannot be written, answers nothing twice, and knows what is not answered.
 */
export const makeTransport = (options: TransportOptions): Transport => {
  const { channel, refuse } = options
  const requests = makeRequests()
  const write: WriteMessage = (message) => channel.write(`${JSON.stringify(message)}\n`)
  const answer = answering(options, requests, write)
  const hand = (message: object): void => transport.onmessage?.(message as never)
  const state = { isClosing: false }

  const transport: Transport = {
    start: async () =>
      channel.read(cutLines({
        maxBytes: options.maxLine,
        onLine: reading(options, { state, requests, hand, write }),
        ...leavingOut(options, write)
      })),
    send: async (sent) => {
      const { id, method } = sent as Sent
      if (method === undefined) return id === undefined ? write(sent) : answer(sent, id)
      return droppable.has(method) && channel.isBehind() ? undefined : write(sent)
    },
    close: async () => {
      channel.stopReading()
      transport.onclose?.()
      options.onClosed()
    },
    beginClosing: () => {
      state.isClosing = true
    },
    answered: requests.answered,
    refuseRest: () => {
      for (const open of requests.open()) {
        requests.end(open.id)
        void write(refuse(open, "interrupted"))
      }
    }
  }
  return transport
}

type WriteMessage = (message: object) => Promise<void>

interface Reading {
  readonly state: { readonly isClosing: boolean }
  readonly requests: Requests
  /** Hands a message to the server. */
  readonly hand: (message: object) => void
  readonly write: WriteMessage
}

/** Reads lines, and refuses those that are no messages, and requests that cannot be served. */
const reading = ({ log, maxRequests, refuse }: TransportOptions, { hand, requests, state, write }: Reading) => {
  const take = (request: Request): void => {
    if (state.isClosing) return void write(refuse(describe(request), "closing"))
    if (requests.size() >= maxRequests) return void write(refuse(describe(request), "busy"))
    requests.begin(request)
    hand(request)
  }
  return (line: string): void => {
    const message = readMessage(line)
    switch (message.kind) {
      case "request":
        return take(message.request)
      case "other":
        if (message.cancels !== undefined) requests.end(message.cancels)
        return hand(message.message)
      case "invalid":
        log({ level: "Warn", message: "a message could not be read", reason: message.why })
        return void write(invalid(message.id, `Invalid request: ${message.why}`))
      case "unreadable":
        return log({ level: "Warn", message: "a message could not be read", reason: message.why })
    }
  }
}

/** Writes answers, once for each request. */
const answering =
  (options: TransportOptions, requests: Requests, write: WriteMessage) => (message: Sent, id: Id): Promise<void> => {
    const open = requests.end(id)
    if (open === undefined) return Promise.resolve()
    const empty = options.answersProbes && message.error?.code === JsonRpcError.codes.methodNotFound
      ? probes[open.method]
      : undefined
    const text = textOf(empty === undefined ? message : { jsonrpc: "2.0", id, result: empty })
    if (text === undefined) return write(options.refuse(open, "unwritable"))
    return isLongerThan(options.maxAnswer, text)
      ? write(options.refuse(open, "too large"))
      : options.channel.write(`${text}\n`)
  }

/** Counts bytes only where there may be too many. */
const isLongerThan = (bytes: number, text: string): boolean =>
  text.length > bytes / 3 && Buffer.byteLength(text) > bytes

const leavingOut = ({ log, maxLine }: TransportOptions, write: (message: object) => Promise<void>) => ({
  onTooLong: () =>
    log({
      level: "Warn",
      message: "a message is too long and is left out",
      reason: `it has more than ${maxLine} bytes`
    }),
  onLeftOut: ({ id }: { readonly id: Id | undefined }) => {
    if (id !== undefined) void write(invalid(id, `A message may have at most ${maxLine} bytes`))
  }
})

const textOf = (message: object): string | undefined => {
  try {
    return JSON.stringify(message)
  } catch {
    return undefined
  }
}

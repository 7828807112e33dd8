import type * as Redaction from "@errata/core/Redaction"
import type { AuthInfo } from "../../../call/Handler.ts"
import type { LogLine } from "../log.ts"
import { type Auth, type Authenticator, makeAuthenticator, metadataOf, wellKnown } from "./auth.ts"
import type { Backend } from "./backend.ts"
import { crossOrigin, preflight } from "./crossOrigin.ts"
import { type Endpoint, type EndpointCounts, makeEndpoint } from "./endpoint.ts"
import type { Guard } from "./hosts.ts"
import type { Inbound } from "./inbound.ts"
import type { Bounds } from "./limits.ts"
import { makeNotes, type Notes } from "./notes.ts"
import { withPassword } from "./password.ts"
import type { Readiness } from "./ready.ts"
import { Refusal } from "./refusal.ts"
import { jsonReply, type Reply, withHeaders } from "./reply.ts"
import { now, waitFor } from "./time.ts"

/** Answers requests of a page, such as the metrics. */
export type Page = (request: Request) => Response | PromiseLike<Response>

/** Describes everything that the answering of requests needs. */
export interface AppOptions {
  readonly path: string
  readonly bounds: Bounds
  readonly guard: Guard
  readonly auth: Auth | undefined
  readonly backend: Backend
  readonly methods: ReadonlyArray<string>
  readonly readiness: () => Promise<Readiness>
  /** The pages beside the endpoint, by path, such as `/metrics`. A path serves everything below it. */
  readonly pages: Readonly<Record<string, Page>>
  readonly redactor: Redaction.Redactor
  readonly log: LogLine
}

/** Answers requests, whatever server brings them. */
export interface App {
  /** Never rejects. */
  readonly handle: (inbound: Inbound) => Promise<Reply>
  /** Refuses a request that could not even be read. */
  readonly refuse: (inbound: Inbound, failure: Refusal) => Promise<Reply>
  /** Says at `/ready` that the server should be sent no more requests. */
  readonly unready: () => void
  /** Refuses the requests that wait, and those that come. */
  readonly drain: () => void
  /** Ends what is still running: each call is told that the server is shutting down. */
  readonly end: () => void
  readonly isDraining: () => boolean
  /** Waits until nothing is in flight. */
  readonly settled: () => Promise<void>
  readonly counts: () => Counts
}

/** Counts what is held at this moment. */
export interface Counts extends EndpointCounts {
  readonly sessions: number
}

interface State extends AppOptions {
  readonly endpoint: Endpoint
  readonly notes: Notes
  readonly authenticator: Authenticator | undefined
  readonly metadata: object | undefined
  isReady: boolean
  isDraining: boolean
}

/** Makes what answers requests. */
export const makeApp = (options: AppOptions): App => {
  const { auth, backend, bounds, guard, path } = options
  const notes = makeNotes(path, options.log, options.redactor)
  const endpoint = makeEndpoint({ backend, bounds, lastWords: notes.lastWords })
  const state: State = {
    ...options,
    endpoint,
    notes,
    authenticator: auth === undefined ? undefined : makeAuthenticator(auth),
    metadata: auth === undefined ? undefined : metadataOf(auth),
    isReady: true,
    isDraining: false
  }
  return {
    handle: async (inbound) => {
      const reply = await route(state, inbound).catch((failure: unknown) => notes.refuse(inbound, failure))
      const origin = inbound.header("origin")
      const isRead = inbound.path === path && origin !== undefined && guard.allowsOrigin(origin)
      return withHeaders(reply, { ...always, ...isRead ? crossOrigin(origin) : {} })
    },
    refuse: async (inbound, failure) => withHeaders(notes.refuse(inbound, failure), always),
    unready: () => {
      state.isReady = false
    },
    drain: () => {
      state.isReady = false
      state.isDraining = true
      endpoint.drain()
    },
    end: endpoint.end,
    isDraining: () => state.isDraining,
    settled: endpoint.settled,
    counts: () => ({ ...endpoint.counts(), sessions: backend.sessions() })
  }
}

/** A browser takes no reply for anything else than it says it is. */
const always = { "x-content-type-options": "nosniff" }

const route = async (state: State, inbound: Inbound): Promise<Reply> => {
  const { guard, metadata, pages, path } = state
  const at = inbound.path
  if (at === "/health") return onlyGet(inbound, () => jsonReply(200, { status: "ok" }))
  if (at === "/ready") return onlyGet(inbound, () => ready(state, inbound))
  if (!guard.allowsHost(inbound.header("host"))) throw new Refusal("foreignHost")
  if (!guard.allowsOrigin(inbound.header("origin"))) throw new Refusal("foreignOrigin")
  if (at === path) return call(state, inbound)
  if (metadata !== undefined && (at === wellKnown || at === `${wellKnown}${path}`)) {
    return onlyGet(inbound, () => jsonReply(200, metadata, { "access-control-allow-origin": "*" }))
  }
  const found = Object.keys(pages).find((prefix) => at === prefix || at?.startsWith(`${prefix}/`))
  if (found === undefined) throw new Refusal("notFound")
  await (found === "/console" ? authenticateBrowser(state, inbound) : authenticate(state, inbound))
  return onlyGet(inbound, () => page(inbound, pages[found]!, state.bounds))
}

const authenticate = async ({ authenticator }: State, inbound: Inbound): Promise<AuthInfo | undefined> =>
  authenticator?.authenticate(inbound.header("authorization"), now())

const authenticateBrowser = async ({ authenticator }: State, inbound: Inbound): Promise<void> => {
  if (authenticator === undefined) return
  await withPassword(inbound.header("authorization"), (header) => authenticator.authenticate(header, now()))
}

const onlyGet = async (inbound: Inbound, answer: () => Reply | Promise<Reply>): Promise<Reply> => {
  if (inbound.method === "GET" || inbound.method === "HEAD") return answer()
  throw new Refusal("wrongMethod", { headers: { allow: "GET, HEAD" } })
}

/** Only who may call the tools hears what is not ready. */
const ready = async (state: State, inbound: Inbound): Promise<Reply> => {
  const { guard, isReady, readiness } = state
  const said = isReady ? await readiness() : { isReady, reasons: ["draining"] }
  if (said.isReady) return jsonReply(200, { status: "ready" })
  const mayKnow = guard.allowsHost(inbound.header("host")) &&
    await authenticate(state, inbound).then(() => true, () => false)
  return jsonReply(503, { status: "not ready", ...mayKnow ? { reasons: said.reasons } : {} }, { "retry-after": "1" })
}

const call = async (state: State, inbound: Inbound): Promise<Reply> => {
  const { endpoint, methods, notes } = state
  if (inbound.method === "OPTIONS" && inbound.header("origin") !== undefined) return preflight(methods)
  const authInfo = await authenticate(state, inbound)
  if (!methods.includes(inbound.method)) throw new Refusal("wrongMethod", { headers: { allow: methods.join(", ") } })
  const reply = await endpoint.handle(inbound, authInfo)
  return reply.status >= 400 && reply.stream === undefined ? notes.refused(inbound, reply) : reply
}

const page = async (inbound: Inbound, answer: Page, { replyTimeout }: Bounds): Promise<Reply> => {
  const answered = Promise.resolve(answer(inbound.request()))
  const response = await waitFor(replyTimeout, answered, () => new Refusal("timedOut"))
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
}

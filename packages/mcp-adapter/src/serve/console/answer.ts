import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import { circuitsOf } from "./circuits.ts"
import { notice, overview, story } from "./page.ts"
import type { Store } from "./store.ts"
import { style } from "./style.ts"

interface Means {
  readonly name: string
  readonly since: number
  readonly store: Store
  readonly watched: ReadonlySet<Context.Context<never>>
}

/** Makes what answers requests for the page. It reads, and changes nothing. */
export const answerer = ({ name, since, store, watched }: Means) => {
  let headers: { readonly [name: string]: string } | undefined
  const reply = (status: number, page: string, isHead: boolean): Response =>
    new Response(isHead ? null : page, { status, headers: { ...headers } })
  return async ({ method, url }: Request): Promise<Response> => {
    headers ??= await headersOf()
    if (method !== "GET" && method !== "HEAD") {
      return new Response(null, { status: 405, headers: { ...headers, allow: "GET, HEAD" } })
    }
    const { searchParams } = new URL(url)
    const reference = searchParams.get("call")
    if (reference !== null) {
      const call = store.find(reference)
      return call === undefined
        ? reply(
          404,
          notice(name, `Call ${reference.slice(0, 100)} is not remembered: look it up in the log`),
          method === "HEAD"
        )
        : reply(200, story(name, call), method === "HEAD")
    }
    const [context = Context.empty()] = watched
    const now = Context.get(context, Clock.Clock).currentTimeMillisUnsafe()
    const tool = searchParams.get("tool") ?? ""
    const filter = { tool: tool === "" ? undefined : tool, isFailuresOnly: searchParams.get("show") !== "all" }
    const page = overview({ name, since, now, store, circuits: circuitsIn(watched), filter })
    return reply(200, page, method === "HEAD")
  }
}

/** Several runtimes may count in one registry: it is read once. */
const circuitsIn = (watched: ReadonlySet<Context.Context<never>>) => {
  const byRegistry = new Map([...watched].map((context) => [Context.get(context, Metric.MetricRegistry), context]))
  return [...byRegistry.values()].flatMap(circuitsOf)
}

/** Nothing may be loaded, run, sent or framed: the page is text, one style, and links to itself. */
const headersOf = async (): Promise<{ readonly [name: string]: string }> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style))
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy":
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store"
  }
}

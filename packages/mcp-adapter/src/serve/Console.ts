/**
 * Shows an operator how a server does, on one page: errors and retries over time, circuit breakers, the slowest tools, and recent
 * calls with their story.
 *
 * A `Console` remembers calls in memory, in a room that does not grow, and answers requests for the page. It is off unless
 * somebody makes one. The page needs no script and no other file; it works with a keyboard and a screen reader, in light and dark.
 *
 * **Gotchas**
 *
 * {@link make}'s handler answers whoever asks. Arguments and causes are redacted, and still an operator's business: mount it where
 * only they come, on the loopback interface or behind authentication. `serve` of `@errata/mcp-adapter/http` does so by
 * `console: true`.
 *
 * **Example** (Watching a runtime)
 *
 * ```ts import.meta.vitest
 * import * as Console from "@errata/mcp-adapter/Console"
 * import * as Handler from "@errata/mcp-adapter/Handler"
 * import * as Tool from "@errata/core/Tool"
 * import * as Effect from "effect/Effect"
 *
 * const page = Console.make({ name: "weather" })
 * const ping = Tool.make("ping", { description: "Answers.", input: {}, safety: "read" })
 * const call = Handler.make(Tool.handle(ping, () => Effect.void), { runtime: page.layer, logsCalls: false })
 * await call({})
 *
 * const answer = await page.handler(new Request("http://127.0.0.1/console?show=all"))
 * const text = await answer.text()
 * text.includes("1 calls, 0 errors") // => true
 * ```
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Observer, Observers } from "../call/internal/observer.ts"
import { observerLayer } from "../call/internal/observerLayer.ts"
import { answerer } from "./console/answer.ts"
import { makeStore } from "./console/store.ts"

/**
 * Configures what a console shows and remembers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The server's name. Default: `"MCP server"`. */
  readonly name?: string | undefined
  /** The number of calls that are remembered with their story, half of them failures and what was tried again. Default: 500. */
  readonly mostCalls?: number | undefined
  /** The number of minutes that are shown. Default: 60. */
  readonly minutes?: number | undefined
}

/**
 * Watches the calls of runtimes, and shows them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Console {
  /** Watches the runtime that it is merged into. */
  readonly layer: Layer.Layer<Observers>
  /** Returns services that are built already, watched. */
  readonly watch: <R>(context: Context.Context<R>) => Context.Context<R | Observers>
  /** Answers requests for the page, at whatever path it is mounted. */
  readonly handler: (request: Request) => Promise<Response>
}

/**
 * Makes a console. One is enough for a process.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): Console => {
  const store = makeStore({
    mostCalls: bounded("mostCalls", options.mostCalls ?? 500),
    minutes: bounded("minutes", options.minutes ?? 60)
  })
  const watched = new Set<Context.Context<never>>()
  const observer: Observer = {
    onStart: () => {
      store.started(1)
      return (end) => {
        store.started(-1)
        store.add(end)
      }
    }
  }
  const note = (context: Context.Context<never>): void => {
    if (watched.size < mostWatched) watched.add(context)
  }
  const since = Effect.runSync(Clock.currentTimeMillis)
  return {
    layer: observerLayer(Effect.contextWith((context: Context.Context<never>) =>
      Effect.sync(() => {
        note(context)
        return observer
      })
    )),
    watch: (context) => {
      note(context as Context.Context<never>)
      const all = new Set((context.mapUnsafe.get(Observers.key) as ReadonlySet<Observer> | undefined) ?? []).add(
        observer
      )
      return Context.add(context, Observers, all)
    },
    handler: answerer({ name: options.name ?? "MCP server", since, store, watched })
  }
}

/** Breakers are looked for in the registries of so many runtimes; most share one. */
const mostWatched = 20

const bounded = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 2 && value <= 100_000) return value
  throw new RangeError(`The option \`${name}\` is a whole number from 2 to 100000`)
}

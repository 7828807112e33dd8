/**
 * Waits for conditions, never for time.
 *
 * Whoever imports this gets a longer test timeout, so that a wait in vain says itself what it waited for.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { vi } from "vitest"

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** How long a test waits for anything that should come soon, on a busy machine. */
export const soon = 20_000

/**
 * Looks until there is something other than `undefined` or `false`, and returns it. Rejects, naming what was waited for,
 * when the time is over.
 */
export const until = async <A>(
  what: string,
  look: () => A | Promise<A>,
  within: number = soon
): Promise<Exclude<A, undefined | false>> => {
  const deadline = performance.now() + within
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<A, undefined | false>
    if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain for ${what}`)
    await sleep(5)
  }
}

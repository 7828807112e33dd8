/** Knows whether the event loop went on since: what others send cannot arrive before it does. */
export interface Turn {
  readonly isOn: boolean
}

const { navigator, process, setTimeout } = globalThis as unknown as {
  readonly navigator?: { readonly userAgent?: string }
  readonly process?: { readonly versions?: { readonly node?: string } }
  readonly setTimeout: (f: () => void, ms: number) => unknown
}

/** Some platforms stop the timers of a request that has its answer: there each call has a timer of its own. */
const sharesTimers = process?.versions?.node !== undefined && navigator?.userAgent !== "Cloudflare-Workers"

let latest: Turn | undefined

/** Returns the turn in which a call begins. One timer does for all calls that begin in it. */
export const beginTurn = (): Turn => {
  if (latest !== undefined) return latest
  const turn = { isOn: true }
  if (sharesTimers) latest = turn
  setTimeout(() => {
    turn.isOn = false
    latest = undefined
  }, 0)
  return turn
}

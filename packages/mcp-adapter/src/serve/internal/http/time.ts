import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers"

/** Sockets live in real time, whatever a test's clock says: these are Node's own timers. */

/** Does something later, unless what is returned is called before. */
export const after = (millis: number, act: () => void): () => void => {
  const timer = setTimeout(act, millis)
  return () => clearTimeout(timer)
}

/** Does something again and again, until what is returned is called. Keeps no process alive. */
export const every = (millis: number, act: () => void): () => void => {
  const timer = setInterval(act, millis).unref()
  return () => clearInterval(timer)
}

/** Waits for something, but no longer than so long: then it rejects with what `late` makes. */
export const waitFor = <A>(millis: number, promise: PromiseLike<A>, late: () => Error): Promise<A> =>
  new Promise((resolve, reject) => {
    const stop = after(millis, () => reject(late()))
    promise.then(resolve, reject).then(stop, stop)
  })

/** Returns the time since 1970, in milliseconds. */
export const now = (): number => Effect.runSync(Clock.currentTimeMillis)

import { Refusal } from "./refusal.ts"
import { after } from "./time.ts"

/** Bounds how much is done at once; what has no place waits its turn. */
export interface Gate {
  /** Waits for a place, and returns what gives it back. Throws a `Refusal` when no place comes, or the client goes. */
  readonly enter: (signal: AbortSignal) => Promise<() => void>
  /** Refuses those that wait: the server is shutting down. */
  readonly close: () => void
  readonly inside: () => number
  readonly waiting: () => number
}

/** Says how many places a gate has, and how long its queue is. */
export interface GateOptions {
  readonly concurrency: number
  readonly queue: number
  readonly queueTimeout: number
}

interface Waiting {
  readonly admit: () => void
  readonly refuse: (refusal: Refusal) => void
}

interface State {
  readonly options: GateOptions
  readonly waiting: Set<Waiting>
  inside: number
  isClosed: boolean
}

/** Makes a gate with so many places, and a queue before it. */
export const makeGate = (options: GateOptions): Gate => {
  const state: State = { options, waiting: new Set(), inside: 0, isClosed: false }
  return {
    enter: async (signal) => {
      if (state.isClosed) throw new Refusal("draining")
      if (state.inside < options.concurrency) {
        state.inside++
        return placeIn(state)
      }
      if (state.waiting.size >= options.queue) throw new Refusal("overloaded", { why: "the queue is full" })
      return waitIn(state, signal)
    },
    close: () => {
      state.isClosed = true
      for (const entry of state.waiting) entry.refuse(new Refusal("draining"))
    },
    inside: () => state.inside,
    waiting: () => state.waiting.size
  }
}

/** A place that is given back goes to the one that waits longest. */
const placeIn = (state: State): () => void => {
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    const [next] = state.waiting
    if (next === undefined) state.inside--
    else next.admit()
  }
}

const waitIn = (state: State, signal: AbortSignal): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const settle = (): void => {
      state.waiting.delete(entry)
      stopWaiting()
      signal.removeEventListener("abort", gone)
    }
    const entry: Waiting = {
      admit: () => {
        settle()
        resolve(placeIn(state))
      },
      refuse: (refusal) => {
        settle()
        reject(refusal)
      }
    }
    const gone = (): void => entry.refuse(new Refusal("overloaded", { why: "the client went away" }))
    const stopWaiting = after(
      state.options.queueTimeout,
      () => entry.refuse(new Refusal("overloaded", { why: "no turn came" }))
    )
    signal.addEventListener("abort", gone, { once: true })
    state.waiting.add(entry)
    if (signal.aborted) gone()
  })

/** Counts what is held of something that there is only so much of, such as bytes. */
export interface Budget {
  /** Takes so much. Throws a `Refusal` where there is less. */
  readonly take: (amount: number) => void
  readonly giveBack: (amount: number) => void
  readonly held: () => number
}

/** Makes a budget. */
export const makeBudget = (total: number): Budget => {
  let held = 0
  return {
    take: (amount) => {
      if (held + amount > total) throw new Refusal("overloaded", { why: "too much is held at once" })
      held += amount
    },
    giveBack: (amount) => {
      held -= amount
    },
    held: () => held
  }
}

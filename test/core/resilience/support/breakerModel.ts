/** What a breaker of consecutive failures should do, in its simplest form: for calls one after the other. */

export type Outcome = "success" | "transient" | "permanent" | "validation" | "defect" | "interrupt"

export interface Model {
  /** What a call is answered: its own outcome, or the seconds left of an open circuit. */
  readonly call: (outcome: Outcome, hintSeconds: number) => Outcome | number
  readonly pass: (millis: number) => void
  readonly state: () => "Closed" | "Open" | "HalfOpen"
  readonly now: () => number
}

export const model = (options: {
  readonly failures: number
  readonly openMillis: number
  readonly maxOpenMillis: number
}): Model => {
  let now = 0
  let streak = 0
  let state: "Closed" | "Open" | "HalfOpen" = "Closed"
  let openUntil = 0
  const open = (hintSeconds: number) => {
    state = "Open"
    streak = 0
    openUntil = now + Math.max(options.openMillis, Math.min(hintSeconds * 1_000, options.maxOpenMillis))
  }
  return {
    call: (outcome, hintSeconds) => {
      if (state === "Open" && now < openUntil) return Math.ceil((openUntil - now) / 1_000)
      if (state === "Open") state = "HalfOpen"
      if (outcome === "success") {
        state = "Closed"
        streak = 0
      }
      if (outcome === "transient") {
        streak++
        if (state === "HalfOpen" || streak >= options.failures) open(hintSeconds)
      }
      return outcome
    },
    pass: (millis) => {
      now += millis
    },
    state: () => state,
    now: () => now
  }
}

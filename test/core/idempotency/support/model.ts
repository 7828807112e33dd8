/** The state machine of a key, as plainly as it can be said: what every store is compared with. */
import type { Claim, Held, Outcome, Request, State } from "@errata/core/IdempotencyStore"
import * as Duration from "effect/Duration"

type Phase =
  | { readonly is: "held"; readonly until: number; readonly begun: boolean; readonly taken: boolean }
  | { readonly is: "ended"; readonly at: number; readonly outcome: Outcome }
  | { readonly is: "unknown"; readonly at: number }

interface Known {
  readonly held: Held
  readonly fingerprint: string
  readonly referenceId: string
  readonly retention: number
  readonly phase: Phase
}

export class Model {
  now = 0
  #known: Known | undefined

  /** What time has made of the key: a lease that ended, an outcome that is forgotten. */
  get #present():
    | { readonly known: Known; readonly seen: "held" | "ended" | "unknown"; readonly since: number }
    | undefined
  {
    const known = this.#known
    if (known === undefined) return undefined
    const { phase, retention } = known
    if (phase.is === "held") {
      if (this.now < phase.until) return { known, seen: "held", since: 0 }
      if (!phase.begun) return undefined
      return this.now < phase.until + retention ? { known, seen: "unknown", since: phase.until } : undefined
    }
    return this.now < phase.at + retention ? { known, seen: phase.is, since: phase.at } : undefined
  }

  claim(request: Request, lease: number, retention: number): object {
    const present = this.#present
    if (present === undefined) {
      const old = this.#known
      const wasLost = old?.phase.is === "held" && !old.phase.begun
      return this.#grant(request, lease, retention, wasLost ? old.held.generation + 1 : 1, undefined)
    }
    const { known, seen } = present
    if (known.fingerprint !== request.fingerprint) return { _tag: "Conflict", referenceId: known.referenceId }
    if (known.phase.is === "held" && known.held.owner === request.owner) {
      const { phase } = known
      this.#known = { ...known, phase: { ...phase, until: this.now + lease } }
      return granted(this.#known)
    }
    if (seen !== "unknown" || !request.takesUnknown) return this.state()
    return this.#grant(request, lease, retention, known.held.generation + 1, known.referenceId)
  }

  #grant(request: Request, lease: number, retention: number, generation: number, lost: string | undefined): object {
    const { fingerprint, id, owner } = request
    const phase = {
      is: "held",
      until: this.now + lease,
      begun: request.begun || lost !== undefined,
      taken: lost !== undefined
    } as const
    const referenceId = lost ?? request.referenceId
    this.#known = { held: { id, owner, generation }, fingerprint, referenceId, retention, phase }
    return granted(this.#known)
  }

  #mine(held: Held): Known | undefined {
    const known = this.#known
    return known?.held.owner === held.owner && known.held.generation === held.generation ? known : undefined
  }

  #change(held: Held, phase: (phase: Extract<Phase, { is: "held" }>) => Phase | undefined): boolean {
    const known = this.#mine(held)
    if (known?.phase.is !== "held") return false
    const next = phase(known.phase)
    this.#known = next === undefined ? undefined : { ...known, phase: next }
    return true
  }

  renew(held: Held, lease: number): boolean {
    return this.#change(held, (phase) => ({ ...phase, until: this.now + lease }))
  }
  begin(held: Held): boolean {
    return this.#change(held, (phase) => ({ ...phase, begun: true }))
  }
  release(held: Held): boolean {
    return this.#change(held, () => undefined)
  }
  complete(held: Held, outcome: Outcome): boolean {
    if (this.#mine(held)?.phase.is === "ended") return true
    return this.#change(held, () => ({ is: "ended", at: this.now, outcome }))
  }
  abandon(held: Held): boolean {
    if (this.#mine(held)?.phase.is === "unknown") return true
    return this.#change(held, () => ({ is: "unknown", at: this.now }))
  }

  expire(): void {
    if (this.#present === undefined) this.#known = undefined
  }

  state(): object {
    const present = this.#present
    if (present === undefined) return { _tag: "Absent" }
    const { known: { phase, referenceId }, seen, since } = present
    if (seen === "held") return { _tag: "InProgress", referenceId, left: (phase as { until: number }).until - this.now }
    if (seen === "unknown") return { _tag: "Unknown", referenceId, since }
    return { _tag: "Completed", outcome: (phase as { outcome: Outcome }).outcome, referenceId, storedAt: since }
  }
}

const granted = ({ held, phase, referenceId }: Known): object =>
  phase.is === "held" && phase.taken ? { _tag: "Taken", held, referenceId } : { _tag: "Claimed", held }

/** An answer of a store, as the model says it. */
export const plain = (answer: Claim | State): object =>
  answer._tag === "InProgress" ? { ...answer, left: Duration.toMillis(answer.left) } : answer
